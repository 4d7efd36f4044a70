"""What the router and the specialists are worth on this computer. It measures; it asks nobody itself."""
