"""What answers a question, from several rankings of passages. Pure: numbers in, numbers out.

It knows no database and no encoder. Reciprocal rank fusion: Cormack, Clarke, Büttcher, "Reciprocal rank fusion
outperforms Condorcet and individual rank learning methods", SIGIR 2009, with their constant of 60.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FUSION = 60
WORDS, MEANING = 1.0, 0.5       # what a ranking by words and one by meaning count
SAME = 0.97                     # cosine from which two passages say the same


@dataclass(frozen=True)
class Candidate:
    """One passage on its way into an answer. key: its row. document, number: where it stands."""

    key: int
    document: str
    number: int
    words: str


def fused(rankings: Sequence[tuple[float, Sequence[int]]]) -> dict[int, float]:
    """Keys with their scores, best first. rankings: weight and keys, best first; a key may be missing in some."""
    scores: dict[int, float] = {}
    for weight, ranking in rankings:
        for place, key in enumerate(ranking, start=1):
            scores[key] = scores.get(key, 0.0) + weight / (FUSION + place)
    return dict(sorted(scores.items(), key=lambda item: (-item[1], item[0])))


def without_copies(candidates: Sequence[Candidate], vectors: dict[int, NDArray[np.float32]]) -> list[Candidate]:
    """The candidates in their order, without those that say what an earlier one says already: the same words, or nearly
    the same vector."""
    kept: list[Candidate] = []
    said: set[str] = set()
    for one in candidates:
        words = " ".join(one.words.split()).casefold()
        vector = vectors.get(one.key)
        near = vector is not None and any(
            float(vector @ vectors[other.key]) > SAME for other in kept if other.key in vectors)
        if words not in said and not near:
            kept.append(one)
            said.add(words)
    return kept


def joined(candidates: Sequence[Candidate]) -> list[tuple[Candidate, ...]]:
    """Candidates that stand beside each other in one document become one run, in the place of the best of them."""
    by_place = {(one.document, one.number): one for one in candidates}
    runs: list[tuple[Candidate, ...]] = []
    taken: set[tuple[str, int]] = set()
    for one in candidates:
        if (one.document, one.number) in taken:
            continue
        first = last = one.number
        while (one.document, first - 1) in by_place and (one.document, first - 1) not in taken:
            first -= 1
        while (one.document, last + 1) in by_place and (one.document, last + 1) not in taken:
            last += 1
        run = tuple(by_place[one.document, number] for number in range(first, last + 1))
        taken.update((one.document, number) for number in range(first, last + 1))
        runs.append(run)
    return runs
