"""Passages found by their words (SQLite FTS5, bm25) and read by their keys. It knows no vector arithmetic.

A question is read as any of its words, the rare ones first: what stands in half of all passages tells nothing, and
reading its list is what takes the time.
"""

from __future__ import annotations

import array
import json
import sys
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import apsw

from router.memory.database import Database
from router.memory.search import segmented
from router.memory.text import clean_text

TOKENIZER = ("porter", ["unicode61", "remove_diacritics", "2", "categories", "L* N* Co So"])
QUESTION_LENGTH = 2_000
MOST_WORDS = 12             # of a question, the rarest; each costs the reading of its list
COMMON = 0.2                # a word in more passages than this share is left out where rarer ones are left
FEW = 500                   # … and in more passages than this: reading a short list costs nothing
HEADINGS_COUNT = 0.4        # words of headings, against those of the text


@dataclass(frozen=True)
class Filter:
    """Which passages may be found. path: a file, or a folder with all below it. since: changed at that time or later,
    seconds since the epoch."""

    path: str = ""
    since: float = 0.0


@dataclass(frozen=True)
class PassageRow:
    """One passage with what it belongs to. paths: where equal files lie, the first is as good as any."""

    key: int
    sha256: str
    title: str
    paths: tuple[str, ...]
    changed: float
    number: int
    start: int
    end: int
    page: int
    row: int
    sheet: str
    headings: tuple[str, ...]
    text: str


def by_words(database: Database, question: str, limit: int, only: Filter) -> list[int]:
    """Keys, best first; none when there is no word in the question."""
    words = telling_words(database, question)
    if not words:
        return []
    expression = " OR ".join('"' + word.replace('"', '""') + '"' for word in words)
    where, bindings = _condition(only)
    return [key for (key,) in database.rows(
        f"SELECT rowid FROM passage_words WHERE passage_words MATCH ? {where} "
        f"ORDER BY bm25(passage_words, 1.0, {HEADINGS_COUNT}) LIMIT ?", (expression, *bindings, limit))]


def telling_words(database: Database, question: str) -> list[str]:
    """The words of a question that occur at all, the rarest first, as the index knows them."""
    tokens = words_of(database, question)
    if not tokens:
        return []
    database.run("CREATE VIRTUAL TABLE IF NOT EXISTS temp.passage_terms USING fts5vocab(main, passage_words, row)")
    found: dict[str, int] = dict(database.rows(
        "SELECT term, doc FROM temp.passage_terms WHERE term IN (SELECT value FROM json_each(?))",
        (json.dumps(tokens),)))
    most = max(FEW, COMMON * int(database.value("SELECT count(*) FROM passage")))
    rare = sorted(found, key=lambda word: (found[word], word))
    return [word for word in rare if found[word] <= most][:MOST_WORDS] or rare[:2]


def words_of(database: Database, text: str) -> list[str]:
    """Words as the index holds them: folded, without accents, stemmed; each once, in order."""
    text = unicodedata.normalize("NFC", clean_text(text))[:QUESTION_LENGTH]
    tokenize = database.connection.fts5_tokenizer(*TOKENIZER)
    tokens = tokenize(segmented(text).encode(), apsw.FTS5_TOKENIZE_QUERY, None, include_offsets=False)
    return list(dict.fromkeys(str(alternatives[0]) for alternatives in tokens))


def allowed(database: Database, only: Filter) -> set[int] | None:
    """Keys that the filter lets through; None for all."""
    where, bindings = _condition(only, "seq")
    if not where:
        return None
    return {key for (key,) in database.rows(f"SELECT seq FROM passage WHERE 1 {where}", bindings)}


def rows(database: Database, keys: Sequence[int]) -> dict[int, PassageRow]:
    """Passages by key."""
    found = database.rows(
        """SELECT p.seq, c.sha256, c.title, (SELECT json_group_array(path) FROM file WHERE sha256 = c.sha256),
                  (SELECT max(changed) FROM file WHERE sha256 = c.sha256),
                  p.number, p.start, p.end, p.page, p.row, p.sheet, p.headings, p.text
           FROM passage p JOIN content c ON c.seq = p.content WHERE p.seq IN (SELECT value FROM json_each(?))""",
        (json.dumps(list(keys)),))
    return {key: PassageRow(key, sha256, title, tuple(json.loads(paths)), changed or 0.0, number, start, end, page, row,
                            sheet, tuple(json.loads(headings)), text)
            for key, sha256, title, paths, changed, number, start, end, page, row, sheet, headings, text in found}


def _condition(only: Filter, key: str = "rowid") -> tuple[str, tuple[str | float, ...]]:
    if not only.path and not only.since:
        return "", ()
    files, bindings = ["1"], list[str | float]()
    if only.path:
        folder = only.path.rstrip("/\\")
        files.append("(path = ? OR substr(path, 1, ?) IN (?, ?))")
        bindings += [only.path, len(folder) + 1, folder + "/", folder + "\\"]
    if only.since:
        files.append("changed >= ?")
        bindings.append(only.since)
    return (f"AND {key} IN (SELECT p.seq FROM passage p JOIN content c ON c.seq = p.content WHERE c.sha256 IN "
            f"(SELECT sha256 FROM file WHERE {' AND '.join(files)}))"), tuple(bindings)


def packed(vector: Sequence[float]) -> bytes:
    """A vector as it is kept: float32, little endian."""
    numbers = array.array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()
