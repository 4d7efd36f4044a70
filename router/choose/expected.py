"""How long until a specialist's first word, and until its answer is there: here, now, a switch included. Pure.

The numbers come from what this machine did before (`router.fleet.times`) and from what is in memory.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Pace:
    """What a specialist does on this machine. Seconds to load, tokens per second, tokens of a usual answer."""

    load_seconds: float
    read_per_second: float
    write_per_second: float
    answer_tokens: float = 200.0


@dataclass(frozen=True)
class Standing:
    """Where a specialist stands right now.

    loaded: it is in memory. unread: prompt tokens it would have to read, those in its cache or in a kept state left
    out. waits: seconds until it is free, or until others have left for it.
    """

    loaded: bool
    unread: float
    waits: float = 0.0


@dataclass(frozen=True)
class Expected:
    """Seconds from now."""

    first_word: float
    answer: float


def expected(pace: Pace, standing: Standing) -> Expected:
    """What the numbers add up to."""
    first = standing.waits + (0.0 if standing.loaded else pace.load_seconds)
    first += max(1.0, standing.unread) / max(pace.read_per_second, 0.01)
    return Expected(first, first + pace.answer_tokens / max(pace.write_per_second, 0.01))
