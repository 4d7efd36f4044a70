"""Pieces of an answer to sound, one behind another, a little ahead of what is being played. One for each epoch.

It does not know where the pieces come from nor who plays them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Protocol

from router.errors import UserFacingError
from router.voice.reading import Piece
from specialists.wire import Audio

AHEAD = 15.0                    # seconds of sound made ahead of what has been played
PAUSES = {"clause": 0.06, "sentence": 0.16, "paragraph": 0.4}   # seconds of silence behind each kind of piece
BYTES = 2                       # of a sample


class Speak(Protocol):
    """Makes the sound of one clause: `SpeechModels.speak` of one voice, or a test's. Raises UserFacingError."""

    def __call__(self, clause: str) -> AsyncGenerator[Audio, None]: ...


class Mouth:
    """sounded: called with each piece, its sound, its rate, and the seconds it took to make. closed: called when the
    last piece is made. failed: the voice does not work; nothing more is made."""

    def __init__(self, speak: Speak, ahead: Callable[[], float],
                 sounded: Callable[[Piece, bytes, int, float], None], closed: Callable[[], None],
                 failed: Callable[[UserFacingError], None]) -> None:
        self._speak, self._ahead = speak, ahead
        self._sounded, self._closed, self._failed = sounded, closed, failed
        self._pieces: asyncio.Queue[Piece | None] = asyncio.Queue()
        self._room = asyncio.Event()
        self._task = asyncio.create_task(self._run())

    def say(self, piece: Piece) -> None:
        """After everything before it."""
        self._pieces.put_nowait(piece)

    def finish(self) -> None:
        """Nothing follows."""
        self._pieces.put_nowait(None)

    def played(self) -> None:
        """Some of the sound has been played: there may be room for more."""
        self._room.set()

    async def be_silent(self) -> None:
        """Make nothing more. When this returns, the voice is free."""
        self._task.cancel()
        await asyncio.wait({self._task})

    async def _run(self) -> None:
        try:
            while (piece := await self._pieces.get()) is not None:
                while self._ahead() > AHEAD:
                    self._room.clear()
                    await self._room.wait()
                await self._make(piece)
        except UserFacingError as error:
            self._failed(error)
        else:
            self._closed()

    async def _make(self, piece: Piece) -> None:
        began = asyncio.get_running_loop().time()
        sound, rate = bytearray(), 0
        async for audio in self._speak(piece.text):
            sound += audio.samples
            rate = audio.rate
        if rate:
            sound += bytes(BYTES * round(PAUSES[piece.pause] * rate))
            self._sounded(piece, bytes(sound), rate, asyncio.get_running_loop().time() - began)
