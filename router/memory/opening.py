"""From a folder to a sound, current database: look at its version, check it, restore it, migrate it.

It knows no conversation. Whatever it finds damaged it keeps under another name; it deletes nothing.
"""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

from router.errors import UserFacingError
from router.memory import backups, messages
from router.memory.database import DAMAGE, Database, cannot_use, is_sound, looked_at, open_database, version_of
from router.memory.migrations import MIGRATIONS, migrate

FILE = "consort.db"
BACKUPS = "backups"


class NewerDatabase(UserFacingError):
    """A newer Consort wrote this history; this one must not touch it."""


def open_folder(folder: Path) -> tuple[Database, tuple[str, ...]]:
    """The database of a data folder, and sentences about what had to be done to it.

    Raises UserFacingError when the folder cannot be used, or the database is from a newer version (it is then left
    byte for byte as it was).
    """
    path = folder / FILE
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        refuse_newer(path)
        notices: tuple[str, ...] = ()
        database = _sound(path)
        if database is None:
            notices = _replace_damaged(path)
            database = _sound(path)
    except OSError as error:
        raise cannot_use(str(folder), error) from error
    if database is None:
        raise UserFacingError(f"The history in {folder} is damaged and could not be replaced.",
                              f"Move {path} to another place, then start Consort again.")
    try:
        migrate(database, folder / BACKUPS, _date())
        messages.recover(database)
    except BaseException:
        database.close()
        raise
    return database, notices


def refuse_newer(path: Path) -> None:
    """Raises NewerDatabase when the database at `path` was written by a newer Consort. Changes nothing."""
    if not path.is_file() or not path.stat().st_size:
        return
    try:
        with looked_at(path) as connection:
            version = version_of(connection)
    except DAMAGE:
        return
    if version > len(MIGRATIONS):
        raise NewerDatabase(
            f"The history in {path.parent} was written by a newer Consort (format {version}; this one knows "
            f"{len(MIGRATIONS)}). Nothing was changed.",
            "Install the newer Consort, or start with another folder (--data-dir).")


def _sound(path: Path) -> Database | None:
    """The database, or None when it is damaged."""
    try:
        database = open_database(path)
    except DAMAGE:
        return None
    if is_sound(database.connection):
        return database
    with suppress(UserFacingError):      # closing writes the log back, which a damaged file may refuse
        database.close()
    return None


def _replace_damaged(path: Path) -> tuple[str, ...]:
    aside = backups.keep_aside(path, _date())
    backup = backups.put_back(path, path.parent / BACKUPS, len(MIGRATIONS))
    kept = f"The history was damaged. The damaged file is kept as {aside}."
    if backup is None:
        return (kept, "There was no good backup, so Consort begins with an empty history.")
    when = time.strftime("%Y-%m-%d %H:%M", time.localtime(backup.stat().st_mtime))
    return (kept, f"Consort restored the backup of {when}; what was written after it is only in the damaged file.")


def _date() -> str:
    return time.strftime("%Y%m%d-%H%M%S")
