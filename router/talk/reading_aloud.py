"""An answer (or some text) read aloud, from any sentence of it on, a little ahead of what has been played."""

from __future__ import annotations

import asyncio

from router.errors import UserFacingError
from router.messages import EndTalking, PauseReading, PlayedSound, ReadAloud, SilenceNow, SoundReady, StopSpeaking
from router.parts import TextPart
from router.speech_events import TalkState
from router.talk.mouth import Mouth
from router.talk.playback import Playback
from router.talk.session import Around, Session, Tick
from router.voice.files import NOTHING_TO_SAY
from router.voice.language import language_of
from router.voice.reading import read_all
from router.voice.speech import Sound
from specialists.wire import Speak

UNTOLD = 3.0                    # seconds after which sound nobody speaks of counts as played


class ReadingAloud(Session):
    """Made by ReadAloud."""

    def __init__(self, start: ReadAloud, around: Around) -> None:
        super().__init__(start.talk, start.request, around)
        self._start = start
        self._playback = Playback(0)
        self._paused = False
        self._mouth: Mouth | None = None
        self._error: UserFacingError | None = None
        self._last_played = 0.0

    async def _open(self) -> None:
        start, speech = self._start, self._around.speech
        text = self._text()
        language = language_of(text)
        pieces = [one for one in read_all(text, language or "en") if one.end > start.begin]
        if not pieces:
            raise NOTHING_TO_SAY
        voice, missing = speech.choice.nearest_voice(language, start.voice)
        if missing is not None:
            self._tell(missing)
        how = Speak("", (), start.speed)
        self._mouth = Mouth(lambda piece: speech.speak(piece, voice, how), lambda: self._playback.waiting,
                            self._sounded, self._closed, self._failed)
        for piece in pieces:
            self._mouth.say(piece)
        self._mouth.finish()

    def _text(self) -> str:
        """What is to be said. Raises UserFacingError."""
        if not self._start.message:
            return self._start.text
        view = self._around.message(self._start.message)
        if view is None:
            raise UserFacingError("This answer is not there any more.", "Open its conversation again.")
        return "".join(part.text for part in view.parts if isinstance(part, TextPart))

    async def _close(self) -> None:
        if self._mouth is not None:
            await self._mouth.be_silent()
            if not self._playback.over:
                self._tell(SilenceNow(self.talk, self._playback.epoch + 1))

    async def _handle(self, message: object) -> None:
        assert self._mouth is not None
        match message:
            case PlayedSound(epoch=0):
                self._playback.move(message.seconds)
                self._last_played = asyncio.get_running_loop().time()
                self._mouth.played()
            case PauseReading():
                self._paused = message.paused
            case Tick() if not self._paused and self._playback.waiting and (
                    asyncio.get_running_loop().time() - self._last_played > self._playback.waiting + UNTOLD):
                self._playback.move(self._playback.sent)
                self._mouth.played()
            case StopSpeaking():
                self._end()
            case EndTalking():
                self._end(message.why)
        if self._playback.over:
            if self._error is not None:
                raise self._error
            self._end()

    def _sounded(self, sound: Sound) -> None:
        if not self._playback.sequence:
            self._last_played = asyncio.get_running_loop().time()
        piece = sound.piece
        sequence = self._playback.add(piece.begin, piece.end, sound.seconds)
        self._tell(SoundReady(self.talk, 0, sequence, sound.rate, sound.samples, self._start.message, piece.begin,
                              piece.end))
        self._show()

    def _closed(self) -> None:
        self._playback.complete = True
        self._tell(SoundReady(self.talk, 0, self._playback.sequence, 0, last=True))

    def _failed(self, error: UserFacingError) -> None:
        self._error = error
        self._closed()

    def _state(self) -> TalkState:
        if self._paused:
            return "paused"
        return "speaking" if self._playback.sent else "thinking"
