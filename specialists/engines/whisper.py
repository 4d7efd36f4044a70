"""The engine that hears: speech activity says where somebody speaks, Whisper writes down what.

A sound of any length is heard in stretches that end at pauses, so it takes the memory of half a minute. What is no
speech is never given to Whisper, which would make words of it. whisper.cpp itself is behind `whisper_model`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from specialists.engine import EngineError, cannot
from specialists.engines.silero_model import FRAME, FRAME_SECONDS, SileroModel
from specialists.engines.sound_file import NoSound, SoundFile
from specialists.engines.whisper_model import WhisperModel
from specialists.ggml_header import read_whisper_header
from specialists.gguf_header import BrokenModel
from specialists.heard_text import cleaned, loops
from specialists.speech_wire import HEARING_RATE
from specialists.stretches import Stretches
from specialists.wire import (
    Errand,
    Failed,
    Finished,
    Hear,
    Heard,
    HeardUpTo,
    Load,
    Loading,
    Outcome,
    Ready,
    Reply,
    Task,
)

PIECE = HEARING_RATE            # samples looked at in one go
TELL_EVERY = 10.0               # seconds of sound between two signs of life
SHORT_STRETCH = 8.0             # seconds; one that short needs no times inside it
LEAST_PROBABILITY = 0.3         # of its words; below it Whisper is guessing at a noise
MOST_SHORT = 30.0               # seconds of one utterance
Samples = NDArray[np.int16]


class WhisperEngine:
    """One Whisper model and, in `Load.options["activity"]`, the Silero model that it needs before it can hear."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Check the header and load. Raises EngineError: bad_model or no_memory."""
        begun = time.perf_counter()
        try:
            header = read_whisper_header(load.path)
        except BrokenModel as error:
            raise EngineError(Failed("", "bad_model", str(error))) from error
        tell(Loading(0.0))
        self._silero = SileroModel(load.options["activity"]) if "activity" in load.options else None
        self._model = WhisperModel(load, header)
        return Ready("whisper", 0, 0, False, time.perf_counter() - begun, threads=self._model.threads)

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """Hear. Raises EngineError for anything else, and bad_audio for a file without sound."""
        if not isinstance(request, Hear):
            raise cannot(request)
        if self._silero is None:
            raise EngineError(Failed(request.request, "bad_request", "no model of speech activity is named"))
        self._activity = self._silero
        begun = time.perf_counter()
        try:
            if request.path:
                with SoundFile(request.path) as file:
                    finished = yield from self._hear(request, file.blocks(), file.seconds, stopped)
                    finished = replace(finished, broke_off=file.broke_off, promised_seconds=file.seconds)
            else:
                samples = np.frombuffer(request.samples[:len(request.samples) // 2 * 2], "<i2")
                seconds = len(samples) / HEARING_RATE
                finished = yield from (self._hear_short(request, samples, stopped)
                                       if request.short and seconds <= MOST_SHORT
                                       else self._hear(request, [samples], seconds, stopped))
        except NoSound as error:
            raise EngineError(Failed(request.request, "bad_audio", str(error), sentence=error.sentence)) from error
        except OSError as error:
            raise EngineError(Failed(request.request, "bad_audio", str(error))) from error
        yield replace(finished, seconds=time.perf_counter() - begun)

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """There is none that it could do."""
        raise cannot(errand)

    def close(self) -> None:
        """Free everything."""
        self._model.close()

    def _hear(self, request: Hear, blocks: Iterable[Samples], total: float,
              stopped: Callable[[], bool]) -> Generator[Reply, None, Finished]:
        """Stretch by stretch, so that only the one that is open is in memory."""
        self._activity.forget()
        stretches = Stretches(FRAME_SECONDS)
        sound, told, language = Kept(), 0.0, request.language
        for piece in in_pieces(blocks, PIECE):
            sound.add(piece)
            for begin, end in stretches.feed(self._activity.probabilities(piece)):
                for heard in self._words(request, sound, begin, end, language, stopped):
                    language = heard.language
                    yield heard
                told -= TELL_EVERY
            sound.forget_before(stretches.needed_from * FRAME)
            if stopped():
                return Finished(request.request, "stopped", audio_seconds=sound.seconds)
            if sound.seconds - told >= TELL_EVERY:
                told = sound.seconds
                yield HeardUpTo(request.request, told, max(total, told))
        for begin, end in stretches.close():
            yield from self._words(request, sound, begin, end, language, stopped)
        yield HeardUpTo(request.request, sound.seconds, sound.seconds)
        return Finished(request.request, "stopped" if stopped() else "end", audio_seconds=sound.seconds)

    def _hear_short(self, request: Hear, samples: Samples,
                    stopped: Callable[[], bool]) -> Generator[Reply, None, Finished]:
        """All of it at once, if anybody speaks in it at all."""
        seconds = len(samples) / HEARING_RATE
        self._activity.forget()
        stretches = Stretches(FRAME_SECONDS)
        found = [*stretches.feed(self._activity.probabilities(samples)), *stretches.close()]
        if found and not stopped():
            sound = Kept()
            sound.add(samples)
            yield from self._words(request, sound, 0, -(-len(samples) // FRAME), request.language, stopped)
        return Finished(request.request, "stopped" if stopped() else "end", audio_seconds=seconds)

    def _words(self, request: Hear, sound: Kept, begin: int, end: int, language: str,
               stopped: Callable[[], bool]) -> Iterator[Heard]:
        """What is said in the frames from `begin` to `end`, without what Whisper only imagines."""
        samples = sound.cut(begin * FRAME, end * FRAME)
        short = request.short or len(samples) <= SHORT_STRETCH * HEARING_RATE
        words = self._model.hear(samples, language, stopped, short=short)
        if any(loops(one.text) for one in words):
            words = self._model.hear(samples, language, stopped, short=short, whole_context=True)
        spoken = self._model.language()
        at = begin * FRAME_SECONDS
        for one in words:
            text = cleaned(one.text)
            if text and one.probability >= LEAST_PROBABILITY:
                yield Heard(request.request, text, at + one.begin, at + one.end, spoken, one.probability)


class Kept:
    """The end of a long sound: what has come and may still be needed. Positions are samples from its beginning."""

    def __init__(self) -> None:
        self._samples = np.zeros(0, np.int16)
        self._begin = 0

    @property
    def seconds(self) -> float:
        """How much has come in all."""
        return (self._begin + len(self._samples)) / HEARING_RATE

    def add(self, samples: Samples) -> None:
        self._samples = np.concatenate((self._samples, samples))

    def forget_before(self, place: int) -> None:
        gone = min(max(0, place - self._begin), len(self._samples))
        self._samples, self._begin = self._samples[gone:], self._begin + gone

    def cut(self, begin: int, end: int) -> Samples:
        return self._samples[max(0, begin - self._begin):max(0, end - self._begin)]


def in_pieces(blocks: Iterable[Samples], size: int) -> Iterator[Samples]:
    """The same samples, `size` at a time; the last piece may be shorter."""
    waiting: list[Samples] = []
    held = 0
    for block in blocks:
        waiting.append(block)
        held += len(block)
        if held >= size:
            joined = np.concatenate(waiting)
            whole = held // size * size
            for place in range(0, whole, size):
                yield joined[place:place + size]
            waiting, held = [joined[whole:]], held - whole
    if held:
        yield np.concatenate(waiting)
