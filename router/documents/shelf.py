"""The documents' store on a thread of its own, with the vectors of its passages in memory beside it.

A search or a large file never holds up the loop. It knows no file and no encoder; the vectors are read when they are
first needed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Concatenate, ParamSpec, TypeVar

import numpy as np

from router.documents import finding
from router.documents.finding import Candidate, fused, joined, without_copies
from router.documents.vectors import Vectors
from router.memory.document_store import DocumentStore
from router.memory.passage_search import Filter, PassageRow

RANKED = 100                # passages of each ranking that are fused

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class Run:
    """Neighbouring passages of one document. closeness: cosine of the nearest of them to the question, 0 without."""

    passages: tuple[PassageRow, ...]
    score: float
    closeness: float = 0.0


class Shelf:
    """One data folder's documents, opened when first asked. Closed by `close`."""

    def __init__(self, open_store: Callable[[], DocumentStore]) -> None:
        self._open = open_store
        self._store: DocumentStore | None = None
        self._vectors: Vectors | None = None
        self._thread = ThreadPoolExecutor(1, "documents")

    @classmethod
    def of(cls, folder: Path) -> Shelf:
        """That of a data folder."""
        return cls(lambda: DocumentStore.open(folder))

    async def ask(self, method: Callable[Concatenate[DocumentStore, Given], Answer], *given: Given.args,
                  **named: Given.kwargs) -> Answer:
        """What a method of DocumentStore returns or raises, on the store's thread."""
        def work() -> Answer:
            return method(self._opened(), *given, **named)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def keep_vectors(self, vectors: Sequence[tuple[int, bytes]]) -> None:
        """Vectors of passages, packed: on disk, and in memory if the others are."""
        def work() -> None:
            self._opened().put_vectors(vectors)
            if self._vectors is not None:
                self._vectors.add(vectors)
        await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def find(self, question: str, vector: Sequence[float] | None, limit: int, only: Filter) -> list[Run]:
        """Runs of neighbouring passages that may answer, the best first."""
        def work() -> list[Run]:
            return self._find(question, vector, limit, only)
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def close(self) -> None:
        """After this nothing may be asked."""
        def work() -> None:
            if self._store is not None:
                self._store.close()
        await asyncio.get_running_loop().run_in_executor(self._thread, work)
        self._thread.shutdown()

    def _opened(self) -> DocumentStore:
        if self._store is None:
            self._store = self._open()
        return self._store

    def _find(self, question: str, vector: Sequence[float] | None, limit: int, only: Filter) -> list[Run]:
        store = self._opened()
        rankings: list[tuple[float, Sequence[int]]] = [(finding.WORDS, store.by_words(question, RANKED, only))]
        vectors = self._loaded(store) if vector is not None else Vectors()
        if vector is not None:
            rankings.append((finding.MEANING, vectors.nearest(vector, RANKED, store.allowed(only))))
        scores = fused(rankings)
        best = list(scores)[:3 * limit]
        rows = store.passages(best)
        near = vectors.rows(best)
        candidates = [Candidate(key, rows[key].sha256, rows[key].number, rows[key].text) for key in best if key in rows]
        runs = joined(without_copies(candidates, near)[:limit])
        close = {key: float(row @ np.asarray(vector, np.float32)) for key, row in near.items()}
        # What stands under another heading is another place: its citation must not name this one's.
        apart = [list(part) for run in runs for _, part in groupby(run, lambda one: rows[one.key].headings)]
        return [Run(tuple(rows[one.key] for one in run), max(scores[one.key] for one in run),
                    max(close.get(one.key, 0.0) for one in run)) for run in apart]

    def _loaded(self, store: DocumentStore) -> Vectors:
        if self._vectors is None:
            self._vectors = Vectors()
            self._vectors.add(_from(store))
        return self._vectors


def _from(store: DocumentStore) -> Iterable[tuple[int, bytes]]:
    return store.vectors()
