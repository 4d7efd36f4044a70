"""Everything about speech of one data folder, behind one door: what is live (one session at a time, because there is
one microphone and one loudspeaker) and what is about files.

It does not know what happens inside them.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from router.errors import sentence_for
from router.fleet.fleet import Fleet
from router.memory.store import Store
from router.messages import (
    Dictate,
    EndTalking,
    ListVoices,
    ReadAloud,
    Refused,
    SpeakText,
    SpeechCommand,
    StartTalking,
    StopVoice,
    Transcribe,
)
from router.roster import Roster
from router.talk.conversation import Conversation
from router.talk.dictation import Dictation
from router.talk.reading_aloud import ReadingAloud
from router.talk.session import Around, Core, Session
from router.voice.files import SpeechFiles
from router.voice.speech import Speech


class SpeechDesk:
    """Made once. `speech` asks the models that hear and speak."""

    def __init__(self, fleet: Fleet, roster: Roster, core: Core, stores: tuple[Store, ...], crash_folder: Path) -> None:
        self.speech = Speech(fleet, roster)
        self._around = Around(self.speech, roster, core, stores, crash_folder)
        self._files = SpeechFiles(self.speech, core.tell)
        self._running: dict[str, tuple[Session, asyncio.Task[None]]] = {}
        self._work: set[asyncio.Task[None]] = set()

    def take(self, command: SpeechCommand) -> None:
        """Begin what it begins, or hand it on. What comes for one that has ended comes too late, and is dropped."""
        match command:
            case StartTalking():
                self._begin(Conversation(command, self._around))
            case Dictate():
                self._begin(Dictation(command, self._around))
            case ReadAloud():
                self._begin(ReadingAloud(command, self._around))
            case Transcribe() | SpeakText() | StopVoice() | ListVoices():
                task = asyncio.create_task(self._answer(command))
                self._work.add(task)
                task.add_done_callback(self._work.discard)
            case _ if command.talk in self._running:
                self._running[command.talk][0].take(command)

    async def close(self) -> None:
        """End them all, as their person would."""
        for session, _ in self._running.values():
            session.take(EndTalking(session.talk))
        for work in self._work:
            work.cancel()
        running = (*(task for _, task in self._running.values()), *self._work)
        await asyncio.gather(*running, return_exceptions=True)

    async def _answer(self, command: Transcribe | SpeakText | StopVoice | ListVoices) -> None:
        try:
            await self._files.answer(command)
        except Exception as error:
            sentence = sentence_for(error, self._around.crash_folder)
            self._around.core.tell(Refused(sentence.text, sentence.hint, command.request))

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
