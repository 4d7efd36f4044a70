"""One open SQLite database: how it is opened, how statements run, what its faults mean in words.

It knows no table. Durability: WAL with synchronous=FULL syncs at every commit, so that a committed row also survives
a power cut, not only a kill (https://sqlite.org/pragma.html#pragma_synchronous). secure_delete overwrites what is
deleted with zeros.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import apsw

from router.errors import UserFacingError

BUSY_MILLISECONDS = 5000
DAMAGE = (apsw.CorruptError, apsw.NotADBError)
PRAGMAS = """
PRAGMA synchronous = FULL;
PRAGMA foreign_keys = ON;
PRAGMA secure_delete = ON;
PRAGMA temp_store = MEMORY;
"""

Row = tuple[Any, ...]
Binding = str | int | float | bytes | None


def sentence(error: apsw.Error, place: str) -> UserFacingError | None:
    """What a fault of SQLite at `place` means for the person, or None when the fault is our own."""
    if isinstance(error, apsw.FullError):
        return UserFacingError(f"Consort cannot write to {place}: the disk is full.",
                               "Free some space, then try again. What is already saved is safe.")
    if isinstance(error, (apsw.ReadOnlyError, apsw.PermissionsError)):
        return UserFacingError(f"Consort cannot write to {place}: it is read-only.",
                               "Allow writing to this folder, or start with another one (--data-dir).")
    if isinstance(error, apsw.CantOpenError):
        return UserFacingError(f"Consort cannot open its history in {place}.",
                               "Allow reading and writing there, or start with another folder (--data-dir).")
    if isinstance(error, apsw.IOError):
        return UserFacingError(f"Consort cannot write to {place}: the disk reports an error.",
                               "Look at the free space and the health of the disk, then try again.")
    if isinstance(error, (apsw.BusyError, apsw.LockedError)):
        return UserFacingError(f"Another program is using the history in {place}.",
                               "Close the other program, then try again.")
    if isinstance(error, DAMAGE):
        return UserFacingError(f"The history in {place} is damaged.",
                               "Close Consort and start it again: it keeps the damaged file and restores a backup.")
    return None


@contextmanager
def explained(place: str) -> Iterator[None]:
    """Faults of the disk inside become UserFacingError; our own mistakes stay what they are."""
    try:
        yield
    except apsw.Error as error:
        known = sentence(error, place)
        if known is None:
            raise
        raise known from error


class Database:
    """A connection with the project's pragmas. For one thread; every method is short.

    temporary: it lives in memory only. Faults of the disk are raised as UserFacingError naming the folder.
    """

    def __init__(self, connection: apsw.Connection, place: str, *, temporary: bool = False) -> None:
        self._connection = connection
        self.place = place
        self.temporary = temporary

    @property
    def connection(self) -> apsw.Connection:
        """For online backups, the one thing that needs two connections."""
        return self._connection

    def rows(self, sql: str, bindings: Sequence[Binding] = ()) -> list[Row]:
        """All rows of a statement (also of one that changes something)."""
        with explained(self.place):
            return list(self._connection.execute(sql, bindings))

    def row(self, sql: str, bindings: Sequence[Binding] = ()) -> Row | None:
        """The first row, or None."""
        found = self.rows(sql, bindings)
        return found[0] if found else None

    def value(self, sql: str, bindings: Sequence[Binding] = ()) -> Any:
        """The first column of the first row, or None."""
        found = self.row(sql, bindings)
        return found[0] if found else None

    def run(self, sql: str, bindings: Sequence[Binding] = ()) -> None:
        """A statement without an answer."""
        self.rows(sql, bindings)

    def run_many(self, sql: str, bindings: Iterator[Sequence[Binding]]) -> None:
        """One statement for each of the bindings."""
        with explained(self.place):
            self._connection.executemany(sql, bindings)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; on disk when it ends. Not nested."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            if self._connection.in_transaction:      # a full disk makes SQLite roll back by itself
                self._connection.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close; the last connection writes the WAL back into the file."""
        with explained(self.place):
            self._connection.close()


def open_database(path: Path) -> Database:
    """The database at `path`, made with permissions for its owner only when there is none.

    Raises apsw's CorruptError or NotADBError for a damaged file (the caller decides what to do about it) and
    UserFacingError when the disk does not let us.
    """
    place = str(path.parent)
    try:
        # SQLite gives the -wal and -shm files the permissions of this one.
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise cannot_use(place, error) from error
    with explained_unless_damaged(place):
        connection = apsw.Connection(str(path))
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(PRAGMAS)
        return Database(connection, place)


def open_in_memory() -> Database:
    """A database that is never written to disk."""
    connection = apsw.Connection(":memory:")
    connection.execute(PRAGMAS)
    return Database(connection, "memory", temporary=True)


def cannot_use(place: str, error: OSError) -> UserFacingError:
    """The sentence for a folder that the operating system does not let us use."""
    reason = {"EROFS": "it is read-only", "ENOSPC": "the disk is full", "EACCES": "access is denied",
              "EPERM": "access is denied"}.get(errno.errorcode.get(error.errno or 0, ""),
                                               (error.strerror or "the system refused").lower())
    return UserFacingError(f"Consort cannot write to {place}: {reason}.",
                           "Allow writing to this folder, free some space, or start with another one (--data-dir).")


@contextmanager
def explained_unless_damaged(place: str) -> Iterator[None]:
    """As `explained`, but damage passes: opening is where it is dealt with."""
    try:
        yield
    except DAMAGE:
        raise
    except apsw.Error as error:
        raise sentence(error, place) or error from error


@contextmanager
def looked_at(path: Path) -> Iterator[apsw.Connection]:
    """A connection that does not change a byte of the file at `path`. Raises as `open_database`.

    Without a write-ahead log the file is opened as immutable: no lock, no side files. With one (Consort was killed) it
    is opened read-only, so that a version that is still in the log is seen and the log is not written back.
    """
    log = path.with_name(path.name + "-wal")
    mode = "mode=ro" if log.exists() and log.stat().st_size else "immutable=1"
    with explained_unless_damaged(str(path.parent)):
        connection = apsw.Connection(f"{path.resolve().as_uri()}?{mode}",
                                     flags=apsw.SQLITE_OPEN_READONLY | apsw.SQLITE_OPEN_URI)
        try:
            yield connection
        finally:
            connection.close()


def version_of(connection: apsw.Connection) -> int:
    """How many migrations have run (PRAGMA user_version)."""
    return int(next(iter(connection.execute("PRAGMA user_version")))[0])


def is_sound(connection: apsw.Connection) -> bool:
    """Does SQLite's quick_check find nothing in any table, the index's own ones included?

    Table by table, because over the whole database it also compares the full-text index with its text word by word,
    which took ten times as long (1.4 s instead of 0.15 s for 20,000 messages).
    """
    try:
        tables = [name for (name,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'")]
        return all(list(connection.execute(f"PRAGMA quick_check('{table}')")) == [("ok",)] for table in tables)
    except DAMAGE:
        return False
