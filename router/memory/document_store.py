"""What is known of a person's documents, as one object: folders, files, what they say, and their passages.

Each method is short and for one thread. It knows no file format, no encoder, and reads no file: the indexer does that
and hands over what it found.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import msgspec

from router.documents.document import Block, Document, Passage
from router.memory import passage_search
from router.memory.database import Database, open_in_memory
from router.memory.document_tables import create, open_documents
from router.memory.identity import new_id
from router.memory.passage_search import Filter, PassageRow
from router.memory.search import segmented
from router.memory.text import clean_text

FileState = Literal["waiting", "read", "refused"]


@dataclass(frozen=True)
class Root:
    """A file or folder that the person added. ignored: patterns of names that are left out."""

    id: str
    path: str
    ignored: tuple[str, ...] = ()
    paused: bool = False


@dataclass(frozen=True)
class KnownFile:
    """One file below a root. size in bytes; changed: its modification time, seconds since the epoch. sha256: of what
    was read; empty until then. problem: why it was refused, one sentence."""

    root: str
    path: str
    size: int
    changed: float
    sha256: str = ""
    state: FileState = "waiting"
    problem: str = ""


@dataclass(frozen=True)
class Counts:
    """Of one root: files by state, passages, and how many of these have no vector yet."""

    read: int = 0
    waiting: int = 0
    refused: int = 0
    passages: int = 0
    without_vector: int = 0


class DocumentStore:
    """The documents of one data folder, or of memory only. notices: what had to be done when it was opened."""

    def __init__(self, database: Database, notices: tuple[str, ...] = ()) -> None:
        self._database = database
        self.notices = notices

    @classmethod
    def open(cls, folder: Path) -> DocumentStore:
        """That of a data folder, made if there is none. Raises UserFacingError."""
        return cls(*open_documents(folder))

    @classmethod
    def in_memory(cls) -> DocumentStore:
        """One that is never written to disk."""
        database = open_in_memory()
        create(database)
        return cls(database)

    def close(self) -> None:
        """No method may be called after it."""
        self._database.close()

    # ── folders ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def add_root(self, path: str, ignored: Sequence[str] = ()) -> Root:
        """Add a file or folder; the same path again only changes what is ignored."""
        with self._database.transaction():
            self._database.run(
                "INSERT INTO root (id, path, ignored, added) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (path) DO UPDATE SET ignored = excluded.ignored",
                (new_id(), path, json.dumps(list(ignored)), time.time()))
        return next(root for root in self.roots() if root.path == path)

    def roots(self) -> tuple[Root, ...]:
        """All, in the order they were added."""
        return tuple(Root(identity, path, tuple(json.loads(ignored)), bool(paused)) for identity, path, ignored, paused
                     in self._database.rows("SELECT id, path, ignored, paused FROM root ORDER BY added, rowid"))

    def pause_root(self, root: str, paused: bool) -> None:
        """Leave it as it is for now, or go on."""
        self._database.run("UPDATE root SET paused = ? WHERE id = ?", (int(paused), root))

    def remove_root(self, root: str) -> None:
        """Forget it and everything read below it that stands nowhere else."""
        with self._database.transaction():
            self._database.run("DELETE FROM root WHERE id = ?", (root,))
            self._drop_unused()

    def counts(self) -> dict[str, Counts]:
        """For each root."""
        states: dict[str, dict[str, int]] = {}
        for root, state, number in self._database.rows("SELECT root, state, count(*) FROM file GROUP BY root, state"):
            states.setdefault(root, {})[state] = number
        passages = {root: (number, bare) for root, number, bare in self._database.rows(
            "SELECT f.root, count(*), sum(p.vector IS NULL) FROM file f JOIN content c ON c.sha256 = f.sha256 "
            "JOIN passage p ON p.content = c.seq GROUP BY f.root")}
        return {root.id: Counts(found.get("read", 0), found.get("waiting", 0), found.get("refused", 0),
                                *passages.get(root.id, (0, 0)))
                for root in self.roots() for found in (states.get(root.id, {}),)}

    # ── files ───────────────────────────────────────────────────────────────────────────────────────────────────────
    def files(self, root: str) -> tuple[KnownFile, ...]:
        """Those below a root, by path."""
        return tuple(KnownFile(*row) for row in self._database.rows(
            "SELECT root, path, size, changed, sha256, state, problem FROM file WHERE root = ? ORDER BY path", (root,)))

    def refused(self) -> tuple[KnownFile, ...]:
        """Those that could not be read, by path."""
        return tuple(KnownFile(*row) for row in self._database.rows(
            "SELECT root, path, size, changed, sha256, state, problem FROM file WHERE state = 'refused' ORDER BY path"))

    def paths(self, sha256: str) -> tuple[str, ...]:
        """Where files with this content lie."""
        return tuple(path for (path,) in self._database.rows(
            "SELECT DISTINCT path FROM file WHERE sha256 = ? ORDER BY path", (sha256,)))

    def contents(self, path: str) -> tuple[tuple[str, str], ...]:
        """(content, path) of each file that was read at `path` or below it, each content once, by path."""
        folder = path.rstrip("/\\")
        return tuple(self._database.rows(
            "SELECT sha256, min(path) FROM file WHERE state = 'read' AND (path = ? OR substr(path, 1, ?) IN (?, ?)) "
            "GROUP BY sha256 ORDER BY 2", (path, len(folder) + 1, folder + "/", folder + "\\")))

    def put_files(self, files: Iterable[KnownFile]) -> None:
        """Remember them, each in place of what was known of it."""
        with self._database.transaction():
            for file in files:
                self._put(file)
            self._drop_unused()

    def forget_files(self, root: str, paths: Iterable[str]) -> None:
        """They are not there any more."""
        with self._database.transaction():
            self._database.run("DELETE FROM file WHERE root = ? AND path IN (SELECT value FROM json_each(?))",
                               (root, json.dumps(list(paths))))
            self._drop_unused()

    def waiting(self, limit: int = 1) -> tuple[KnownFile, ...]:
        """The next to be read, of folders that are not paused: small files first, so that much is found soon."""
        return tuple(KnownFile(*row) for row in self._database.rows(
            "SELECT f.root, f.path, f.size, f.changed, f.sha256, f.state, f.problem FROM file f "
            "JOIN root r ON r.id = f.root WHERE f.state = 'waiting' AND NOT r.paused ORDER BY f.size, f.seq LIMIT ?",
            (limit,)))

    # ── what they say ───────────────────────────────────────────────────────────────────────────────────────────────
    def knows(self, sha256: str) -> bool:
        """Was a file with this content read already?"""
        return self._database.value("SELECT 1 FROM content WHERE sha256 = ?", (sha256,)) is not None

    def put_content(self, file: KnownFile, document: Document | None = None, passages: Sequence[Passage] = ()) -> None:
        """`file` was read; `document` is what it says, unless that is known already. All of it or nothing."""
        with self._database.transaction():
            if document is not None and not self.knows(file.sha256):
                self._insert_content(file.sha256, document, passages)
            self._put(file)
            self._drop_unused()

    def document(self, sha256: str) -> Document | None:
        """What a content says, whole."""
        row = self._database.row("SELECT title, text, blocks, pages, hidden, notices FROM content WHERE sha256 = ?",
                                 (sha256,))
        if row is None:
            return None
        title, text, blocks, pages, hidden, notices = row
        return Document(title, text, tuple(msgspec.json.decode(blocks, type=list[Block])), pages,
                        tuple(json.loads(hidden)), tuple(json.loads(notices)))

    def without_vector(self, limit: int) -> list[tuple[int, str]]:
        """Passages (key, text to encode) that have no vector yet."""
        return [(seq, " › ".join([title, *json.loads(headings)]) + "\n" + text) for seq, title, headings, text in
                self._database.rows("SELECT p.seq, c.title, p.headings, p.text FROM passage p JOIN content c "
                                    "ON c.seq = p.content WHERE p.vector IS NULL ORDER BY p.seq LIMIT ?", (limit,))]

    def put_vectors(self, vectors: Iterable[tuple[int, bytes]]) -> None:
        """Vectors of passages by key, packed by `passage_search.packed`. A passage that went meanwhile is left out."""
        with self._database.transaction():
            for key, vector in vectors:
                self._database.run("UPDATE passage SET vector = ? WHERE seq = ?", (vector, key))

    # ── finding ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def by_words(self, question: str, limit: int, only: Filter) -> list[int]:
        """Keys of the passages that share the most telling words with `question`, best first."""
        return passage_search.by_words(self._database, question, limit, only)

    def vectors(self, after: int = 0) -> list[tuple[int, bytes]]:
        """(key, vector) of the passages with keys above `after` that have one."""
        return self._database.rows("SELECT seq, vector FROM passage WHERE seq > ? AND vector IS NOT NULL ORDER BY seq",
                                   (after,))

    def allowed(self, only: Filter) -> set[int] | None:
        """Keys that a filter lets through; None for all."""
        return passage_search.allowed(self._database, only)

    def passages(self, keys: Sequence[int]) -> dict[int, PassageRow]:
        """Everything about passages, by key; those that are gone are left out."""
        return passage_search.rows(self._database, keys)

    def _put(self, file: KnownFile) -> None:
        self._database.run(
            "INSERT INTO file (root, path, size, changed, sha256, state, problem) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "ON CONFLICT (root, path) DO UPDATE SET size = excluded.size, changed = excluded.changed, "
            "sha256 = excluded.sha256, state = excluded.state, problem = excluded.problem",
            (file.root, file.path, file.size, file.changed, file.sha256, file.state, file.problem))

    def _insert_content(self, sha256: str, document: Document, passages: Sequence[Passage]) -> None:
        content = self._database.value(
            "INSERT INTO content (sha256, title, text, blocks, pages, hidden, notices) VALUES (?, ?, ?, ?, ?, ?, ?) "
            "RETURNING seq", (sha256, clean_text(document.title), clean_text(document.text),
                              msgspec.json.encode(document.blocks).decode(), document.pages,
                              json.dumps(document.hidden), json.dumps(document.notices)))
        for one in passages:
            key = self._database.value(
                "INSERT INTO passage (content, number, start, end, page, row, sheet, headings, text) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING seq",
                (content, one.number, one.start, one.end, one.page, one.row, clean_text(one.sheet),
                 json.dumps([clean_text(heading) for heading in one.headings]), clean_text(one.text)))
            self._database.run("INSERT INTO passage_words (rowid, text, headings) VALUES (?, ?, ?)",
                               (key, segmented(one.text), segmented(" ".join((document.title, *one.headings)))))

    def _drop_unused(self) -> None:
        """What no file says any more is destroyed, its words too."""
        unused = "SELECT seq FROM content WHERE sha256 NOT IN (SELECT sha256 FROM file)"
        self._database.run(f"DELETE FROM passage_words WHERE rowid IN (SELECT seq FROM passage WHERE content IN "
                           f"({unused}))")
        self._database.run(f"DELETE FROM content WHERE seq IN ({unused})")
