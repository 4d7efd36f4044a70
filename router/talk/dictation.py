"""Dictation: what the microphone hears, in words, utterance by utterance. Nobody answers, nothing is saved."""

from __future__ import annotations

import asyncio

from router.errors import UserFacingError
from router.messages import (
    Dictate,
    EndTalking,
    HeardSound,
    LevelMoved,
    MuteMicrophone,
    Noticed,
    PushToTalk,
    SpeechHeard,
)
from router.speech_events import TalkState
from router.talk.endpoint import Rules
from router.talk.heard_sound import level, seconds_of
from router.talk.listener import Listener, Told, Utterance
from router.talk.session import Around, Session, Tick
from router.voice.detector import Detector
from router.voice.speech import Transcript

GONE = 10.0                     # seconds without any sound from an open microphone


class Dictation(Session):
    """Made by Dictate."""

    def __init__(self, start: Dictate, around: Around) -> None:
        super().__init__(start.talk, start.request, around)
        self._start = start
        self._muted = self._key = False
        self._heard_seconds = self._active = self._last_block = 0.0
        self._listener: Listener | None = None

    async def _open(self) -> None:
        speech, start = self._around.speech, self._start
        self._ears = speech.choice.hearer(start.language, start.hearing, live=True)
        self._detector = Detector(speech, speech.choice.detector())
        await self._detector.probabilities(b"")
        await speech.warm(self._ears)
        pause = max(0.2, start.pause)
        self._listener = Listener(self._detector, self._hear, Rules(pause=pause, patience=pause + 0.3),
                                  Told(self._show, self._words, self._said, self._trouble))
        self._last_block = asyncio.get_running_loop().time()

    async def _close(self) -> None:
        """What was being said is written down first."""
        if self._listener is not None:
            self._listener.finish()
            await self._listener.settle()
            await self._listener.close()
            await self._detector.close()

    async def _handle(self, message: object) -> None:
        assert self._listener is not None
        match message:
            case HeardSound():
                await self._heard(self._listener, message.pcm)
            case PushToTalk(down=True) if not self._muted:
                self._key = True
                self._listener.press()
            case PushToTalk(down=False) if self._key:
                self._key = False
                self._listener.release()
            case MuteMicrophone():
                self._muted, self._key = message.muted, False
                self._listener.forget()
            case Tick():
                if self._hears() and asyncio.get_running_loop().time() - self._last_block > GONE:
                    self._end("The microphone sends nothing any more.",
                              "Choose another one in Settings, then begin again.")
            case EndTalking():
                self._end(message.why)

    async def _heard(self, listener: Listener, pcm: bytes) -> None:
        self._heard_seconds += seconds_of(pcm)
        self._last_block = asyncio.get_running_loop().time()
        hears = self._hears()
        if hears:
            await listener.feed(pcm)
        elif not listener.waits:
            listener.forget()
        if listener.waits:
            self._active = self._heard_seconds
        self._tell(LevelMoved(self.talk, level(pcm) if hears else 0.0, self._heard_seconds, listener.looking))
        if self._heard_seconds - self._active >= self._start.idle_minutes * 60:
            self._end(f"Nobody spoke for {self._start.idle_minutes:g} minutes, so the microphone is closed.")

    def _words(self, text: str) -> None:
        self._tell(SpeechHeard(self.talk, text, False))

    def _said(self, utterance: Utterance) -> None:
        self._tell(SpeechHeard(self.talk, utterance.text, True, utterance.language))
        self._show()

    def _trouble(self, error: UserFacingError) -> None:
        self._tell(Noticed(error.text, error.hint, level="warning"))
        self._end(error.text, error.hint)

    async def _hear(self, samples: bytes) -> Transcript:
        only = self._ears.languages[0] if len(self._ears.languages) == 1 else ""
        return await self._around.speech.hear(self._ears, samples, self._start.language or only)

    def _state(self) -> TalkState:
        if self._listener is not None and self._listener.waits:
            return "hearing" if self._listener.speaking else "thinking"
        return "muted" if self._muted else "listening"

    def _hears(self) -> bool:
        return not self.ending and not self._muted and (self._key or self._start.mode == "hands-free")
