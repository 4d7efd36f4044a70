"""From what is asked, what each specialist can do and how long it would take, to one choice. Pure functions.

The utility of a specialist is the share of such requests it answers well, less a price for the time it takes:

    utility = Σ P(skill) · strength(skill)  −  PRICE · log2(1 + seconds / COMFORT)  +  a bonus for who answered last

The price halves from easy to hard requests: who asks something hard would rather wait. Its confidence is the
probability that the choice is the best one: Σ P(skill) over the skills for which it would win.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

PRICE = 0.03            # of utility per doubling of the time; chosen on the mixed set (consort bench router --mixed)
COMFORT = 5.0           # seconds that nobody minds
STAY = 0.04             # the gain a switch within a conversation must bring
TAUGHT = 0.6            # what a correction of the very same request adds
KNOWN_KIND = 0.5        # how much a specialist's own example requests count when they are matched fully


@dataclass(frozen=True)
class Option:
    """One specialist that could answer.

    strengths: skill → 0…1. seconds: until its answer is there. taught: 0…1, how much the person's corrections ask for
    it. own_kind: 0…1, how much the request is like its own examples.
    """

    specialist: str
    strengths: dict[str, float] = field(default_factory=dict)
    seconds: float = 0.0
    taught: float = 0.0
    own_kind: float = 0.0


@dataclass(frozen=True)
class Ranked:
    """An option with what it comes to. quality: 0…1 before time and stickiness; share: probability that it is best."""

    option: Option
    quality: float
    utility: float
    share: float


def select(skills: dict[str, float], options: Sequence[Option], *, difficulty: float = 2.0,
           last: str = "", stay: float = STAY) -> tuple[Ranked, ...]:
    """The options, the best first. `skills` sum to one; `last` answered before in this conversation and stays unless
    another is better by more than `stay`.

    Ties go to the option that stands first. Raises ValueError without options.
    """
    if not options:
        raise ValueError("nobody to select from")
    price = PRICE * 2.0 ** ((2.0 - min(3.0, max(1.0, difficulty))) / 2.0)
    extras = [_extra(option, price, stay if option.specialist == last else 0.0) for option in options]
    qualities = [sum(chance * option.strengths.get(skill, 0.0) for skill, chance in skills.items())
                 for option in options]
    shares = [0.0] * len(options)
    for skill, chance in skills.items():
        wins = max(range(len(options)), key=lambda one: options[one].strengths.get(skill, 0.0) + extras[one])
        shares[wins] += chance
    ranked = [Ranked(option, min(1.0, quality), quality + extra, share)
              for option, quality, extra, share in zip(options, qualities, extras, shares, strict=True)]
    return tuple(sorted(ranked, key=lambda one: -one.utility))


def _extra(option: Option, price: float, stays: float) -> float:
    """What does not depend on the skill."""
    slow = price * math.log2(1.0 + max(0.0, option.seconds) / COMFORT)
    return TAUGHT * option.taught + KNOWN_KIND * option.own_kind + stays - slow
