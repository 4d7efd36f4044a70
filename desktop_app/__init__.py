"""The window: shows and hears. Knows no model, no SQL and no network; talks to the router in commands and events."""
