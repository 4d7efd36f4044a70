"""A small stand-in Hub on loopback, with faults on demand."""
