"""Who is talking, dictating or reading aloud just now: begins each, hands it what comes for it, ends the one before.

It does not know what happens inside them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from router.fleet.fleet import Fleet
from router.memory.store import Store
from router.messages import Dictate, EndTalking, ReadAloud, StartTalking, TalkCommand
from router.roster import Roster
from router.talk.conversation import Conversation
from router.talk.dictation import Dictation
from router.talk.reading_aloud import ReadingAloud
from router.talk.session import Around, Core, Session
from router.talk.speech_models import SpeechModels


class TalkDesk:
    """One session at a time: there is one microphone and one loudspeaker."""

    def __init__(self, fleet: Fleet, roster: Roster, core: Core, stores: tuple[Store, ...], crash_folder: Path) -> None:
        self._around = Around(SpeechModels(fleet, roster), core, stores, crash_folder)
        self._running: dict[str, tuple[Session, asyncio.Task[None]]] = {}

    def take(self, command: TalkCommand) -> None:
        """Begin what it begins, or hand it on. What comes for one that has ended comes too late, and is dropped."""
        match command:
            case StartTalking():
                self._begin(Conversation(command, self._around))
            case Dictate():
                self._begin(Dictation(command, self._around))
            case ReadAloud():
                self._begin(ReadingAloud(command, self._around))
            case _ if command.talk in self._running:
                self._running[command.talk][0].take(command)

    async def close(self) -> None:
        """End them all, as their person would."""
        for session, _ in self._running.values():
            session.take(EndTalking(session.talk))
        await asyncio.gather(*(task for _, task in self._running.values()), return_exceptions=True)

    def _begin(self, session: Session) -> None:
        for other, _ in self._running.values():
            other.take(EndTalking(other.talk))
        before = [task for _, task in self._running.values()]
        task = asyncio.create_task(self._run(session, before))
        self._running[session.talk] = (session, task)

    async def _run(self, session: Session, before: list[asyncio.Task[None]]) -> None:
        try:
            if before:
                await asyncio.wait(before)
            await session.run()
        finally:
            if self._running.get(session.talk, (None,))[0] is session:
                del self._running[session.talk]
