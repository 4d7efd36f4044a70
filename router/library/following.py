"""The checksum of a file while it is being written: it is read from the disk as far as nothing is missing.

So that when the last byte is there, little is left to be read. It does not know where the bytes come from.
"""

from __future__ import annotations

import asyncio
import hashlib
import threading
from collections.abc import Callable
from pathlib import Path

from router.library.checking import to_its_end
from router.library.partial import BLOCK
from router.library.progress import Moved, Progress

AT_ONCE = 8 << 20        # bytes that must be there before reading on is worth its while


class Following:
    """The sha256 of the file at `path`; `front` says how far it is whole."""

    def __init__(self, path: Path, front: Callable[[], int]) -> None:
        self._path = path
        self._front = front
        self._digest = hashlib.sha256()
        self._done = 0
        self._woken = asyncio.Event()
        self._stopped = threading.Event()

    def look(self) -> None:
        """More may be there now."""
        if self._front() - self._done >= AT_ONCE:
            self._woken.set()

    async def follow(self) -> None:
        """Read on whenever there is more; for ever. Cancelling ends the reading. Raises OSError."""
        try:
            while True:
                self._woken.clear()
                if self._front() - self._done >= AT_ONCE:
                    await to_its_end(self._read, self._front())
                else:
                    await self._woken.wait()
        finally:
            self._stopped.set()

    async def finish(self, moved: Moved) -> str:
        """Read the rest (`follow` must have ended), told as the phase checking, also from a thread; the sha256.

        Raises OSError.
        """
        self._stopped.clear()
        size = self._front()
        progress = Progress(lambda *step: moved("checking", *step), size)
        try:
            progress.start_at(self._done)
            await asyncio.to_thread(self._read, size, progress.at)
            progress.end()
            return self._digest.hexdigest()
        finally:
            self._stopped.set()

    def _read(self, end: int, at: Callable[[int], None] = lambda done: None) -> None:
        """In a thread: take everything up to `end` into the checksum."""
        with self._path.open("rb", buffering=0) as file:
            file.seek(self._done)
            block = memoryview(bytearray(BLOCK))
            while self._done < end and not self._stopped.is_set():
                read = file.readinto(block[:min(BLOCK, end - self._done)])
                if not read:
                    raise OSError(f"{self._path} became shorter while it was read")
                self._digest.update(block[:read])
                self._done += read
                at(self._done)
