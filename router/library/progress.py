"""Progress that never goes backwards and is told at most ten times a second."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

Tell = Callable[[int, int, float], None]      # bytes so far, bytes in all, bytes per second
Phase = Literal["asking", "fetching", "waiting", "joining", "checking", "testing"]
Moved = Callable[[Phase, int, int, float], None]     # the phase, then as in Tell
MovedFrom = Callable[[str, Phase, int, int, float], None]     # the same, after the source
SMOOTHING = 0.3                               # weight of the newest tenth of a second in the speed that is shown


def after(moved: Moved, before: int, total: int) -> Moved:
    """The progress of one file of several: `before` bytes of the others are there, `total` are wanted (0: unknown)."""
    def told(phase: Phase, done: int, size: int, speed: float) -> None:
        moved(phase, before + done, total or before + size, speed)
    return told


def never_backwards(moved: Moved) -> Moved:
    """Pass on, but never less of a phase than was told before: what is fetched anew is not taken back."""
    furthest: dict[Phase, int] = {}

    def told(phase: Phase, done: int, total: int, speed: float) -> None:
        furthest[phase] = max(furthest.get(phase, 0), done)
        moved(phase, min(furthest[phase], total) if total else furthest[phase], total, speed)
    return told


class Progress:
    """Counts bytes towards `total` and passes them on. One per phase."""

    def __init__(self, tell: Tell, total: int, interval: float = 0.1) -> None:
        self._tell = tell
        self._interval = interval
        self._told = 0.0
        self._counted = 0
        self.total = total
        self.done = 0
        self.speed = 0.0

    def start_at(self, done: int) -> None:
        """Bytes that were there already: they count as done, not as speed."""
        self._move(done)
        self._counted = self.done
        self._told = time.monotonic()
        self._tell(self.done, self.total, 0.0)

    def at(self, done: int) -> None:
        """`done` bytes are there."""
        self._move(done)
        now = time.monotonic()
        passed = now - self._told
        if passed < self._interval:
            return
        newest = (self.done - self._counted) / passed
        self.speed = newest if not self.speed else SMOOTHING * newest + (1 - SMOOTHING) * self.speed
        self._told, self._counted = now, self.done
        self._tell(self.done, self.total, self.speed)

    def end(self) -> None:
        """The last word of the phase, whatever the clock says."""
        self._tell(self.done, self.total, self.speed)

    def _move(self, done: int) -> None:
        self.done = max(self.done, min(done, self.total) if self.total else done)
