"""From a request to probabilities: a linear model on the encoder's vector, signs and word pieces; weights are data.

Layer two of the choice. It knows no specialist and starts no encoder: vectors are given. Without them a second set of
weights judges by the words alone. What it was trained on and how is `training`'s concern.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from router.choose.features import COLUMNS, EARLIER_COLUMNS, word_pieces
from router.choose.request import Judgement, Request
from router.choose.signs import SIGNS, signs

VERSION = 1
DIMENSIONS = 384                # of the encoder's vector
LARGEST_FILE = 16 * 2**20
EARLIER_WEIGHT = 0.5            # of what was asked before, beside what is asked now

Matrix = NDArray[np.float32]


class BrokenWeights(Exception):
    """The file holds no weights of this version; the message says why."""


@dataclass(frozen=True)
class Head:
    """One question with a fixed set of answers. weights: (answers, columns), bias: (answers,).

    temperature: by which logits are divided to be calibrated (Guo et al. 2017).
    """

    answers: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    temperature: float = 1.0

    def probabilities(self, row: Matrix) -> dict[str, float]:
        """Calibrated, summing to one. row: (columns,)"""
        logits = (self.weights @ row + self.bias) / self.temperature
        powers = np.exp(logits - logits.max())
        return {answer: float(power) for answer, power in zip(self.answers, powers / powers.sum(), strict=True)}


@dataclass(frozen=True)
class Novelty:
    """How likely a request is of no known kind: a logistic curve over the log-odds of the trained class of nonsense and
    over how unsure the skill is (1 − its highest probability: Hendrycks and Gimpel 2017)."""

    nonsense: float
    unsure: float
    bias: float

    def probability(self, nonsense_odds: float, surest: float) -> float:
        """0…1. surest: the highest probability of a skill."""
        return float(1 / (1 + np.exp(-(self.nonsense * nonsense_odds + self.unsure * (1 - surest) + self.bias))))


class Classifier:
    """Trained weights. `meaning` holds the heads with the encoder's vector, `words` those without it."""

    def __init__(self, meaning: dict[str, Head], words: dict[str, Head], novelty: Novelty,
                 facts: dict[str, Any]) -> None:
        self._meaning, self._words, self._novelty = meaning, words, novelty
        self.facts = facts

    def texts(self, request: Request) -> tuple[str, ...]:
        """The request, and the one before it."""
        return (request.text, *request.before[-1:])

    def judge(self, request: Request, vectors: Sequence[Sequence[float]] | None) -> Judgement:
        """Probabilities of skill, tool, difficulty and none-of-these. vectors: those of `texts`, or None."""
        usable = vectors is not None and len(vectors) > 0 and len(vectors[0]) == DIMENSIONS
        row = columns_of(request, vectors if usable else None)
        heads = self._meaning if usable else self._words
        skills = heads["skill"].probabilities(row)
        nonsense = heads["none"].probabilities(row)["yes"]
        odds = float(np.log(max(nonsense, 1e-6) / max(1 - nonsense, 1e-6)))
        difficulty = heads["difficulty"].probabilities(row)
        return Judgement(skills, heads["tool"].probabilities(row),
                         sum(int(level) * chance for level, chance in difficulty.items()),
                         self._novelty.probability(odds, max(skills.values())),
                         tuple(vectors[0]) if usable and vectors is not None else ())


def columns_of(request: Request, vectors: Sequence[Sequence[float]] | None) -> Matrix:
    """Everything a head reads, in one row. With vectors: (2·384 + signs + pieces,), else (signs + pieces,)."""
    earlier = request.before[-1] if request.before else ""
    looks = np.concatenate([
        signs(request), word_pieces(request.text),
        EARLIER_WEIGHT * word_pieces(earlier, EARLIER_COLUMNS)])
    if vectors is None:
        return looks
    now = np.asarray(vectors[0], dtype=np.float32)
    before = np.asarray(vectors[1], dtype=np.float32) if earlier and len(vectors) > 1 else np.zeros_like(now)
    return np.concatenate([now, EARLIER_WEIGHT * before, looks])


# ── the file ─────────────────────────────────────────────────────────────────────────────────────────────────────────
def signature() -> str:
    """What weights must have been trained with to fit this code."""
    return f"{VERSION}/{DIMENSIONS}/{len(SIGNS)}/{COLUMNS}/{EARLIER_COLUMNS}"


def save(classifier: Classifier, file: IO[bytes]) -> None:
    """As a zip of arrays without pickles (numpy's npz); half precision is enough. The same weights, the same bytes."""
    arrays: dict[str, NDArray[Any]] = {}
    facts = {**classifier.facts, "signature": signature(), "heads": {}}
    for kind, heads in (("meaning", classifier._meaning), ("words", classifier._words)):
        for name, head in heads.items():
            arrays[f"{kind} {name} weights"] = head.weights.astype(np.float16)
            arrays[f"{kind} {name} bias"] = head.bias.astype(np.float32)
            facts["heads"][f"{kind} {name}"] = {"answers": head.answers, "temperature": head.temperature}
    novelty = classifier._novelty
    facts["novelty"] = [novelty.nonsense, novelty.unsure, novelty.bias]
    arrays["facts"] = np.frombuffer(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8)
    np.savez_compressed(file, **arrays)     # type: ignore[arg-type]


def load(path: Path) -> Classifier:
    """Raises BrokenWeights for anything that is not a whole file of `save`'s, made for this code."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BrokenWeights("the file is too large")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            facts = json.loads(bytes(arrays["facts"]))
            if facts["signature"] != signature():
                raise BrokenWeights(f"they are for another version ({facts['signature']})")
            heads: dict[str, dict[str, Head]] = {"meaning": {}, "words": {}}
            for key, about in facts["heads"].items():
                kind, _, name = key.partition(" ")
                heads[kind][name] = _head(arrays[f"{key} weights"], arrays[f"{key} bias"], about, kind)
            novelty = Novelty(*map(float, facts["novelty"]))
    except BrokenWeights:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError) as error:
        raise BrokenWeights(str(error) or repr(error)) from error
    if not all({"skill", "tool", "difficulty", "none"} <= set(found) for found in heads.values()):
        raise BrokenWeights("a head is missing")
    return Classifier(heads["meaning"], heads["words"], novelty, facts)


def _head(weights: NDArray[Any], bias: NDArray[Any], about: dict[str, Any], kind: str) -> Head:
    columns = len(SIGNS) + COLUMNS + EARLIER_COLUMNS + (2 * DIMENSIONS if kind == "meaning" else 0)
    answers = tuple(map(str, about["answers"]))
    if weights.shape != (len(answers), columns) or bias.shape != (len(answers),) or not np.isfinite(weights).all():
        raise BrokenWeights("a head has another shape")
    return Head(answers, weights.astype(np.float32), bias.astype(np.float32), float(about["temperature"]))
