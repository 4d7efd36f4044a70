"""Messages: written question by question, read page by page. It knows parts and states, no model and no prompt."""

from __future__ import annotations

import json
import time

import msgspec

from router.errors import UserFacingError
from router.memory import conversations, tree
from router.memory.database import Database
from router.memory.identity import new_id
from router.memory.search import index_message
from router.memory.text import clean_part, clean_parts, clean_text, first_words
from router.parts import AttachmentPart, DocumentsPart, Part, TextPart, plain_text
from router.views import MessageState, MessageView, Routing, TurnStats

Pair = tuple[MessageView, MessageView]
Page = tuple[tuple[MessageView, ...], bool, bool]

_PARTS = msgspec.json.Decoder(tuple[Part, ...])
_STATS = msgspec.json.Decoder(TurnStats)
_ROUTING = msgspec.json.Decoder(Routing)


def begin(database: Database, conversation: str, text: str, attachments: tuple[AttachmentPart, ...], *,
          edited: str = "", specialist: str = "", documents: DocumentsPart | None = None) -> Pair:
    """The person's words and an empty answer, on disk when this returns. Raises UserFacingError.

    An empty `conversation` begins a new one, answered by `specialist` from then on if one is named. `edited` is the
    message these words are another version of. The draft they were is gone.
    """
    text, now = clean_text(text), time.time()
    parts = (TextPart(text), *(clean_part(attachment) for attachment in attachments),
             *((clean_part(documents),) if documents is not None else ()))
    with database.transaction():
        if conversation:
            seq = conversations.seq_of(database, conversation)
            database.run("UPDATE conversation SET changed = ? WHERE seq = ?", (now, seq))
        else:
            title = first_words(text) or (first_words(attachments[0].name) if attachments else "")
            seq = conversations.add(database, title, "first words", specialist, now, now)
        if edited:
            parent = tree.parent_of(database, tree.found(database, seq, edited))
        else:
            parent = database.value("SELECT leaf FROM conversation WHERE seq = ?", (seq,))
        question = _add(database, seq, parent, "user", "complete", parts)
        index_message(database, question, text)
        answer = _add(database, seq, question, "assistant", "streaming", (), specialist)
        database.run("DELETE FROM draft WHERE conversation = ?", (conversation,))
        first, second = views(database, seq, [question, answer])
    return first, second


def begin_again(database: Database, conversation: str, message: str) -> Pair:
    """Another answer beside `message` (or below it, when it is a question), on disk. Raises UserFacingError."""
    with database.transaction():
        seq = conversations.seq_of(database, conversation)
        question = tree.found(database, seq, message)
        if database.value("SELECT role FROM message WHERE seq = ?", (question,)) == "assistant":
            question = database.value("SELECT parent FROM message WHERE seq = ?", (question,))
        tree.show(database, seq, question)
        answer = _add(database, seq, question, "assistant", "streaming", ())
        database.run("UPDATE conversation SET changed = ? WHERE seq = ?", (time.time(), seq))
        first, second = views(database, seq, [question, answer])
    return first, second


def _add(database: Database, conversation: int, parent: int | None, role: str, state: MessageState,
         parts: tuple[Part, ...], specialist: str = "") -> int:
    seq = database.value(
        "INSERT INTO message (id, conversation, parent, role, state, created, specialist, parts) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
        (new_id(), conversation, parent, role, state, time.time(), clean_text(specialist), encoded(parts)))
    tree.choose_last(database, conversation, parent, seq)
    return int(seq)


def encoded(parts: tuple[Part, ...]) -> str:
    """Parts as they are stored: one JSON array, each part with its `kind`."""
    return msgspec.json.encode(parts).decode()


def write(database: Database, answer: str, parts: tuple[Part, ...]) -> None:
    """Save an answer that is still growing. Search finds it once it is finished."""
    with database.transaction():
        database.run("UPDATE message SET parts = ? WHERE id = ? AND state = 'streaming'",
                     (encoded(clean_parts(parts)), answer))


def finish(database: Database, answer: str, parts: tuple[Part, ...], state: MessageState, specialist: str,
           specialist_name: str, why: str, stats: TurnStats, routing: Routing) -> None:
    """The answer as it is from now on. Nothing happens when it was destroyed in the meantime."""
    parts = clean_parts(parts)
    with database.transaction():
        row = database.row(
            "UPDATE message SET parts = ?, state = ?, specialist = ?, specialist_name = ?, why = ?, stats = ?, "
            "routing = ? "
            "WHERE id = ? RETURNING seq, conversation",
            (encoded(parts), state, clean_text(specialist), clean_text(specialist_name), clean_text(why),
             msgspec.json.encode(stats).decode(), msgspec.json.encode(routing).decode(), answer))
        if row is not None:
            index_message(database, row[0], plain_text(parts))
            database.run("UPDATE conversation SET changed = ? WHERE seq = ?", (time.time(), row[1]))


def cut(database: Database, answer: str, characters: int) -> MessageView | None:
    """Only the first `characters` of an answer's text count from now on, and it is marked as stopped.

    Counted over its text parts, one behind another; thoughts, notices and the plan stay. None when there is no such
    answer, or it is still being written.
    """
    with database.transaction():
        row = database.row("SELECT seq, conversation, parts FROM message WHERE id = ? AND role = 'assistant' "
                           "AND state != 'streaming'", (answer,))
        if row is None:
            return None
        kept: list[Part] = []
        for part in _PARTS.decode(row[2]):
            if isinstance(part, TextPart):
                part, characters = TextPart(part.text[:characters]), max(0, characters - len(part.text))
            if not isinstance(part, TextPart) or part.text:
                kept.append(part)
        parts = tuple(kept)
        database.run("UPDATE message SET parts = ?, state = 'stopped' WHERE seq = ?", (encoded(parts), row[0]))
        index_message(database, row[0], plain_text(parts))
        return views(database, row[1], [row[0]])[0]


