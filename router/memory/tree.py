"""The shape of a conversation: which of many branches is the visible path. It knows ids and parents, no words.

Every message remembers the child last seen below it (`chosen`), a conversation the root last seen (`first`) and the
end of the path they lead to (`leaf`). The last page is read upwards from the leaf, a page after a message downwards
along `chosen`: both cost as many steps as there are messages on the page. A change of branch walks the whole path.
"""

from __future__ import annotations

import time
from itertools import pairwise

from router.errors import UserFacingError
from router.memory.database import Database

_ENDLESS = 1 << 40


def found(database: Database, conversation: int, message: str) -> int:
    """The row number of a message that can be seen. Raises UserFacingError."""
    seq = database.value("SELECT seq FROM message WHERE id = ? AND conversation = ? AND hidden_by IS NULL",
                         (message, conversation))
    if seq is None:
        raise UserFacingError("This message is no longer there.", "Open the conversation again to see what it holds.")
    return int(seq)


def parent_of(database: Database, seq: int) -> int | None:
    """The message above, None for a root."""
    parent: int | None = database.value("SELECT parent FROM message WHERE seq = ?", (seq,))
    return parent


def chosen_below(database: Database, seq: int) -> int | None:
    """The child last seen."""
    chosen: int | None = database.value("SELECT chosen FROM message WHERE seq = ?", (seq,))
    return chosen


def upwards(database: Database, seq: int | None, limit: int = _ENDLESS) -> list[int]:
    """`seq` and what is above it, at most `limit` rows, oldest first."""
    rows = database.rows(
        """WITH RECURSIVE up (seq, n) AS (
               SELECT ?1, 1 WHERE ?1 IS NOT NULL AND ?2 > 0
               UNION ALL SELECT m.parent, n + 1 FROM up JOIN message m ON m.seq = up.seq
               WHERE m.parent IS NOT NULL AND n < ?2)
           SELECT seq FROM up ORDER BY n DESC""", (seq, limit))
    return [row[0] for row in rows]


def downwards(database: Database, seq: int | None, limit: int = _ENDLESS) -> list[int]:
    """`seq` and the path last seen below it, at most `limit` rows, oldest first."""
    rows = database.rows(
        """WITH RECURSIVE down (seq, n) AS (
               SELECT ?1, 1 WHERE ?1 IS NOT NULL AND ?2 > 0
               UNION ALL SELECT m.chosen, n + 1 FROM down JOIN message m ON m.seq = down.seq
               WHERE m.chosen IS NOT NULL AND n < ?2)
           SELECT seq FROM down ORDER BY n""", (seq, limit))
    return [row[0] for row in rows]


def choose_last(database: Database, conversation: int, parent: int | None, seq: int | None) -> None:
    """`seq` is the child seen below `parent` from now on, and the end of the path (both None: nothing is left)."""
    if parent is None:
        database.run("UPDATE conversation SET first = ? WHERE seq = ?", (seq, conversation))
    else:
        database.run("UPDATE message SET chosen = ? WHERE seq = ?", (seq, parent))
    database.run("UPDATE conversation SET leaf = ? WHERE seq = ?", (seq or parent, conversation))


def show(database: Database, conversation: int, seq: int) -> None:
    """Make `seq` part of the visible path, with the branch last seen below it."""
    path = upwards(database, seq)
    database.run("UPDATE conversation SET first = ? WHERE seq = ? AND first IS NOT ?", (path[0], conversation, path[0]))
    database.run_many("UPDATE message SET chosen = ?1 WHERE seq = ?2 AND chosen IS NOT ?1",
                      ((below, above) for above, below in pairwise(path)))
    _settle(database, conversation)


def _settle(database: Database, conversation: int) -> None:
    first = database.value("SELECT first FROM conversation WHERE seq = ?", (conversation,))
    path = downwards(database, first)
    leaf = path[-1] if path else None
    database.run("UPDATE conversation SET leaf = ?1 WHERE seq = ?2 AND leaf IS NOT ?1", (leaf, conversation))


def hide(database: Database, conversation: int, seq: int) -> None:
    """Hide a message and all below it; another version takes its place on the path, the one before if there is one."""
    database.run(
        """WITH RECURSIVE below (seq) AS (
               SELECT ?1 UNION ALL SELECT m.seq FROM below JOIN message m ON m.parent = below.seq)
           UPDATE message SET hidden_by = ?1 WHERE seq IN (SELECT seq FROM below) AND hidden_by IS NULL""", (seq,))
    database.run("UPDATE message SET deleted = ? WHERE seq = ?", (time.time(), seq))
    parent = parent_of(database, seq)
    other = database.value(
        """SELECT seq FROM message WHERE parent IS ?1 AND conversation = ?2 AND hidden_by IS NULL
           ORDER BY seq > ?3, abs(seq - ?3) LIMIT 1""", (parent, conversation, seq))
    if parent is None:
        database.run("UPDATE conversation SET first = ? WHERE seq = ? AND first = ?", (other, conversation, seq))
    else:
        database.run("UPDATE message SET chosen = ? WHERE seq = ? AND chosen = ?", (other, parent, seq))
    _settle(database, conversation)


def unhide(database: Database, conversation: int, seq: int) -> None:
    """Undo `hide`. Below a message that is itself hidden it comes back together with that one."""
    parent = parent_of(database, seq)
    above = None if parent is None else database.value("SELECT hidden_by FROM message WHERE seq = ?", (parent,))
    database.run("UPDATE message SET deleted = NULL WHERE seq = ?", (seq,))
    database.run("UPDATE message SET hidden_by = ? WHERE hidden_by = ?", (above, seq))
    if above is None:
        show(database, conversation, seq)
    else:
        database.run("UPDATE message SET chosen = ? WHERE seq = ?", (seq, parent))
