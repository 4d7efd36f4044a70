"""Pieces of an answer to sound, one behind another, a little ahead of what is being played. One for each epoch.

It does not know where the pieces come from nor who plays them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable

from router.errors import UserFacingError
from router.voice.reading import Piece
from router.voice.speech import Sound

AHEAD = 15.0                    # seconds of sound made ahead of what has been played


class Mouth:
    """speak: makes the sound of a piece (None: there is none); raises UserFacingError. ahead: seconds that wait to be
    played. sounded: called with each sound. closed: called when the last piece is made. failed: the voice does not
    work; nothing more is made."""

    def __init__(self, speak: Callable[[Piece], Awaitable[Sound | None]], ahead: Callable[[], float],
                 sounded: Callable[[Sound], None], closed: Callable[[], None],
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
                if (sound := await self._speak(piece)) is not None:
                    self._sounded(sound)
        except UserFacingError as error:
            self._failed(error)
        else:
            self._closed()
