"""The messages about speech, which `specialists.wire` joins with the others. Values only; knows no engine.

Sound is 16-bit little-endian mono PCM. It is a `bytes` field, so it travels as a raw frame behind the message
(`specialists.codec.frames`). Times are seconds from the beginning of the sound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

HEARING_RATE = 16_000           # samples a second of everything that is heard
BYTES_PER_SAMPLE = 2


# ── router → worker ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class Hear:
    """Write down the speech in the file at `path` (any format), or in `samples` (at HEARING_RATE).

    Answered by any number of HeardUpTo and Heard, then Finished or Failed. language: ISO 639-1, empty to find out.
    short: it is one utterance of at most half a minute; it becomes one Heard, sooner and without times inside it.
    """

    request: str
    path: str = ""
    language: str = ""
    short: bool = False
    samples: bytes = b""


@dataclass(frozen=True)
class Speak:
    """Say the `clauses` one after another. Each becomes Audio; then Finished or Failed.

    speed: 1 is the voice's own, 2 twice as fast. volume: 1 is the voice's own. speaker: which, of a voice with several.
    """

    request: str
    clauses: tuple[str, ...]
    speed: float = 1.0
    volume: float = 1.0
    speaker: int = 0


@dataclass(frozen=True)
class Detect:
    """Is there speech in `samples` (at HEARING_RATE), which go on where the last ones ended? fresh: they do not.

    Answered by Detected. What is left of a frame waits for the next samples.
    """

    request: str
    fresh: bool = False
    samples: bytes = b""


# ── worker → router ──────────────────────────────────────────────────────────────────────────────────────────────────
@dataclass(frozen=True)
class HeardUpTo:
    """So many seconds of `total` (0: not known) are done, speech or not. Also a sign of life."""

    request: str
    seconds: float
    total: float = 0.0


@dataclass(frozen=True)
class Heard:
    """What was said between `begin` and `end`. probability: how sure the engine is of its words, 0 to 1."""

    request: str
    text: str
    begin: float
    end: float
    language: str = ""
    probability: float = 0.0


@dataclass(frozen=True)
class Audio:
    """The sound of clause number `clause` (from 0), or the next part of it, at `rate` samples a second."""

    request: str
    clause: int
    rate: int
    samples: bytes = b""


@dataclass(frozen=True)
class SpeechChange:
    """Speech began or ended there: seconds since the last `fresh` Detect."""

    what: Literal["began", "ended"]
    at: float


@dataclass(frozen=True)
class Detected:
    """The probability of speech in each frame of `frame_seconds` that is complete now, and what changed within them."""

    request: str
    probabilities: tuple[float, ...]
    frame_seconds: float
    changes: tuple[SpeechChange, ...] = ()