def found(database: Database, message: str) -> MessageView | None:
    """One message, wherever it is; None when it was destroyed."""
    row = database.row("SELECT seq, conversation FROM message WHERE id = ?", (message,))
    return views(database, row[1], [row[0]])[0] if row else None


def recover(database: Database) -> int:
    """After a crash: answers that were being written are interrupted, their text stays; how many there were."""
    cut = database.rows("SELECT seq, parts FROM message WHERE state = 'streaming'")
    if cut:
        with database.transaction():
            for seq, parts in cut:
                index_message(database, seq, plain_text(_PARTS.decode(parts)))
            database.run("UPDATE message SET state = 'interrupted' WHERE state = 'streaming'")
    return len(cut)


def path(database: Database, conversation: str, *, before: str = "", after: str = "", around: str = "",
         limit: int = 60) -> Page:
    """A stretch of the visible path, oldest first, and whether there is more before and after it.

    Without a place: the last `limit` messages. `around` switches to the branch that holds this message. Costs as much
    as there is on the page, however long the conversation. Raises UserFacingError.
    """
    seq = conversations.seq_of(database, conversation)
    limit = max(1, limit)
    if around:
        middle = tree.found(database, seq, around)
        with database.transaction():
            tree.show(database, seq, middle)
        below = tree.downwards(database, tree.chosen_below(database, middle), limit // 2)
        page = tree.upwards(database, middle, limit - len(below)) + below
    elif after:
        page = tree.downwards(database, tree.chosen_below(database, tree.found(database, seq, after)), limit)
    elif before:
        page = tree.upwards(database, tree.parent_of(database, tree.found(database, seq, before)), limit)
    else:
        page = tree.upwards(database, database.value("SELECT leaf FROM conversation WHERE seq = ?", (seq,)), limit)
    if not page:
        return (), bool(after), bool(before)
    return (views(database, seq, page), tree.parent_of(database, page[0]) is not None,
            tree.chosen_below(database, page[-1]) is not None)


def history(database: Database, answer: str) -> tuple[MessageView, ...]:
    """Everything above an answer, oldest first: what a prompt is made of."""
    row = database.row("SELECT conversation, parent FROM message WHERE id = ?", (answer,))
    return views(database, row[0], tree.upwards(database, row[1])) if row else ()


def views(database: Database, conversation: int, seqs: list[int]) -> tuple[MessageView, ...]:
    """The messages with these row numbers, in this order, with their versions."""
    wanted = json.dumps(seqs)
    versions: dict[int | None, list[str]] = {}
    for _, parent, identity in database.rows(
            """SELECT seq, parent, id FROM message WHERE hidden_by IS NULL AND parent IN (
                   SELECT m.parent FROM json_each(?2) JOIN message m ON m.seq = value)
               UNION ALL
               SELECT seq, parent, id FROM message WHERE hidden_by IS NULL AND conversation = ?1 AND parent IS NULL
               ORDER BY 1""", (conversation, wanted)):
        versions.setdefault(parent, []).append(identity)
    made = {}
    for row in database.rows(
            """SELECT m.seq, m.parent, m.id, p.id, m.role, m.parts, m.state, m.created, m.specialist,
                      m.specialist_name, m.why, m.stats, m.routing
               FROM json_each(?) JOIN message m ON m.seq = value LEFT JOIN message p ON p.seq = m.parent""", (wanted,)):
        seq, above, identity, parent, role, parts, state, created, specialist, name, why, stats, routing = row
        made[seq] = MessageView(identity, parent or "", role, _PARTS.decode(parts), state, created,
                                tuple(versions.get(above, ())), specialist, name, why,
                                _STATS.decode(stats), _ROUTING.decode(routing))
    return tuple(made[seq] for seq in seqs)


def last_specialist(database: Database, conversation: str) -> str:
    """Who wrote the newest finished answer of a conversation; empty when nobody did yet."""
    return str(database.value(
        """SELECT specialist FROM message WHERE conversation = (SELECT seq FROM conversation WHERE id = ?)
           AND role = 'assistant' AND state IN ('complete', 'stopped') AND hidden_by IS NULL AND specialist != ''
           ORDER BY seq DESC LIMIT 1""", (conversation,)) or "")


def show_version(database: Database, conversation: str, message: str) -> None:
    """Show this version and the branch last seen below it. Raises UserFacingError."""
    with database.transaction():
        seq = conversations.seq_of(database, conversation)
        tree.show(database, seq, tree.found(database, seq, message))


def delete(database: Database, conversation: str, message: str) -> None:
    """Hide a message with what followed it. Raises UserFacingError."""
    with database.transaction():
        seq = conversations.seq_of(database, conversation)
        tree.hide(database, seq, tree.found(database, seq, message))


def restore(database: Database, conversation: str, message: str) -> None:
    """Bring a deleted message back, with what it hid, and show it. Raises UserFacingError when it was purged."""
    with database.transaction():
        seq = conversations.seq_of(database, conversation)
        deleted = database.value("SELECT seq FROM message WHERE id = ? AND conversation = ? AND deleted IS NOT NULL",
                                 (message, seq))
        if deleted is None:
            raise UserFacingError("This message cannot be brought back.", "It was not deleted, or it was destroyed.")
        tree.unhide(database, seq, deleted)
