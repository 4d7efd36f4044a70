"""The queue of downloads as front-ends see it: a line for each order, with how far it is and how long it takes."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from router.install_queue import Order
from router.messages import InstallMoved
from router.model_views import QueuedInstall

STEP = 0.5              # seconds between two of the moments that are kept
LOOK_BACK = 10.0        # seconds that the speed is taken over: short enough to be true, long enough to be read


class Pace:
    """Bytes per second over the last seconds, from how far it was when. `clock` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._steps: list[tuple[float, int]] = []

    def at(self, done: int) -> None:
        """`done` bytes are there now."""
        now = self._clock()
        if self._steps and done < self._steps[-1][1]:
            self._steps.clear()
        if len(self._steps) > 1 and self._steps[-1][0] - self._steps[-2][0] < STEP:
            self._steps[-1] = now, done
        else:
            self._steps.append((now, done))
        while len(self._steps) > 2 and now - self._steps[1][0] >= LOOK_BACK:
            self._steps.pop(0)

    @property
    def bytes_per_second(self) -> float:
        """0 while nothing is known. What does not move any more gets slower and slower."""
        if not self._steps:
            return 0.0
        (begun, first), (_, last) = self._steps[0], self._steps[-1]
        passed = self._clock() - begun
        return (last - first) / passed if passed > 0 else 0.0

    def seconds_left(self, done: int, total: int) -> float:
        """0 where nobody can tell."""
        speed = self.bytes_per_second
        return (total - done) / speed if speed > 0 and total > done else 0.0


@dataclass
class Run:
    """One install under way: for whom, what was told of it last, its pace."""

    request: str = ""
    moved: InstallMoved | None = None

    def __post_init__(self) -> None:
        self.pace = Pace()

    def take(self, moved: InstallMoved) -> None:
        """The next step."""
        self.moved = moved
        if moved.phase in ("fetching", "waiting"):
            self.pace.at(moved.done)


def line(order: Order, name: str, run: Run | None, done: int, total: int, *, held: bool) -> QueuedInstall:
    """The line of an order. done and total in bytes where it does not run; held: it waits for a person."""
    if run is None:
        state: Literal["waiting", "paused", "failed"] = "paused" if held and order.state == "waiting" else order.state
        return QueuedInstall(order.specialist, name, state, done=done, total=total, source=order.source,
                             error=order.error, hint=order.hint)
    moved = run.moved
    if moved is None:
        return QueuedInstall(order.specialist, name, "running", "asking", done, total, source=order.source)
    fetching = moved.phase == "fetching"
    return QueuedInstall(
        order.specialist, name, "running", moved.phase, moved.done, moved.total,
        run.pace.bytes_per_second if fetching else 0.0,
        run.pace.seconds_left(moved.done, moved.total) if fetching else 0.0, moved.source)
