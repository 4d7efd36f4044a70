"""The worker processes: starting, leasing, evicting, ending. Knows nothing of conversations."""
