"""Full-text search over messages and titles (SQLite FTS5): what is indexed, how a query is read, how hits are ranked.

It knows no widget and never fails on what a person types: quotes, operators, emoji or punctuation are only text.

Scripts written without spaces (Han, kana, Hangul, Thai, Lao, Khmer, Burmese) and symbols such as emoji are indexed one
character a word, so that any piece of them is found, also of one or two characters, which SQLite's trigram tokenizer
cannot do. A zero-width space between the characters does it; it is taken out of snippets again.
"""

from __future__ import annotations

import json
import re
import unicodedata

from router.memory.database import Database
from router.memory.text import clean_text
from router.views import SearchHit

MARK, UNMARK = "\ue000", "\ue001"
SNIPPET_WORDS = 24
QUERY_LENGTH = 1000
QUERY_WORDS = 32
TITLE_HITS = 10

_SEPARATOR = "\u200b"
_ALONE = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2190-\u2bff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
                    "\uac00-\ud7af\uf900-\ufaff\U0001f000-\U0001faff\U00020000-\U0003ffff]")
_PRIVATE = re.compile(f"[{MARK}{UNMARK}{_SEPARATOR}]")
_PHRASE_OR_WORD = re.compile(r'"([^"]+)"|(\S+)')
_WORD_CATEGORIES = ("L", "N", "Co", "So")


def segmented(text: str) -> str:
    """The text as it is indexed: characters of scripts without spaces stand alone, our two marks are gone."""
    return _ALONE.sub(rf"{_SEPARATOR}\g<0>{_SEPARATOR}", _PRIVATE.sub("", text))


def query_for(text: str) -> str:
    """The FTS5 expression for what a person typed; empty when there is no word in it.

    Words must all occur; "quoted words" must stand together; the last word may be only the beginning of one.
    """
    found = _PHRASE_OR_WORD.findall(clean_text(text)[:QUERY_LENGTH])[:QUERY_WORDS]
    terms = [(phrase or word, bool(phrase)) for phrase, word in found if _has_word(phrase or word)]
    quoted = ['"' + segmented(term).replace('"', '""') + '"' for term, _ in terms]
    if terms and not terms[-1][1]:
        quoted[-1] += "*"
    return " ".join(quoted)


def _has_word(term: str) -> bool:
    return any(unicodedata.category(character).startswith(_WORD_CATEGORIES) for character in _PRIVATE.sub("", term))


def index_message(database: Database, seq: int, text: str) -> None:
    """Put the words of a message into the index, in place of older ones."""
    database.run("DELETE FROM message_words WHERE rowid = ?", (seq,))
    database.run("INSERT INTO message_words (rowid, text) VALUES (?, ?)", (seq, segmented(text)))


def index_title(database: Database, seq: int, title: str) -> None:
    """Put the words of a title into the index, in place of older ones."""
    database.run("DELETE FROM title_words WHERE rowid = ?", (seq,))
    database.run("INSERT INTO title_words (rowid, text) VALUES (?, ?)", (seq, segmented(title)))


def search(database: Database, text: str, limit: int) -> tuple[SearchHit, ...]:
    """At most `limit` hits: titles first (their `message` is empty), then messages; by bm25, then the newest.

    bm25 is FTS5's own ranking (https://sqlite.org/fts5.html#the_bm25_function). What is deleted is not found.
    """
    query = query_for(text)
    if not query or limit < 1:
        return ()
    titles = _in_titles(database, query, min(limit, TITLE_HITS))
    return titles + _in_messages(database, query, limit - len(titles))


def _in_titles(database: Database, query: str, limit: int) -> tuple[SearchHit, ...]:
    found = database.rows(
        f"""SELECT c.id, c.title, highlight(title_words, 0, '{MARK}', '{UNMARK}'), c.changed
            FROM title_words JOIN conversation c ON c.seq = title_words.rowid
            WHERE title_words MATCH ? AND c.deleted IS NULL
            ORDER BY bm25(title_words), c.changed DESC LIMIT ?""", (query, limit))
    return tuple(SearchHit(conversation, title, "", _readable(snippet), changed)
                 for conversation, title, snippet, changed in found)


def _in_messages(database: Database, query: str, limit: int) -> tuple[SearchHit, ...]:
    best = database.rows(
        """SELECT m.seq, c.id, c.title, m.id, m.created
           FROM message_words JOIN message m ON m.seq = message_words.rowid
           JOIN conversation c ON c.seq = m.conversation
           WHERE message_words MATCH ? AND m.hidden_by IS NULL AND c.deleted IS NULL
           ORDER BY bm25(message_words), m.seq DESC LIMIT ?""", (query, limit))
    # Snippets are made in a second pass and for these rows only: in the first, every match would pay for one.
    snippets: dict[int, str] = dict(database.rows(
        f"""SELECT rowid, snippet(message_words, 0, '{MARK}', '{UNMARK}', '…', {SNIPPET_WORDS}) FROM message_words
            WHERE message_words MATCH ? AND +rowid IN (SELECT value FROM json_each(?))""",
        (query, json.dumps([row[0] for row in best]))))
    return tuple(SearchHit(conversation, title, message, _readable(snippets[seq]), created)
                 for seq, conversation, title, message, created in best)


def _readable(snippet: str) -> str:
    return " ".join(snippet.replace(_SEPARATOR, "").split())
