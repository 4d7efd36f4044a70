"""The vectors of all passages in memory, and which lie nearest to a question's. It knows no text and no encoder.

Compared one by one with numpy: 50,000 vectors of 384 numbers take a few milliseconds and 77 MB, and every search is
exact. An approximate index would pay from a million on.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

GROWTH = 1.5


class Vectors:
    """Rows of length one, by key. Attribute `newest`: the highest key that was added."""

    def __init__(self) -> None:
        self.newest = 0
        self._keys = np.zeros(0, np.int64)
        self._rows = np.zeros((0, 0), np.float32)
        self._count = 0
        self._places: dict[int, int] = {}

    def __len__(self) -> int:
        return self._count

    def add(self, packed: Iterable[tuple[int, bytes]]) -> None:
        """More of them (float32, little endian). One of another length than the first is left out."""
        for key, vector in packed:
            row = np.frombuffer(vector, dtype="<f4")
            if self._rows.shape[1] not in (0, len(row)) or key in self._places:
                continue
            self._make_room(len(row))
            self._rows[self._count] = row
            self._keys[self._count] = key
            self._places[key] = self._count
            self._count += 1
            self.newest = max(self.newest, key)

    def nearest(self, vector: Sequence[float], limit: int, allowed: set[int] | None = None) -> list[int]:
        """Keys of the `limit` rows with the greatest cosine, the nearest first."""
        question = np.asarray(vector, np.float32)
        if not self._count or question.shape != (self._rows.shape[1],):
            return []
        scores = self._rows[:self._count] @ question
        if allowed is not None:
            scores[~np.isin(self._keys[:self._count], np.fromiter(allowed, np.int64, len(allowed)))] = -2.0
        limit = min(limit, self._count)
        best = np.argpartition(-scores, limit - 1)[:limit]
        ordered = best[np.argsort(-scores[best], kind="stable")]
        return [int(self._keys[place]) for place in ordered if scores[place] > -2.0]

    def rows(self, keys: Iterable[int]) -> dict[int, NDArray[np.float32]]:
        """The vectors of those keys that have one."""
        return {key: self._rows[self._places[key]] for key in keys if key in self._places}

    def _make_room(self, width: int) -> None:
        if self._count < len(self._rows):
            return
        rows = np.zeros((max(1024, int(len(self._rows) * GROWTH)), width), np.float32)
        keys = np.zeros(len(rows), np.int64)
        if self._count:
            rows[:self._count], keys[:self._count] = self._rows[:self._count], self._keys[:self._count]
        self._rows, self._keys = rows, keys
