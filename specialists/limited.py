"""Running somebody else's Python-level code (a rendered template) under a limit of time and memory.

A thread cannot be stopped from outside and signals are not portable, so the interpreter's own trace hook watches: it is
called before every line, also inside loops that never end, and raises. It does not see inside a single C call; who
uses this must keep single calls small (`specialists.template_sandbox` does). Works in any thread, on any system.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import psutil

MEMORY_CHECK = 0.005            # seconds between two looks at the process's memory (a look costs 20 µs)


class LimitExceeded(Exception):
    """The code took too long or too much memory. The text says which."""


@contextmanager
def limited(seconds: float, memory: int) -> Iterator[None]:
    """Raise LimitExceeded in the block once it has run `seconds` or the process has grown by `memory` bytes."""
    process = psutil.Process()
    begun = time.monotonic()
    ceiling = process.memory_info().rss + memory
    looked = begun

    def watch(frame: FrameType, event: str, arg: Any) -> Callable[..., Any]:
        nonlocal looked
        now = time.monotonic()
        if now - begun > seconds:
            raise LimitExceeded(f"ran for more than {seconds:g} seconds")
        if now - looked > MEMORY_CHECK:
            looked = now
            if process.memory_info().rss > ceiling:
                raise LimitExceeded(f"took more than {memory // 2**20} MB of memory")
        return watch

    before = sys.gettrace()
    sys.settrace(watch)
    try:
        yield
    finally:
        sys.settrace(before)
