"""What a person has set: the front-end's own preferences, and the settings of each specialist. It knows no meaning."""

from __future__ import annotations

from dataclasses import replace

import msgspec

from router.memory.database import Database
from router.memory.text import clean_text
from specialists.manifest import Settings


def preferences(database: Database) -> dict[str, str]:
    """Every preference by its name."""
    return dict(database.rows("SELECT name, value FROM preference ORDER BY name"))


def set_preference(database: Database, name: str, value: str) -> None:
    """Remember a preference."""
    with database.transaction():
        database.run("INSERT INTO preference (name, value) VALUES (?, ?) "
                     "ON CONFLICT (name) DO UPDATE SET value = excluded.value", (clean_text(name), clean_text(value)))


def settings(database: Database, specialist: str) -> Settings:
    """The person's settings of a specialist; all None when nothing was set."""
    value = database.value("SELECT value FROM settings WHERE specialist = ?", (specialist,))
    return msgspec.json.decode(value, type=Settings) if value else Settings()


def set_settings(database: Database, specialist: str, settings: Settings) -> None:
    """Replace the person's settings of a specialist."""
    if settings.system_prompt is not None:
        settings = replace(settings, system_prompt=clean_text(settings.system_prompt))
    with database.transaction():
        database.run("INSERT INTO settings (specialist, value) VALUES (?, ?) "
                     "ON CONFLICT (specialist) DO UPDATE SET value = excluded.value",
                     (specialist, msgspec.json.encode(settings).decode()))
