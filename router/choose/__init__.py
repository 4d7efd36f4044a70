"""Which specialist answers, and why in words. Pure functions; knows no process and no database."""
