"""Work on files without blocking the loop: it runs in a thread, and cancelling never leaves one at work behind."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from pathlib import Path
from typing import ParamSpec, TypeVar

from router.library.partial import sha256_of
from router.library.progress import Progress, Tell

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def silent(done: int, total: int, bytes_per_second: float) -> None:
    """For those who do not want to hear of progress."""


async def checksum(path: Path, tell: Tell = silent) -> str:
    """The sha256 of what is on disk. Raises OSError. `tell` is called on the loop."""
    loop = asyncio.get_running_loop()
    stopped = threading.Event()
    size = (await asyncio.to_thread(path.stat)).st_size

    def post(done: int, total: int, bytes_per_second: float) -> None:
        loop.call_soon_threadsafe(tell, done, total, bytes_per_second)

    progress = Progress(post, size)
    try:
        progress.start_at(0)
        found = await asyncio.to_thread(sha256_of, path, progress.at, stopped.is_set)
        progress.end()
        await asyncio.sleep(0)       # what the thread posted is told before the answer is used
        return found
    finally:
        stopped.set()


async def to_its_end(work: Callable[Given, Answer], *args: Given.args, **kwargs: Given.kwargs) -> Answer:
    """Run `work` in a thread. When cancelled, wait for it first: what it does to files must not be cut in two."""
    running = asyncio.ensure_future(asyncio.to_thread(work, *args, **kwargs))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait([running])
        raise
