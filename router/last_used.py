"""When each specialist was last asked: a small file in the data folder, written lazily. What about, it does not say."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from router.fleet.notebook import Notebook


class LastUsed:
    """Specialist → seconds since the epoch. Kept in `path` (None: in memory only)."""

    def __init__(self, path: Path | None = None, now: Callable[[], float] = time.time) -> None:
        self._times = Notebook(path, float)
        self._now = now

    def note(self, specialist: str) -> None:
        """It is being asked now."""
        self._times.put(specialist, round(self._now(), 1))

    def of(self, specialist: str) -> float:
        """0 when nobody has asked it."""
        return self._times.get(specialist) or 0.0

    def flush(self) -> None:
        """Write down what is not on disk yet."""
        self._times.flush()
