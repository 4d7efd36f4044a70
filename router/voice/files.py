"""The commands about speech in files: one becomes a transcript, a text becomes a WAV file, who can do which is listed.

Every Transcribe and SpeakText ends in exactly one event of its own, whatever happened; stopping keeps what is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from router.errors import UserFacingError
from router.speech_commands import ListVoices, SpeakText, StopVoice, Transcribe
from router.speech_events import (
    Segment,
    SegmentTranscribed,
    SpeakingMoved,
    SpeechEvent,
    TextSpoken,
    Transcribed,
    TranscriptMoved,
)
from router.voice.language import language_of
from router.voice.reading import Piece, Reading
from router.voice.speech import Speech, Stopper
from router.voice.wave_file import GrowingWave
from specialists.wire import Finished, Hear, Heard, HeardUpTo, Speak

FEED = 4_000                    # characters that are read at once
SLOWEST, QUICKEST = 0.25, 4.0
NOTHING_TO_SAY = UserFacingError("There is nothing to read aloud in this text.", "Signs and emoji are not spoken.")


class SpeechFiles:
    """Made once for a data folder."""

    def __init__(self, speech: Speech, tell: Callable[[SpeechEvent], None]) -> None:
        self._speech, self._tell = speech, tell
        self._under_way: dict[str, Stopper] = {}

    async def answer(self, command: Transcribe | SpeakText | StopVoice | ListVoices) -> None:
        """Do it and tell what came of it. Raises UserFacingError."""
        match command:
            case ListVoices():
                self._tell(self._speech.choice.listed(command.request))
            case StopVoice():
                if (stopper := self._under_way.get(command.request)) is not None:
                    stopper.stop()
            case Transcribe() | SpeakText():
                if command.request in self._under_way:
                    raise UserFacingError("This is under way already.", "Wait for it, or stop it first.")
                stopper = self._under_way[command.request] = Stopper()
                try:
                    await (self._transcribe(command, stopper) if isinstance(command, Transcribe)
                           else self._speak(command, stopper))
                finally:
                    del self._under_way[command.request]

    async def _transcribe(self, command: Transcribe, stopper: Stopper) -> None:
        begun = time.monotonic()
        await asyncio.to_thread(_require_file, Path(command.path))
        hearer = self._speech.choice.hearer(command.language, command.specialist)
        segments: list[Segment] = []
        language, finished = command.language, Finished("", "stopped")
        hear = Hear("", path=command.path, language=command.language)
        async with contextlib.aclosing(self._speech.transcribe(hear, hearer, stopper)) as heard:
            async for reply in heard:
                match reply:
                    case Heard():
                        language = reply.language or language
                        segments.append(Segment(reply.text, round(reply.begin, 2), round(reply.end, 2),
                                                round(reply.probability, 3)))
                        self._tell(SegmentTranscribed(segments[-1], language, command.request))
                    case HeardUpTo():
                        self._tell(TranscriptMoved(round(reply.seconds, 2), round(reply.total, 2), command.request))
                    case Finished():
                        finished = reply
        self._tell(Transcribed(
            " ".join(one.text for one in segments), tuple(segments), language if segments else "", hearer.id,
            round(finished.audio_seconds, 2), round(time.monotonic() - begun, 3), finished.reason == "stopped",
            finished.broke_off, command.request, round(finished.promised_seconds, 2)))

    async def _speak(self, command: SpeakText, stopper: Stopper) -> None:
        begun = time.monotonic()
        language = command.language or language_of(command.text)
        voice = self._speech.choice.voice(language, command.voice)
        language = language if language in voice.languages else (voice.languages or ("",))[0]
        how = Speak("", (), min(max(command.speed, SLOWEST), QUICKEST), command.volume, command.speaker)
        seconds, first = 0.0, 0.0
        with GrowingWave(Path(command.out)) as out:
            for piece in pieces_of(command.text, language):
                sound = await self._speech.speak(piece, voice, how, stopper)
                if stopper.stopped:
                    break
                if sound is None:
                    continue
                first = first or time.monotonic() - begun
                seconds += sound.seconds
                await asyncio.to_thread(out.add, sound.samples, sound.rate)
                self._tell(SpeakingMoved(piece.end, len(command.text), round(seconds, 2), command.request))
            if not seconds and not stopper.stopped:
                raise NOTHING_TO_SAY
        self._tell(TextSpoken(voice.id, language, round(seconds, 2), round(time.monotonic() - begun, 3),
                              round(first, 3), command.out if seconds else "", stopper.stopped, command.request))


def pieces_of(text: str, language: str) -> Iterator[Piece]:
    """The pieces of a text, read as they are asked for."""
    reading = Reading(language)
    for place in range(0, len(text), FEED):
        yield from reading.feed(text[place:place + FEED])
    yield from reading.close()


def _require_file(path: Path) -> None:
    """Raises UserFacingError for what is no file with something in it."""
    try:
        if path.is_dir():
            raise UserFacingError(f"{path} is a folder.", "Name one audio or video file.")
        with path.open("rb") as file:
            if not file.read(1):
                raise UserFacingError(f"{path.name} is empty.", "Name a file with sound in it.")
    except OSError as error:
        raise UserFacingError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.",
                              "Look whether the file is there and may be read.") from error
