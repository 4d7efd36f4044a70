"""An event loop whose clock jumps to the next timer when nothing else is left to do: hours pass in no time."""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Coroutine
from typing import Any


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self.now = 0.0
        super().__init__(_JumpingSelector(self))

    def time(self) -> float:
        return self.now


class _JumpingSelector(selectors.SelectSelector):
    def __init__(self, loop: _JumpingLoop) -> None:
        super().__init__()
        self._loop = loop

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        assert timeout is not None, "everything waits and no timer is set: this would wait for ever"
        events = super().select(0)
        if not events:
            self._loop.now += timeout
        return events


def run(story: Coroutine[Any, Any, None]) -> None:
    """`asyncio.run` in jumping time."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        runner.run(story)
