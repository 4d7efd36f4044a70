"""The rows of the sidebar: conversations, their folders and drafts. It knows no message text."""

from __future__ import annotations

import time

from router.errors import UserFacingError
from router.memory.database import Database, Row
from router.memory.folders import folder_is_there
from router.memory.identity import new_id
from router.memory.search import index_title
from router.memory.text import clean_text, one_line
from router.views import ConversationView

TITLE_LIMIT = 200
UNTITLED = "New chat"

_COLUMNS = """c.id, c.title, coalesce(c.folder, ''), c.pinned, c.created, c.changed, c.specialist,
              coalesce((SELECT text FROM draft WHERE draft.conversation = c.id), '')"""


def _view(row: Row, temporary: bool) -> ConversationView:
    identity, title, folder, pinned, created, changed, specialist, draft = row
    return ConversationView(identity, title, folder, bool(pinned), created, changed, specialist, temporary, draft)


def seq_of(database: Database, conversation: str) -> int:
    """The row number of a conversation that is not deleted. Raises UserFacingError."""
    seq = database.value("SELECT seq FROM conversation WHERE id = ? AND deleted IS NULL", (conversation,))
    if seq is None:
        raise UserFacingError("This conversation is no longer there.", "Choose another one, or begin a new chat.")
    return int(seq)


def conversations(database: Database) -> tuple[ConversationView, ...]:
    """All that are not deleted, the one changed last first."""
    return tuple(_view(row, database.temporary) for row in database.rows(
        f"SELECT {_COLUMNS} FROM conversation c WHERE c.deleted IS NULL ORDER BY c.changed DESC, c.seq DESC"))


def conversation(database: Database, identity: str) -> ConversationView:
    """One that is not deleted. Raises UserFacingError."""
    row = database.row(f"SELECT {_COLUMNS} FROM conversation c WHERE c.seq = ?", (seq_of(database, identity),))
    assert row is not None
    return _view(row, database.temporary)


def untitled(database: Database) -> tuple[ConversationView, ...]:
    """Those whose title is still made of first words although there is a complete answer, newest first."""
    return tuple(_view(row, database.temporary) for row in database.rows(
        f"""SELECT {_COLUMNS} FROM conversation c
            WHERE c.deleted IS NULL AND c.title_origin = 'first words' AND EXISTS (
                SELECT 1 FROM message m WHERE m.conversation = c.seq AND m.role = 'assistant' AND m.state = 'complete'
                AND m.hidden_by IS NULL)
            ORDER BY c.changed DESC, c.seq DESC"""))


def add(database: Database, title: str, title_origin: str, specialist: str, created: float, changed: float) -> int:
    """A new row, inside the caller's transaction; its row number."""
    title = one_line(title)[:TITLE_LIMIT] or UNTITLED
    seq = database.value(
        "INSERT INTO conversation (id, title, title_origin, specialist, created, changed) VALUES (?, ?, ?, ?, ?, ?) "
        "RETURNING seq", (new_id(), title, title_origin, clean_text(specialist), created, changed))
    index_title(database, seq, title)
    return int(seq)


def rename(database: Database, identity: str, title: str) -> ConversationView:
    """A title by the person. Raises UserFacingError when it is empty."""
    if not one_line(title):
        raise UserFacingError("A conversation needs a title.", "Type at least one character.")
    with database.transaction():
        _retitle(database, seq_of(database, identity), title, "person")
    return conversation(database, identity)


def suggest_title(database: Database, identity: str, title: str) -> None:
    """A title by a model; kept only where the first words still stand. An empty one only ends the asking for it."""
    with database.transaction():
        row = database.row("SELECT seq, title FROM conversation WHERE id = ? AND title_origin = 'first words' "
                           "AND deleted IS NULL", (identity,))
        if row is not None:
            _retitle(database, row[0], one_line(title) or row[1], "model")


def _retitle(database: Database, seq: int, title: str, origin: str) -> None:
    title = one_line(title)[:TITLE_LIMIT]
    database.run("UPDATE conversation SET title = ?, title_origin = ? WHERE seq = ?", (title, origin, seq))
    index_title(database, seq, title)


def pin(database: Database, identity: str, pinned: bool) -> ConversationView:
    """Keep it at the top, or no longer."""
    with database.transaction():
        database.run("UPDATE conversation SET pinned = ? WHERE seq = ?", (int(pinned), seq_of(database, identity)))
    return conversation(database, identity)


def move(database: Database, identity: str, folder: str) -> ConversationView:
    """Into a folder, or out of any with an empty `folder`. Raises UserFacingError."""
    with database.transaction():
        if folder:
            folder_is_there(database, folder)
        database.run("UPDATE conversation SET folder = ? WHERE seq = ?", (folder or None, seq_of(database, identity)))
    return conversation(database, identity)


def pick_specialist(database: Database, identity: str, specialist: str) -> ConversationView:
    """Who answers from now on; empty: the router decides."""
    with database.transaction():
        database.run("UPDATE conversation SET specialist = ? WHERE seq = ?",
                     (clean_text(specialist), seq_of(database, identity)))
    return conversation(database, identity)


def delete(database: Database, identity: str) -> ConversationView:
    """Out of sight, with its draft; what it was. `restore` brings it back until it is purged."""
    was = conversation(database, identity)
    with database.transaction():
        database.run("UPDATE conversation SET deleted = ? WHERE id = ?", (time.time(), identity))
        database.run("DELETE FROM draft WHERE conversation = ?", (identity,))
    return was


def restore(database: Database, identity: str) -> ConversationView:
    """Back in sight. Raises UserFacingError when it was purged."""
    with database.transaction():
        database.run("UPDATE conversation SET deleted = NULL WHERE id = ?", (identity,))
    return conversation(database, identity)


def draft(database: Database, identity: str = "") -> str:
    """What stands in the composer of a conversation; of the new chat with an empty id."""
    return str(database.value("SELECT text FROM draft WHERE conversation = ?", (identity,)) or "")


def save_draft(database: Database, identity: str, text: str) -> None:
    """Remember what stands in the composer. For a conversation that is gone it is forgotten."""
    with database.transaction():
        database.run("DELETE FROM draft WHERE conversation = ?", (identity,))
        if text:
            database.run("INSERT INTO draft (conversation, text) SELECT ?1, ?2 WHERE ?1 = '' OR EXISTS "
                         "(SELECT 1 FROM conversation WHERE id = ?1 AND deleted IS NULL)", (identity, clean_text(text)))
