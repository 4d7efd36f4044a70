"""The way between the window and the router: its asyncio loop in one thread, one signal up, `send` down.

It knows no widget and imports nothing heavy before `start`: the router's modules are loaded inside the thread, after
the first paint. Commands given before the router is up are kept in order and handed over once it is.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    import asyncio

    from router.messages import Command

WAIT_FOR_OWNER = 30.0       # s a command line may still need to end
log = logging.getLogger("consort.window")


class Assistant(Protocol):
    """What the bridge needs of the router's assistant (`router.assistant.Assistant`, or a fake in tests)."""

    async def run(self) -> None: ...
    def send(self, command: Command) -> None: ...
    def subscribe(self, callback: Callable[[object], None]) -> Callable[[], None]: ...
    async def close(self) -> None: ...


@dataclass(frozen=True)
class StartFailed:
    """The router could not start, or ended by itself: what happened and what to do, in sentences."""

    text: str
    hint: str = ""


def open_router(data_dir: Path | None) -> Callable[[], Awaitable[Assistant]]:
    """How the bridge's thread opens the router; its modules are imported there.

    A command line that owns the data folder just now ends by itself, so it is waited for.
    """
    async def opening() -> Assistant:
        import asyncio

        from router.assistant import AlreadyRunning, open_assistant
        deadline = time.monotonic() + WAIT_FOR_OWNER
        while True:
            try:
                return await open_assistant(data_dir, has_window=True)
            except AlreadyRunning:
                if time.monotonic() > deadline:
                    raise
            await asyncio.sleep(0.2)
    return opening


class Bridge(QObject):
    """Carries commands to the router and its events to the window.

    Signals: happened(object), every event in order, also `StartFailed`.
    """

    happened = Signal(object)

    def __init__(self, open_assistant: Callable[[], Awaitable[Assistant]],
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._open = open_assistant
        self._guard = threading.Lock()
        self._early: list[Command] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._assistant: Assistant | None = None
        self._ended: asyncio.Event | None = None
        self._closing = False
        self._thread = threading.Thread(target=self._work, name="router", daemon=True)

    def start(self) -> None:
        """Begin opening the router; returns at once."""
        self._thread.start()

    def send(self, command: Command) -> None:
        """Hand a command to the router, in order. Never blocks; after `close` it does nothing."""
        with self._guard:
            if self._closing:
                return
            if self._loop is None or self._assistant is None:
                self._early.append(command)
            else:
                self._loop.call_soon_threadsafe(self._assistant.send, command)

    def close(self, limit_s: float = 10.0) -> bool:
        """End the router and wait for it at most `limit_s` seconds. True: it ended in time."""
        with self._guard:
            self._closing = True
            if self._loop is not None and self._ended is not None:
                self._loop.call_soon_threadsafe(self._ended.set)
        if self._thread.ident is None:
            return True
        self._thread.join(limit_s)
        return not self._thread.is_alive()

    def _work(self) -> None:
        import asyncio
        try:
            asyncio.run(self._live())
        except Exception as error:
            from router.errors import sentence_for
            sentence = sentence_for(error)
            self._tell(StartFailed(sentence.text, sentence.hint))
        finally:
            with self._guard:
                self._loop = self._assistant = None

    async def _live(self) -> None:
        import asyncio
        ended = asyncio.Event()
        with self._guard:
            self._loop, self._ended = asyncio.get_running_loop(), ended
            if self._closing:
                return
        assistant = await self._open()
        unsubscribe = assistant.subscribe(self._tell)
        try:
            running = asyncio.ensure_future(assistant.run())
            with self._guard:
                self._assistant = assistant
                early, self._early = self._early, []
            for command in early:
                assistant.send(command)
            waiting = asyncio.ensure_future(ended.wait())
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
            waiting.cancel()
            if running.done():
                running.result()
        finally:
            await assistant.close()
            unsubscribe()
            running.cancel()
            await asyncio.gather(running, return_exceptions=True)

    def _tell(self, event: object) -> None:
        try:
            self.happened.emit(event)
        except RuntimeError:
            log.debug("the window is gone; %s reaches nobody", type(event).__name__)
