"""What a conversation, an answer read aloud and dictation have in common: an inbox, a state that is told, one end.

The state is always worked out anew from what is the case, so it cannot be left behind. One loop takes everything from
the inbox in order.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from router.errors import sentence_for
from router.memory.store import Store
from router.messages import Command, Event, Refused, TalkStateChanged
from router.roster import Roster
from router.speech_events import TalkState
from router.talk.likely_writer import likely_writer
from router.views import MessageView
from router.voice.speech import Speech
from specialists.manifest import Manifest

TICK = 0.5                      # seconds between two looks at what does not happen


class Core(Protocol):
    """The assistant, as far as a session needs it."""

    def send(self, command: Command) -> None: ...
    def tell(self, event: Event) -> None: ...
    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]: ...


@dataclass(frozen=True)
class Around:
    """What a session may touch. stores: where messages are kept, on disk and of temporary chats."""

    speech: Speech
    roster: Roster
    core: Core
    stores: tuple[Store, ...]
    crash_folder: Path

    def message(self, message: str) -> MessageView | None:
        """One that is kept; None when there is none."""
        return next((found for store in self.stores if (found := store.message(message)) is not None), None)

    def likely_writer(self, conversation: str, picked: str) -> Manifest | None:
        """Who will probably answer there."""
        routing = self.stores[0].preferences().get("routing", "automatic")
        last = next(filter(None, (store.last_specialist(conversation) for store in self.stores)), "")
        return likely_writer(self.roster.answerers(), (picked, routing.removeprefix("always:"), last),
                             self.roster.last_used.of)

    def cut(self, answer: str, characters: int) -> MessageView | None:
        """Keep only so much of a finished answer; the answer as it is now."""
        return next((cut for store in self.stores if (cut := store.cut(answer, characters)) is not None), None)


class Tick:
    """A moment has passed; for what does not happen."""


class Session(ABC):
    """`take` what comes, `run` until it is over. Attribute `ending`: it is on its way out."""

    def __init__(self, talk: str, request: str, around: Around) -> None:
        self.talk, self._request, self._around = talk, request, around
        self.ending = False
        self._inbox: asyncio.Queue[object] = asyncio.Queue()
        self._work: set[asyncio.Task[None]] = set()
        self._told: TalkStateChanged | None = None
        self._why = self._hint = ""

    def take(self, message: object) -> None:
        """A command for it, or an event of its turn."""
        self._inbox.put_nowait(message)

    async def run(self) -> None:
        """From the first state to the last. Whatever goes wrong ends it with a sentence."""
        ticking = asyncio.create_task(self._tick_on())
        try:
            await self._open()
            self._show()
            while not self.ending:
                await self._handle(await self._inbox.get())
                self._show()
        except Exception as error:
            sentence = sentence_for(error, self._around.crash_folder)
            self._why, self._hint = sentence.text, sentence.hint
            if self._told is None and self._request:
                self._tell(Refused(sentence.text, sentence.hint, self._request, self.talk))
        finally:
            self.ending = True
            ticking.cancel()
            try:
                await self._close()
                await asyncio.gather(*self._work, return_exceptions=True)
            finally:
                self._tell(TalkStateChanged(self.talk, "ended", False, self._why, self._hint, self._opened()))

    @abstractmethod
    async def _open(self) -> None: ...
    @abstractmethod
    async def _handle(self, message: object) -> None: ...
    @abstractmethod
    async def _close(self) -> None: ...
    @abstractmethod
    def _state(self) -> TalkState: ...

    def _hears(self) -> bool:
        """Is the microphone listened to just now?"""
        return False

    def _opened(self) -> str:
        """The conversation it is about."""
        return ""

    async def _tick_on(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            self.take(Tick())

    def _end(self, why: str = "", hint: str = "") -> None:
        self.ending, self._why, self._hint = True, why, hint

    def _show(self) -> None:
        """Tell the state, if it is another one."""
        now = TalkStateChanged(self.talk, self._state(), self._hears(), opened=self._opened())
        if now != self._told and not self.ending:
            self._told = now
            self._tell(now)

    def _tell(self, event: Event) -> None:
        self._around.core.tell(event)

    def _keep(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.create_task(work)
        self._work.add(task)
        task.add_done_callback(self._work.discard)
