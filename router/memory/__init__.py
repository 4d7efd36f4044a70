"""What must not be lost: conversations in SQLite, and what of them goes into a context window."""
