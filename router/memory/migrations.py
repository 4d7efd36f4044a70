"""How the schema came to be: a list of named functions, run in order, each after a backup file.

A function that has been released is never edited; a change is a new function at the end of MIGRATIONS. PRAGMA
user_version holds how many have run. It knows no conversation: only tables and how to fill them from older ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import msgspec

from router.memory import backups
from router.memory.database import Database
from router.memory.search import segmented

Migration = Callable[[Database], None]


def m001_conversations_and_messages(database: Database) -> None:
    """Conversations, the tree of their messages, folders, drafts, preferences and settings.

    message.parent is the message above; message.chosen the child last seen below; conversation.first the root last
    seen and conversation.leaf the end of that path, so that the last page is read by walking up from the leaf.
    message.hidden_by is the deleted message (itself or one above) that hides it. Small columns stand before `parts`:
    a walk along the tree then never reads the overflow pages of long texts.
    """
    for statement in (
        "CREATE TABLE folder (id TEXT PRIMARY KEY, name TEXT NOT NULL) STRICT",
        """CREATE TABLE conversation (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            title TEXT NOT NULL,
            title_origin TEXT NOT NULL CHECK (title_origin IN ('first words', 'model', 'person')),
            folder TEXT REFERENCES folder (id) ON DELETE SET NULL,
            pinned INTEGER NOT NULL DEFAULT 0,
            created REAL NOT NULL,
            changed REAL NOT NULL,
            specialist TEXT NOT NULL DEFAULT '',
            first INTEGER,
            leaf INTEGER,
            deleted REAL
        ) STRICT""",
        """CREATE TABLE message (
            seq INTEGER PRIMARY KEY AUTOINCREMENT,
            id TEXT NOT NULL UNIQUE,
            conversation INTEGER NOT NULL REFERENCES conversation (seq),
            parent INTEGER REFERENCES message (seq) DEFERRABLE INITIALLY DEFERRED,
            chosen INTEGER,
            hidden_by INTEGER,
            deleted REAL,
            role TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
            state TEXT NOT NULL CHECK (state IN ('complete', 'streaming', 'stopped', 'interrupted', 'failed')),
            created REAL NOT NULL,
            specialist TEXT NOT NULL DEFAULT '',
            specialist_name TEXT NOT NULL DEFAULT '',
            why TEXT NOT NULL DEFAULT '',
            stats TEXT NOT NULL DEFAULT '{}',
            parts TEXT NOT NULL
        ) STRICT""",
        "CREATE INDEX conversation_folder ON conversation (folder) WHERE folder IS NOT NULL",
        "CREATE INDEX message_conversation ON message (conversation)",
        "CREATE INDEX message_parent ON message (parent, conversation)",
        "CREATE INDEX message_hidden ON message (hidden_by) WHERE hidden_by IS NOT NULL",
        "CREATE INDEX message_streaming ON message (seq) WHERE state = 'streaming'",
        "CREATE TABLE draft (conversation TEXT PRIMARY KEY, text TEXT NOT NULL) STRICT",
        "CREATE TABLE preference (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
        "CREATE TABLE settings (specialist TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT",
    ):
        database.run(statement)


def m002_full_text_search(database: Database) -> None:
    """An index of the words of messages and of titles, filled from what is there.

    Emoji (category So) count as words; `segmented` makes words of the scripts that are written without spaces.
    """
    for table in ("message_words", "title_words"):
        database.run(f"CREATE VIRTUAL TABLE {table} USING fts5(text, tokenize = "
                     "\"unicode61 remove_diacritics 2 categories 'L* N* Co So'\", prefix = '2 3')")
    last = 0
    while found := database.rows("SELECT seq, parts FROM message WHERE seq > ? ORDER BY seq LIMIT 1000", (last,)):
        last = found[-1][0]
        for seq, parts in found:
            said = "\n\n".join(part["text"] for part in msgspec.json.decode(parts) if part["kind"] == "text")
            database.run("INSERT INTO message_words (rowid, text) VALUES (?, ?)", (seq, segmented(said)))
    for seq, title in database.rows("SELECT seq, title FROM conversation"):
        database.run("INSERT INTO title_words (rowid, text) VALUES (?, ?)", (seq, segmented(title)))


def m003_routing(database: Database) -> None:
    """How each answer was routed, and what the person taught the router."""
    database.run("ALTER TABLE message ADD COLUMN routing TEXT NOT NULL DEFAULT '{}'")
    database.run("CREATE TABLE correction (id TEXT PRIMARY KEY, text TEXT NOT NULL, specialist TEXT NOT NULL, "
                 "created REAL NOT NULL, vector BLOB NOT NULL) STRICT")


MIGRATIONS: tuple[Migration, ...] = (m001_conversations_and_messages, m002_full_text_search, m003_routing)


def migrate(database: Database, backup_folder: Path | None, date: str,
            migrations: tuple[Migration, ...] = MIGRATIONS) -> int:
    """Run what has not run yet, each in one transaction after a backup; how many ran.

    An empty database needs no backup. When one fails, the database is as it was before it and the error goes on.
    """
    version = int(database.value("PRAGMA user_version"))
    for number, migration in enumerate(migrations[version:], start=version + 1):
        if backup_folder is not None and version:
            backups.back_up(database, backup_folder / f"consort-before-m{number:03d}-{date}.db")
        with database.transaction():
            migration(database)
            database.run(f"PRAGMA user_version = {number}")
    return len(migrations) - version
