"""Likeness to requests that are known: the person's corrections, and a specialist's own examples. Pure.

All vectors have length one, so their dot product is the cosine. The two limits are cosines of all-MiniLM-L6-v2: below
`UNLIKE` two requests share at most a topic, above `SAME` they are the same request in other words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

UNLIKE, SAME = 0.45, 0.85
NEAREST = 3             # examples that are looked at: one odd example does not decide

Vector = Sequence[float]


def likeness(vector: Vector, known: Sequence[Vector]) -> tuple[float, ...]:
    """0…1 for each of `known`: 0 up to UNLIKE, 1 from SAME on. (len(known),)"""
    if not len(known) or not len(vector):
        return ()
    usable = [one if len(one) == len(vector) else [0.0] * len(vector) for one in known]
    cosines = np.asarray(usable, dtype=np.float32) @ np.asarray(vector, dtype=np.float32)
    return tuple(float(one) for one in np.clip((cosines - UNLIKE) / (SAME - UNLIKE), 0.0, 1.0))


def taught(vector: Vector, lessons: Sequence[tuple[str, Vector]]) -> dict[str, float]:
    """Specialist → 0…1: how much the corrections ask for it. The nearest lesson counts; the newest one wins a tie."""
    asks: dict[str, float] = {}
    near = likeness(vector, [lesson for _, lesson in lessons])
    for (specialist, _), like in zip(lessons, near, strict=False):
        asks[specialist] = max(asks.get(specialist, 0.0), like ** 2)
    best = max(asks.values(), default=0.0)
    return {specialist: like if like >= best else like / 2 for specialist, like in asks.items() if like > 0.0}


def own_kind(vector: Vector, examples: Sequence[Vector]) -> float:
    """0…1: how much the request is like a specialist's examples (the mean of the nearest few)."""
    near = sorted(likeness(vector, examples), reverse=True)[:NEAREST]
    return sum(near) / len(near) if near else 0.0
