"""Data only: the catalogue of specialists, prompts, icons. No code lives here."""
