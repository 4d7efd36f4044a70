"""A second front-end joins the owner of the data folder: the same commands and events, as JSON lines on a local socket.

Only this person can open it: a Unix socket inside a 0700 folder, or (Windows) a loopback port; in both cases the first
line must be the token from the owner's 0600 note. Knows nothing of what the commands mean.
"""

from __future__ import annotations

import asyncio
import contextlib
import hmac
import sys
from collections.abc import Callable
from typing import Any, Protocol

from router.errors import UserFacingError
from router.messages import COMMANDS, EVENTS, Command, Event, Refused
from router.ownership import Address, Ownership
from specialists import codec

LONGEST_LINE = 64 * 1024 * 1024         # bytes; a pasted 10 MB text fits, endless garbage does not
BACKLOG = 10_000                        # events a guest may lag behind before it is let go


class Core(Protocol):
    """What a front-end talks to, whether it lives in this process or is joined."""

    def send(self, command: Command) -> None: ...
    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]: ...
    async def close(self) -> None: ...


class Door:
    """The owner's side: lets guests in and passes their commands on."""

    def __init__(self, core: Core, ownership: Ownership) -> None:
        self._core = core
        self._ownership = ownership
        self._token = ""
        self._guests: set[asyncio.Task[None]] = set()
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Begin to listen. A machine without local sockets only loses joining, not Consort."""
        if sys.platform == "win32":
            self._server = await asyncio.start_server(self._welcome, "127.0.0.1", 0, limit=LONGEST_LINE)
            self._token = self._ownership.announce("", self._server.sockets[0].getsockname()[1])
        else:
            path = self._ownership.socket_path()
            self._server = await asyncio.start_unix_server(self._welcome, path, limit=LONGEST_LINE)
            path.chmod(0o600)
            self._token = self._ownership.announce(str(path), 0)

    async def guests_gone(self) -> None:
        """Wait until every front-end that has joined has left again."""
        while self._guests:
            await asyncio.wait(self._guests)

    async def close(self) -> None:
        """Send everyone home."""
        if self._server is not None:
            self._server.close()
        for guest in tuple(self._guests):
            guest.cancel()
        await asyncio.gather(*self._guests, return_exceptions=True)

    async def _welcome(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._guests.add(task)
        events: asyncio.Queue[Event | None] = asyncio.Queue()

        def pass_on(event: Event) -> None:
            if events.qsize() < BACKLOG:
                events.put_nowait(event)
            else:
                writer.transport.abort()

        leave: Callable[[], None] | None = None
        sender: asyncio.Task[None] | None = None
        try:
            said = (await reader.readline()).strip()
            if not hmac.compare_digest(said, self._token.encode()):
                return
            leave = self._core.subscribe(pass_on)
            sender = asyncio.create_task(_write_events(events, writer))
            while line := await reader.readline():
                try:
                    self._core.send(codec.decode(line, COMMANDS, tag="command"))
                except codec.MalformedFrame as error:
                    pass_on(Refused(f"That is no command: {error}", "See `consort --help`."))
        except (ValueError, ConnectionError, asyncio.CancelledError):
            pass                # a line too long, a guest that left, or the owner closing: the guest is let go
        finally:
            if leave is not None:
                leave()
            if sender is not None:
                sender.cancel()
            writer.close()
            self._guests.discard(task)


async def _write_events(events: asyncio.Queue[Event | None], writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while (event := await events.get()) is not None:
            writer.write(codec.encode(event) + b"\n")
            await writer.drain()


class JoinedCore:
    """The guest's side: looks like the owner's core."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._callbacks: list[Callable[[Event], None]] = []
        self._listening = asyncio.create_task(self._listen())

    @classmethod
    async def join(cls, address: Address) -> JoinedCore:
        """Raises OSError when nobody listens there."""
        opening: Any = (asyncio.open_unix_connection(address.path, limit=LONGEST_LINE) if address.path
                        else asyncio.open_connection("127.0.0.1", address.port, limit=LONGEST_LINE))
        reader, writer = await asyncio.wait_for(opening, 5)
        writer.write(address.token.encode() + b"\n")
        return cls(reader, writer)

    def send(self, command: Command) -> None:
        """Pass the command to the owner."""
        self._writer.write(codec.encode(command, tag="command") + b"\n")

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """`callback` gets every event; returns how to stop."""
        self._callbacks.append(callback)
        return lambda: self._callbacks.remove(callback)

    async def close(self) -> None:
        """Leave. The owner goes on."""
        self._listening.cancel()
        self._writer.close()
        with contextlib.suppress(OSError):
            await self._writer.wait_closed()

    async def _listen(self) -> None:
        lost = UserFacingError("The Consort that this command had joined has closed.", "Run the command again.")
        with contextlib.suppress(OSError, ValueError):
            while line := await self._reader.readline():
                with contextlib.suppress(codec.MalformedFrame):      # an event of a newer Consort is none of ours
                    self._publish(codec.decode(line, EVENTS))
        self._publish(Refused(lost.text, lost.hint, subject="connection"))

    def _publish(self, event: Event) -> None:
        for callback in tuple(self._callbacks):
            callback(event)
