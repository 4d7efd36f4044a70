"""How long until a specialist's first word, and until its answer is there: here, now, a switch included. Pure.

The speeds come from what this machine did before (`router.fleet.times`), the rest from what is in memory.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.fleet.times import Speed

CHARACTERS_PER_TOKEN = 4.2      # of English in the vocabularies of today's small models; measured ones are preferred
TEMPLATE_TOKENS = 8.0           # that a chat template writes around a question


@dataclass(frozen=True)
class Standing:
    """Where a specialist stands right now.

    loaded: it is in memory. unread: tokens it would have to read, those in its cache or in a kept state left out.
    waits: seconds until it is free, or until others have left for it.
    """

    loaded: bool
    unread: float
    waits: float = 0.0


@dataclass(frozen=True)
class Expected:
    """Seconds from now."""

    first_word: float
    answer: float


def expected(speed: Speed, standing: Standing) -> Expected:
    """What the numbers add up to."""
    first = standing.waits + (0.0 if standing.loaded else speed.load_seconds)
    first += speed.start_seconds + standing.unread / max(speed.read_per_second, 0.01)
    return Expected(first, first + speed.answer_tokens / max(speed.write_per_second, 0.01))
