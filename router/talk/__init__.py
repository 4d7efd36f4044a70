"""A spoken conversation: who speaks when, what is played, what was heard. Knows no device and no engine."""
