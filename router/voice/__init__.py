"""Hearing and speaking: which model, which words, which clause when. Knows no sound device and no engine."""
