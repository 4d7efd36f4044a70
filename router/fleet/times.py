"""How long things took on this machine: loading, reading, writing, and how long answers usually are.

A few of the last measurements are kept for each specialist and the settings it ran with, and their median counts, so
that one load from a cold disk or one answer beside a video call changes nothing. A specialist that never ran here is
estimated from its file's size: a token costs about one pass over the weights. It runs nothing itself.
"""

from __future__ import annotations

import math
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from router.fleet.notebook import Notebook
from specialists.wire import Finished

KEPT = 7                        # measurements of a kind; a median of 7 shrugs off three bad ones
KEPT_ANSWERS = 15               # lengths of answers vary more
KEPT_READS = 16                 # long and short ones together
FEWEST_READ = 24                # tokens; a shorter prompt measures the beginning of a batch, not reading
LONG_READ = 96                  # tokens from which on reading outweighs what comes before a first word
START_OF_ANSWER = 0.05          # seconds before a first word beside reading, until it was seen
FEWEST_WRITTEN = 8
ANSWER_TOKENS = 200.0           # until answers were seen
START_SECONDS = 0.25            # a process and the engine in it (measured, spawn to ready without weights)

# For a machine on which nothing ran yet, in bytes of weights × tokens per second and core: what SmolLM2-135M and
# Qwen2.5-Coder-1.5B do on two cores with AVX2. Other machines are up to three times as fast; the first answer shows.
READ_PER_CORE = 40e9
WRITE_PER_CORE = 4e9
MOST_CORES = 8                  # writing is bound by the memory's bandwidth, which more cores do not widen
LOAD_BYTES_PER_SECOND = 5e8


@dataclass(frozen=True)
class Speed:
    """Seconds, tokens per second, tokens. measured: how many of the four were seen here; the others are estimates.

    start_seconds: before a first word beside reading (rendering, the first draw, the way there and back).
    """

    load_seconds: float
    read_per_second: float
    write_per_second: float
    answer_tokens: float = ANSWER_TOKENS
    measured: int = 0
    start_seconds: float = START_OF_ANSWER


@dataclass(frozen=True)
class Seen:
    """The last measurements, oldest first. bytes: the file; read: tokens and seconds; write: tokens per second."""

    bytes: int = 0
    load: tuple[float, ...] = ()
    read: tuple[tuple[float, float], ...] = ()
    write: tuple[float, ...] = ()
    answer: tuple[float, ...] = ()


@dataclass(frozen=True)
class Model:
    """What decides a specialist's speed: its file's bytes (0: not known), and the settings it runs with, in words."""

    bytes: int = 0
    settings: str = ""


def _unknown(specialist: str) -> Model:
    return Model()


