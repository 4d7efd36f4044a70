"""One file per engine. Each engine's library is imported in its file only."""
