"""How likely each of a few labels is as the beginning of the answer. Nothing is written. Pure.

log P(label | prompt) = Σ log P(token of the label | prompt and its tokens before), from the model's own logits, then
normalised over the labels. It is not divided by a label's length: the last syllables of a word that has begun are near
certain, so a mean over tokens favours long labels. Labels should be single short words, none the beginning of another.
It knows no library: what the model expects after some tokens is asked of a function.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_LABELS = 32
LONGEST_LABEL = 16              # tokens

After = Callable[[list[int]], NDArray[Any] | None]


class Unscorable(ValueError):
    """There are too many labels, an empty one, or one of too many tokens; the text says which."""


def check(labels: Sequence[Sequence[int]]) -> None:
    """Raises Unscorable. labels: the tokens of each."""
    if not 1 <= len(labels) <= MOST_LABELS:
        raise Unscorable(f"{len(labels)} labels; 1 to {MOST_LABELS} can be scored")
    lengths = [len(label) for label in labels]
    if min(lengths) < 1 or max(lengths) > LONGEST_LABEL:
        raise Unscorable(f"labels of {min(lengths)} to {max(lengths)} tokens; 1 to {LONGEST_LABEL} can be scored")


def score(prompt: list[int], labels: Sequence[Sequence[int]], after: After) -> tuple[float, ...] | None:
    """The log-probability of each label among all of them; None when `after` was stopped.

    after: the logits of the token that follows the tokens given, (vocabulary,), or None. It is asked once for the
    prompt and for each beginning of a label, also one that several share, in an order in which each goes on from what
    stands before it as far as possible.
    """
    beginnings = sorted({tuple(label[:length]) for label in labels for length in range(len(label))})
    known: dict[tuple[int, ...], NDArray[np.float64]] = {}
    for beginning in beginnings:
        logits = after([*prompt, *beginning])
        if logits is None:
            return None
        known[beginning] = _log_softmax(np.asarray(logits, dtype=np.float64))
    totals = np.asarray([sum(known[tuple(label[:place])][token] for place, token in enumerate(label))
                         for label in labels], dtype=np.float64)
    return tuple(map(float, _log_softmax(totals)))


def _log_softmax(numbers: NDArray[np.float64]) -> NDArray[np.float64]:
    numbers = numbers - numbers.max()
    return np.asarray(numbers - np.log(np.exp(numbers).sum()))
