"""A command line's end of the router: its own core, or the one of the window that is open. Prints; decides nothing.

Results go to stdout, progress and notices to stderr. In `--json` every event is a line on stdout.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
import time
import uuid
from collections.abc import AsyncIterator
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from router.assistant import AlreadyRunning, Assistant, default_folder, open_assistant
from router.errors import UserFacingError
from router.joining import Core, JoinedCore
from router.messages import Command, Event, Noticed, Refused
from router.ownership import owner_address
from specialists import codec

WAIT_FOR_OWNER_SECONDS = 10.0
Answer = TypeVar("Answer")


class Front:
    """`async with Front(folder, as_json) as front`: a core to talk to. Attributes: `joined` tells whether it is another
    process's."""

    def __init__(self, folder: Path | None, as_json: bool = False) -> None:
        self.folder = folder or default_folder()
        self.as_json = as_json
        self.joined = False
        self._core: Core | None = None
        self._events: asyncio.Queue[Event] = asyncio.Queue()

    async def __aenter__(self) -> Front:
        """Open a core, or join the one that owns the folder. Raises UserFacingError."""
        deadline = time.monotonic() + WAIT_FOR_OWNER_SECONDS
        while self._core is None:
            try:
                self._core = await open_assistant(self.folder)
            except AlreadyRunning:
                self._core = await self._join()
                if self._core is None and time.monotonic() > deadline:
                    raise
                if self._core is None:
                    await asyncio.sleep(0.1)        # the owner is starting or ending
        self._core.subscribe(self._events.put_nowait)
        return self

    async def _join(self) -> JoinedCore | None:
        address = owner_address(self.folder)
        if address is None:
            return None
        with contextlib.suppress(OSError, TimeoutError):
            core = await JoinedCore.join(address)
            self.joined = True
            return core
        return None

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None,
                        trace: TracebackType | None) -> None:
        assert self._core is not None
        if isinstance(self._core, Assistant) and kind is None:
            await self._core.door.guests_gone()     # who joined this command line gets its answer first
        await self._core.close()

    def send(self, command: Command) -> None:
        """Give the core a command."""
        assert self._core is not None
        self._core.send(command)

    async def events(self) -> AsyncIterator[Event]:
        """Every event from now on, for ever. Raises UserFacingError when a joined core closes."""
        while True:
            event = await self._events.get()
            if isinstance(event, Refused) and event.subject == "connection":
                raise UserFacingError(event.text, event.hint)
            yield event

    async def ask_core(self, command: Command, expected: type[Answer]) -> Answer:
        """Send a command that has a `request` id and wait for the event that answers it. Raises UserFacingError."""
        request = getattr(command, "request", "")
        self.send(command)
        async for event in self.events():
            if isinstance(event, Noticed) and not event.turn:
                self.note(event.text, event.hint)
            if getattr(event, "request", None) != request:
                continue
            if isinstance(event, Refused):
                raise UserFacingError(event.text, event.hint)
            if isinstance(event, expected):
                return event
        raise AssertionError("events() never ends")

    def show(self, event: Event) -> None:
        """The event as a JSON line, in `--json` only."""
        if self.as_json:
            print(codec.encode(event).decode(), flush=True)

    def note(self, text: str, hint: str = "") -> None:
        """A sentence beside the result."""
        print(f"{text} {hint}".strip(), file=sys.stderr, flush=True)


def new_id() -> str:
    """An id that no other front-end chooses."""
    return uuid.uuid4().hex


def confirmed(question: str, yes: bool) -> bool:
    """Ask on the terminal; without one, or with `--yes`, nothing is asked and the answer is yes."""
    if yes or not sys.stdin.isatty():
        return True
    print(f"{question} [Y/n] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("", "y", "yes")


def size_in_words(size: int) -> str:
    """Bytes as people read them: 98 MB, 1.1 GB; `size unknown` for 0."""
    if not size:
        return "size unknown"
    return f"{size / 1e9:.1f} GB" if size >= 1e9 else f"{size / 1e6:.0f} MB"
