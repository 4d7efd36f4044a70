"""Conversations out to a file and in from one. It knows tables and forms; what is valid, `exchange` says."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path
from typing import Literal

import msgspec

from router.memory import conversations, exchange, messages, tree
from router.memory.database import Database, cannot_use
from router.memory.identity import new_id
from router.memory.markdown import as_markdown
from router.memory.search import index_message
from router.memory.text import clean_parts, clean_text
from router.parts import plain_text

Form = Literal["markdown", "json"]


def export_conversation(database: Database, identity: str, path: Path, form: Form) -> int:
    """Write a conversation to `path`; how many messages. The file is there complete or not at all.

    Raises UserFacingError.
    """
    view = conversations.conversation(database, identity)
    seq = conversations.seq_of(database, identity)
    if form == "markdown":
        leaf = database.value("SELECT leaf FROM conversation WHERE seq = ?", (seq,))
        visible = messages.views(database, seq, tree.upwards(database, leaf))
        content, count = as_markdown(view, visible).encode(), len(visible)
    else:
        stored = _stored(database, seq)
        content = exchange.encode(exchange.Export(conversations=(stored,), exported=time.time()))
        count = len(stored.messages)
    write_whole(path, content)
    return count


def write_whole(path: Path, content: bytes) -> None:
    """Write through a file beside it, so that `path` is never half there. Raises UserFacingError."""
    arriving = path.with_name(f".{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        try:
            with os.fdopen(os.open(arriving, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            arriving.replace(path)
        finally:
            arriving.unlink(missing_ok=True)
    except OSError as error:
        raise cannot_use(str(path.parent), error) from error


def _stored(database: Database, seq: int) -> exchange.StoredConversation:
    title, origin, created, changed, specialist, leaf = database.rows(
        "SELECT title, title_origin, created, changed, specialist, leaf FROM conversation WHERE seq = ?", (seq,))[0]
    rows = database.rows("SELECT seq, chosen FROM message WHERE conversation = ? AND hidden_by IS NULL ORDER BY seq",
                         (seq,))
    seen = messages.views(database, seq, [row[0] for row in rows])
    names = {row[0]: view.id for row, view in zip(rows, seen, strict=True)}
    stored = tuple(
        exchange.StoredMessage(view.id, view.role, view.parts, view.parent, names.get(chosen, ""), view.state,
                               view.created, view.specialist, view.specialist_name, view.why, view.stats, view.routing)
        for (_, chosen), view in zip(rows, seen, strict=True))
    return exchange.StoredConversation(title, stored, origin, created, changed, specialist, names.get(leaf, ""))


def import_conversations(database: Database, path: Path) -> tuple[tuple[str, ...], int]:
    """Add the conversations of an export, always as new ones; their ids and how many messages. All or nothing.

    Raises UserFacingError before anything is touched when the file is not valid.
    """
    export = exchange.read(path)
    with database.transaction():
        added = tuple(_add(database, stored) for stored in export.conversations)
    return added, sum(len(stored.messages) for stored in export.conversations)


def _add(database: Database, stored: exchange.StoredConversation) -> str:
    seq = conversations.add(database, stored.title, stored.title_origin, stored.specialist,
                            stored.created, stored.changed)
    seqs: dict[str, int] = {}
    for message in stored.messages:
        parts = clean_parts(message.parts)
        state = "interrupted" if message.state == "streaming" else message.state
        seqs[message.id] = database.value(
            """INSERT INTO message (id, conversation, parent, role, state, created, specialist, specialist_name, why,
                   stats, routing, parts) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq""",
            (new_id(), seq, seqs.get(message.parent), message.role, state, message.created,
             clean_text(message.specialist), clean_text(message.specialist_name), clean_text(message.why),
             msgspec.json.encode(message.stats).decode(), msgspec.json.encode(message.routing).decode(),
             messages.encoded(parts)))
        # Until the file says otherwise, the newest version is the one seen.
        tree.choose_last(database, seq, seqs.get(message.parent), seqs[message.id])
    # The index in a second pass: a write to another table in between makes FTS5 begin a new segment, which is slow.
    for message in stored.messages:
        index_message(database, seqs[message.id], plain_text(clean_parts(message.parts)))
    for message in stored.messages:
        if message.chosen:
            database.run("UPDATE message SET chosen = ? WHERE seq = ?", (seqs[message.chosen], seqs[message.id]))
    if seqs:
        tree.show(database, seq, seqs.get(stored.leaf, next(reversed(seqs.values()))))
    return str(database.value("SELECT id FROM conversation WHERE seq = ?", (seq,)))
