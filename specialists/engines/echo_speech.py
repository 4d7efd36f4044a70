"""The deterministic fake for speech: it speaks text as a whistle of its letters and hears them in it again.

Every test of the logic around speech runs on it; there is no model. A clause becomes PCM at HEARING_RATE, each byte of
its UTF-8 text as one sample for every LETTER seconds, so that the sound has a believable length; hearing reads it back.
Silence is zeros. `Load.options` is its script, as in `specialists.engines.echo`:

delay         seconds per clause spoken and per utterance heard
crash_after   the process aborts after so many clauses or utterances
hang_after    it goes deaf after so many of them
fail_load     the code with which loading fails
"""

from __future__ import annotations

import array
import os
import re
import time
import wave
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from specialists.engine import EngineError, cannot
from specialists.speech_wire import BYTES_PER_SAMPLE, HEARING_RATE, SpeechChange
from specialists.wire import (
    Audio,
    Detect,
    Detected,
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
    Speak,
    Task,
)

LETTER = 0.05                   # seconds that a byte of text sounds
FRAME = 512                     # samples: 32 ms, as the real detector's
LOUDNESS = 64                   # what a byte's number is multiplied with
NAP = 0.005                     # seconds between two looks at Stop while waiting


@dataclass(frozen=True)
class Ear:
    """Between two Detects: samples of a frame that is not whole, whether there was speech, frames so far."""

    rest: bytes = b""
    speech: bool = False
    at: int = 0


class EchoSpeech:
    """Hears, speaks and detects without a model."""

    def open(self, load: Load, tell: Callable[[Loading], None]) -> Ready:
        """Read the script. Raises EngineError when the script says so."""
        self._script, self._done = load.options, 0
        self._heard_so_far = Ear()
        tell(Loading(1.0))
        if "fail_load" in self._script:
            raise EngineError(Failed("", self._script["fail_load"], "the script said so"))  # type: ignore[arg-type]
        return Ready("echo-speech", 0, 0, False, 0.0, threads=1)

    def answer(self, request: Task, stopped: Callable[[], bool]) -> Iterator[Reply]:
        """The same replies, in the same order, as the real engines'."""
        if isinstance(request, Hear):
            yield from self._hear(request, stopped)
        elif isinstance(request, Speak):
            yield from self._speak(request, stopped)
        else:
            raise cannot(request)

    def perform(self, errand: Errand, stopped: Callable[[], bool]) -> Outcome:
        """Frames that are not silent are speech."""
        if not isinstance(errand, Detect):
            raise cannot(errand)
        ear = Ear() if errand.fresh else self._heard_so_far
        samples = ear.rest + errand.samples
        step = FRAME * BYTES_PER_SAMPLE
        probabilities: list[float] = []
        changes: list[SpeechChange] = []
        at, speech = ear.at, ear.speech
        for place in range(0, len(samples) - step + 1, step):
            before, speech = speech, any(samples[place:place + step])
            if speech != before:
                changes.append(SpeechChange("began" if speech else "ended", at * FRAME / HEARING_RATE))
            at += 1
            probabilities.append(float(speech))
        self._heard_so_far = Ear(samples[len(samples) // step * step:], speech, at)
        return Detected(errand.request, tuple(probabilities), FRAME / HEARING_RATE, tuple(changes))

    def close(self) -> None:
        """Forget everything."""
        self._heard_so_far = Ear()

    def _speak(self, request: Speak, stopped: Callable[[], bool]) -> Iterator[Reply]:
        begun, seconds, first = time.perf_counter(), 0.0, 0.0
        for number, clause in enumerate(request.clauses):
            if self._wait(stopped):
                yield Finished(request.request, "stopped", audio_seconds=seconds)
                return
            sound = sound_of(clause, request.speed)
            seconds += len(sound) / BYTES_PER_SAMPLE / HEARING_RATE
            first = first or time.perf_counter() - begun
            yield Audio(request.request, number, HEARING_RATE, sound)
        yield Finished(request.request, "end", seconds_to_first_token=first, audio_seconds=seconds,
                       seconds=time.perf_counter() - begun)

    def _hear(self, request: Hear, stopped: Callable[[], bool]) -> Iterator[Reply]:
        begun = time.perf_counter()
        samples = read_wave(request) if request.path else request.samples
        seconds = len(samples) / BYTES_PER_SAMPLE / HEARING_RATE
        for text, begin, end in utterances(samples):
            if self._wait(stopped):
                yield Finished(request.request, "stopped", audio_seconds=seconds)
                return
            yield Heard(request.request, text, begin, end, request.language or "en", 1.0)
            yield HeardUpTo(request.request, end, seconds)
        yield Finished(request.request, "end", audio_seconds=seconds, seconds=time.perf_counter() - begun)

    def _wait(self, stopped: Callable[[], bool]) -> bool:
        """Misbehave if it is time to; true at once when Stop was asked for."""
        if self._script.get("crash_after") == str(self._done):
            os.abort()
        while self._script.get("hang_after") == str(self._done):
            time.sleep(NAP)
        self._done += 1
        until = time.perf_counter() + float(self._script.get("delay", 0.0))
        while not stopped():
            if time.perf_counter() >= until:
                return False
            time.sleep(NAP)
        return True


def sound_of(text: str, speed: float = 1.0) -> bytes:
    """The text as PCM that `utterances` reads back."""
    each = max(1, round(LETTER * HEARING_RATE / speed))
    return b"".join(array.array("h", [LOUDNESS * byte] * each).tobytes() for byte in text.encode("utf-8", "replace"))


def utterances(samples: bytes) -> Iterator[tuple[str, float, float]]:
    """(text, begin, end) of each stretch that is not silent. Seconds."""
    numbers = array.array("h", samples[:len(samples) // 2 * 2])
    loud = bytes(min(255, max(0, number // LOUDNESS)) for number in numbers)
    for found in re.finditer(rb"[^\0]+", loud):
        each = max(1, min((len(run[0]) for run in re.finditer(rb"(.)\1*", found[0], re.DOTALL)), default=1))
        text = found[0][::each].decode("utf-8", "replace")
        yield text, found.start() / HEARING_RATE, found.end() / HEARING_RATE


def read_wave(request: Hear) -> bytes:
    """The samples of a WAV file as `sound_of` makes them. Raises EngineError."""
    try:
        with wave.open(request.path, "rb") as file:
            return file.readframes(file.getnframes())
    except (wave.Error, EOFError, OSError) as error:
        raise EngineError(Failed(request.request, "bad_audio", str(error))) from error
