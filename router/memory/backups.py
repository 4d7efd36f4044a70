"""Backup files: written while the database is in use, rotated, and put back when the database is damaged.

Nothing here deletes a damaged file: it is kept under another name. It knows no table.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import apsw

from router.errors import UserFacingError
from router.memory.database import DAMAGE, Database, cannot_use, explained, is_sound, looked_at, version_of

KEPT = 3


def back_up(database: Database, path: Path) -> Path:
    """A complete copy of the database at `path`, by SQLite's online backup; it appears under its name when complete.

    Raises UserFacingError when it cannot be written.
    """
    place = str(path.parent)
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        unfinished.unlink(missing_ok=True)
        os.close(os.open(unfinished, os.O_RDWR | os.O_CREAT, 0o600))
        with explained(place):
            copy = apsw.Connection(str(unfinished))
            try:
                with copy.backup("main", database.connection, "main") as backup:
                    backup.step(-1)
                copy.execute("PRAGMA journal_mode = DELETE")     # one file, openable from a read-only place
            finally:
                copy.close()
        unfinished.replace(path)
    except OSError as error:
        raise cannot_use(place, error) from error
    except UserFacingError:
        unfinished.unlink(missing_ok=True)
        raise
    rotate(path.parent)
    return path


def newest_first(folder: Path) -> list[Path]:
    """The backups in `folder`, the one written last first."""
    return sorted(folder.glob("consort-*.db"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)


def rotate(folder: Path) -> None:
    """Keep the newest of each sort: the daily ones, and those made before a migration."""
    before: list[Path] = []
    daily: list[Path] = []
    for path in newest_first(folder):
        (before if path.name.startswith("consort-before-") else daily).append(path)
    for path in before[KEPT:] + daily[KEPT:]:
        path.unlink(missing_ok=True)


def is_good(path: Path, newest_version: int) -> bool:
    """Can this backup take the place of the database?"""
    try:
        with looked_at(path) as connection:
            return 1 <= version_of(connection) <= newest_version and is_sound(connection)
    except (*DAMAGE, UserFacingError):
        return False


def keep_aside(path: Path, date: str) -> Path:
    """Rename a damaged database, with its log, so that nothing of it is lost; where it is now.

    The log goes first: should we be killed in between, no log is left that SQLite could apply to a fresh file.
    """
    aside = path.with_name(f"consort-corrupt-{date}.db")
    number = 1
    while aside.exists():
        number += 1
        aside = path.with_name(f"consort-corrupt-{date}-{number}.db")
    for ending in ("-wal", "-shm", ""):
        part = path.with_name(path.name + ending)
        if part.exists():
            part.rename(aside.with_name(aside.name + ending))
    return aside


def put_back(path: Path, folder: Path, newest_version: int) -> Path | None:
    """Copy the newest good backup to `path`; which one it was, or None when there is none."""
    for backup in newest_first(folder):
        if is_good(backup, newest_version):
            arriving = path.with_name(path.name + ".arriving")
            shutil.copyfile(backup, arriving)
            arriving.chmod(0o600)
            with arriving.open("rb") as file:
                os.fsync(file.fileno())
            arriving.replace(path)
            return backup
    return None
