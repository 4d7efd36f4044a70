"""What the commands about speech do: a file becomes a transcript, a text becomes sound, who can do which is listed.

Every Transcribe and SpeakText ends in exactly one event of its own, whatever happened; stopping keeps what is there.
"""

from __future__ import annotations

import asyncio
import contextlib
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.roster import Roster
from router.voice.choice import Choice
from router.voice.language import language_of
from router.voice.reading import Piece, Reading
from router.voice.speech import Sound, Speech, Stopper
from router.voice_commands import ListVoices, SoundPlayed, SpeakText, StopVoice, Transcribe, VoiceCommand
from router.voice_events import (
    AudioReady,
    Segment,
    SegmentHeard,
    SpeakingMoved,
    TextSpoken,
    Transcribed,
    TranscriptMoved,
    VoiceEvent,
)
from specialists.wire import BYTES_PER_SAMPLE, Finished, Hear, Heard, HeardUpTo, Speak

AHEAD = 4                       # sounds that may wait to be played
FEED = 4_000                    # characters that are read at once
SLOWEST, QUICKEST = 0.25, 4.0
NOTHING_TO_SAY = UserFacingError("There is nothing to read aloud in this text.", "Signs and emoji are not spoken.")


@dataclass
class _Playing:
    """A SpeakText on its way: how to stop it, and how many sounds the front-end has played."""

    stopper: Stopper = field(default_factory=Stopper)
    played: int = 0
    moved: asyncio.Event = field(default_factory=asyncio.Event)


class VoiceDesk:
    """Made once for a data folder. `speech` is also what a conversation hears and speaks with, `choice` who does."""

    def __init__(self, fleet: Fleet, roster: Roster, tell: Callable[[VoiceEvent], None]) -> None:
        self.speech, self.choice = Speech(fleet, roster), Choice(roster)
        self._tell = tell
        self._under_way: dict[str, _Playing] = {}

    async def answer(self, command: VoiceCommand) -> None:
        """Do it and tell what came of it. Raises UserFacingError."""
        match command:
            case ListVoices():
                self._tell(self.choice.listed(command.request))
            case StopVoice():
                if (playing := self._under_way.get(command.request)) is not None:
                    playing.stopper.stop()
                    playing.moved.set()
            case SoundPlayed():
                if (playing := self._under_way.get(command.request)) is not None:
                    playing.played = max(playing.played, command.number + 1)
                    playing.moved.set()
            case Transcribe() | SpeakText():
                if command.request in self._under_way:
                    raise UserFacingError("This is under way already.", "Wait for it, or stop it first.")
                playing = self._under_way[command.request] = _Playing()
                try:
                    await (self._transcribe(command, playing.stopper) if isinstance(command, Transcribe)
                           else self._speak(command, playing))
                finally:
                    del self._under_way[command.request]

    # ── hearing ──────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _transcribe(self, command: Transcribe, stopper: Stopper) -> None:
        begun = time.monotonic()
        await asyncio.to_thread(_require_file, Path(command.path))
        hearer = self.choice.hearer(command.language, command.specialist)
        segments: list[Segment] = []
        language, finished = command.language, Finished("", "stopped")
        hear = Hear("", path=command.path, language=command.language)
        async with contextlib.aclosing(self.speech.hear(hear, hearer, stopper)) as heard:
            async for reply in heard:
                match reply:
                    case Heard():
                        language = reply.language or language
                        segments.append(Segment(reply.text, round(reply.begin, 2), round(reply.end, 2),
                                                round(reply.probability, 3)))
                        self._tell(SegmentHeard(segments[-1], language, command.request))
                    case HeardUpTo():
                        self._tell(TranscriptMoved(round(reply.seconds, 2), round(reply.total, 2), command.request))
                    case Finished():
                        finished = reply
        self._tell(Transcribed(
            " ".join(one.text for one in segments), tuple(segments), language if segments else "", hearer.id,
            round(finished.audio_seconds, 2), round(time.monotonic() - begun, 3), finished.reason == "stopped",
            finished.broke_off, command.request))

    # ── speaking ─────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _speak(self, command: SpeakText, playing: _Playing) -> None:
        begun = time.monotonic()
        language = command.language or language_of(command.text)
        voice = self.choice.voice(language, command.voice)
        language = language if language in voice.languages else (voice.languages or ("",))[0]
        speed = min(max(command.speed, SLOWEST), QUICKEST)
        speak = Speak("", (), speed, command.volume, command.speaker)
        seconds, first, count = 0.0, 0.0, 0
        out = _Wave(Path(command.out)) if command.out else None
        try:
            async with contextlib.aclosing(self.speech.speak(pieces_of(command.text, language), speak, voice,
                                                             playing.stopper)) as sounds:
                async for sound in sounds:
                    first = first or time.monotonic() - begun
                    seconds += sound.seconds
                    if out is not None:
                        await asyncio.to_thread(out.add, sound)
                        self._tell(SpeakingMoved(sound.piece.end, len(command.text), round(seconds, 2),
                                                 command.request))
                    else:
                        self._tell(AudioReady(count, sound.rate, sound.piece.begin, sound.piece.end, sound.piece.text,
                                              sound.samples, command.request))
                    count += 1
                    if out is None:
                        await self._wait_for_playing(playing, count)
            if not count and not playing.stopper.stopped:
                raise NOTHING_TO_SAY
        finally:
            if out is not None:
                out.close()
        self._tell(TextSpoken(voice.id, language, round(seconds, 2), round(time.monotonic() - begun, 3),
                              round(first, 3), command.out if count else "", playing.stopper.stopped, command.request))

    @staticmethod
    async def _wait_for_playing(playing: _Playing, told: int) -> None:
        """Until no more than AHEAD sounds wait to be played: a long text must not pile up as sound."""
        while told - playing.played >= AHEAD and not playing.stopper.stopped:
            playing.moved.clear()
            await playing.moved.wait()


class _Wave:
    """A WAV file that grows under a name of its own and gets its name when it is closed; without sound none is left."""

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        self._file: wave.Wave_write | None = None

    def add(self, sound: Sound) -> None:
        """Raises UserFacingError when it cannot be written."""
        try:
            if self._file is None:
                self._raw = self._part.open("wb")       # opened first: wave.open leaves a wreck when it cannot
                self._file = wave.open(self._raw, "wb")     # noqa: SIM115 (closed by `close`)
                self._file.setnchannels(1)
                self._file.setsampwidth(BYTES_PER_SAMPLE)
                self._file.setframerate(sound.rate)
            self._file.writeframes(sound.samples)
        except OSError as error:
            raise _cannot_write(self._path, error) from error

    def close(self) -> None:
        """Raises UserFacingError."""
        if self._file is None:
            return
        try:
            self._file.close()
            self._raw.close()
            self._part.replace(self._path)
        except OSError as error:
            raise _cannot_write(self._path, error) from error


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


def _cannot_write(path: Path, error: OSError) -> UserFacingError:
    return UserFacingError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.",
                           "Choose another place with --out, or make room on the disk.")
