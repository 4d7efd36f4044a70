"""The tables of the documents' own database, and how it is opened: apart from the history, because all of it can be
read anew from the files.

It knows no file format and no encoder. What is damaged is put aside and begun anew; the list of folders is then empty,
and the sentence that comes with it says so.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from router.errors import UserFacingError
from router.memory.database import DAMAGE, Database, cannot_use, is_sound, open_database

FILE = "documents.db"

Migration = Callable[[Database], None]


def m001_files_and_passages(database: Database) -> None:
    """Folders that were added, their files, what the files say (once for equal files), its passages and their words.

    file.sha256 names a content; a content that no file names any more goes. passage.vector is the encoder's of the
    passage (float32, little endian), NULL until it was made. The words are stemmed (Porter's rules, which leave
    languages other than English as they are).
    """
    for statement in (
        """CREATE TABLE root (
            id TEXT PRIMARY KEY, path TEXT NOT NULL UNIQUE, ignored TEXT NOT NULL DEFAULT '[]',
            paused INTEGER NOT NULL DEFAULT 0, added REAL NOT NULL
        ) STRICT""",
        """CREATE TABLE file (
            seq INTEGER PRIMARY KEY, root TEXT NOT NULL REFERENCES root (id) ON DELETE CASCADE,
            path TEXT NOT NULL, size INTEGER NOT NULL, changed REAL NOT NULL, sha256 TEXT NOT NULL DEFAULT '',
            state TEXT NOT NULL CHECK (state IN ('waiting', 'read', 'refused')), problem TEXT NOT NULL DEFAULT '',
            UNIQUE (root, path)
        ) STRICT""",
        "CREATE INDEX file_content ON file (sha256)",
        "CREATE INDEX file_waiting ON file (seq) WHERE state = 'waiting'",
        """CREATE TABLE content (
            seq INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, title TEXT NOT NULL, pages INTEGER NOT NULL,
            hidden TEXT NOT NULL, notices TEXT NOT NULL, blocks TEXT NOT NULL, text TEXT NOT NULL
        ) STRICT""",
        """CREATE TABLE passage (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            content INTEGER NOT NULL REFERENCES content (seq) ON DELETE CASCADE,
            number INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, page INTEGER NOT NULL,
            row INTEGER NOT NULL, sheet TEXT NOT NULL, headings TEXT NOT NULL, vector BLOB, text TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX passage_content ON passage (content, number)",
        "CREATE INDEX passage_bare ON passage (seq) WHERE vector IS NULL",
        "CREATE VIRTUAL TABLE passage_words USING fts5(text, headings, content = '', contentless_delete = 1, "
        "tokenize = \"porter unicode61 remove_diacritics 2 categories 'L* N* Co So'\")",
    ):
        database.run(statement)


MIGRATIONS: tuple[Migration, ...] = (m001_files_and_passages,)


def open_documents(folder: Path) -> tuple[Database, tuple[str, ...]]:
    """The database of a data folder's documents, and sentences about what had to be done to it.

    Raises UserFacingError: the folder cannot be used, or a newer Consort wrote it (nothing is changed then).
    """
    path = folder / FILE
    notices: tuple[str, ...] = ()
    try:
        database = _sound(path)
        if database is None:
            aside = path.with_name(time.strftime("documents-damaged-%Y%m%d-%H%M%S.db"))
            path.replace(aside)
            for left in ("-wal", "-shm"):
                path.with_name(path.name + left).unlink(missing_ok=True)
            notices = (f"The index of your documents was damaged; it lies in {aside}. Add your folders again: the "
                       "documents themselves were not touched.",)
            database = _sound(path)
    except OSError as error:
        raise cannot_use(str(folder), error) from error
    if database is None:
        raise UserFacingError(f"The index of your documents in {folder} is damaged and could not be replaced.",
                              f"Move {path} to another place, then start Consort again.")
    version = int(database.value("PRAGMA user_version"))
    if version > len(MIGRATIONS):
        database.close()
        raise UserFacingError(f"The index of your documents in {folder} was written by a newer Consort.",
                              "Install the newer Consort, or start with another folder (--data-dir).")
    create(database, version)
    return database, notices


def create(database: Database, version: int = 0) -> None:
    """Run what has not run yet, each in one transaction."""
    for number, migration in enumerate(MIGRATIONS[version:], start=version + 1):
        with database.transaction():
            migration(database)
            database.run(f"PRAGMA user_version = {number}")


def _sound(path: Path) -> Database | None:
    try:
        database = open_database(path)
    except DAMAGE:
        return None
    with suppress(*DAMAGE):
        if is_sound(database.connection):
            return database
    with suppress(UserFacingError):
        database.close()
    return None
