"""A person's own files: read, kept in pieces, and found again."""