class Times:
    """Measurements of all specialists, by id. Kept in `path` (None: in memory only).

    model: what is known of a specialist without running it.
    """

    def __init__(self, path: Path | None = None, model: Callable[[str], Model] = _unknown,
                 cores: int = os.cpu_count() or 1) -> None:
        self._seen = Notebook(path, Seen)
        self._model = model
        self._cores = min(max(1, cores), MOST_CORES)

    def loaded(self, specialist: str, seconds: float) -> None:
        """It took `seconds` to load."""
        if seconds > 0:
            seen = self._of(specialist)
            self._put(specialist, replace(seen, load=_with(seen.load, seconds, KEPT)))

    def read(self, specialist: str, tokens: int, seconds: float) -> None:
        """It read `tokens` of a prompt (those in its cache not counted) in `seconds`, the first word included."""
        if tokens > 0 and 0 < seconds < math.inf:
            seen = self._of(specialist)
            self._put(specialist, replace(seen, read=(*seen.read, (float(tokens), round(seconds, 4)))[-KEPT_READS:]))

    def wrote(self, specialist: str, tokens: int, seconds: float, *, whole: bool = True) -> None:
        """It wrote an answer of `tokens` in `seconds`. whole: the answer ended by itself, so its length counts."""
        seen = self._of(specialist)
        if tokens >= FEWEST_WRITTEN and seconds > 0:
            seen = replace(seen, write=_with(seen.write, tokens / seconds, KEPT))
        if whole and tokens > 0:
            seen = replace(seen, answer=_with(seen.answer, float(tokens), KEPT_ANSWERS))
        self._put(specialist, seen)

    def finished(self, specialist: str, finished: Finished) -> None:
        """What a worker says at the end of an answer."""
        if not finished.written_tokens:
            return                      # stopped while it read: how much of the prompt is not said
        if not finished.resumed_tokens:         # else bringing the state back is in these seconds
            self.read(specialist, finished.prompt_tokens - finished.reused_tokens, finished.seconds_to_first_token)
        rate = finished.tokens_per_second
        whole = finished.reason in ("end", "stop_text") or (      # one that was cut off would have been longer
            finished.reason == "length" and finished.written_tokens > self.of(specialist).answer_tokens)
        seconds = finished.written_tokens / rate if rate > 0 else 0.0
        self.wrote(specialist, finished.written_tokens, seconds, whole=whole)

    def of(self, specialist: str) -> Speed:
        """How fast it is here: what was measured, else an estimate."""
        model, seen = self._model(specialist), self._of(specialist)
        guess = self.expected(model.bytes)
        rate = _rate(seen.read)
        return Speed(
            _median(seen.load) or guess.load_seconds, rate or guess.read_per_second,
            _median(seen.write) or guess.write_per_second, _median(seen.answer) or guess.answer_tokens,
            sum(map(bool, (_median(seen.load), rate, _median(seen.write), _median(seen.answer)))),
            _start(seen.read, rate or guess.read_per_second))

    def flush(self) -> None:
        """Write down what is not on disk yet."""
        self._seen.flush()

    def expected(self, size: int) -> Speed:
        """For a model of `size` bytes: what the others did here, scaled by their sizes; the median of them."""
        size = size or 10**9
        others = [one for one in self._seen.entries().values() if one.bytes > 0]
        load = [max(0.0, _median(one.load) - START_SECONDS) / one.bytes for one in others if one.load]
        read = [_rate(one.read) * one.bytes for one in others if _rate(one.read)]
        write = [_median(one.write) * one.bytes for one in others if one.write]
        answers = [length for one in self._seen.entries().values() for length in one.answer if length > 0]
        return Speed(
            START_SECONDS + size * (_median(load) or 1 / LOAD_BYTES_PER_SECOND),
            (_median(read) or READ_PER_CORE * self._cores) / size,
            (_median(write) or WRITE_PER_CORE * self._cores) / size,
            _median(answers) or ANSWER_TOKENS)

    def _name(self, specialist: str) -> str:
        return f"{specialist} {self._model(specialist).settings}".strip()

    def _of(self, specialist: str) -> Seen:
        return self._seen.get(self._name(specialist)) or Seen()

    def _put(self, specialist: str, seen: Seen) -> None:
        self._seen.put(self._name(specialist), replace(seen, bytes=self._model(specialist).bytes))


def _with(kept: tuple[float, ...], new: float, most: int) -> tuple[float, ...]:
    return (*kept, round(new, 3))[-most:]


def _rate(reads: tuple[tuple[float, float], ...]) -> float:
    """Tokens per second of reading: of the last long prompts, else of those that are not too short; 0 for none."""
    for fewest in (LONG_READ, FEWEST_READ):
        rates = [tokens / seconds for tokens, seconds in reads if tokens >= fewest and seconds > 0]
        if rates:
            return _median(rates[-KEPT:])
    return 0.0


def _start(reads: tuple[tuple[float, float], ...], rate: float) -> float:
    """Seconds before a first word that reading does not explain: of the last short prompts."""
    rest = [max(0.0, seconds - tokens / rate) for tokens, seconds in reads if tokens < LONG_READ]
    return statistics.median(rest[-KEPT:]) if rest and rate > 0 else START_OF_ANSWER


def _median(numbers: list[float] | tuple[float, ...]) -> float:
    """The median of those that can be true; 0 for none."""
    return statistics.median([number for number in numbers if 0 < number < math.inf] or [0.0])
