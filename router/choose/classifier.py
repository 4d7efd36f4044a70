"""From a request to probabilities: a linear model on the encoder's vector, signs and word pieces; weights are data.

Layer two of the choice. It knows no specialist and starts no encoder: vectors are given. Without them a second set of
weights judges by the words alone. What it was trained on and how is `training`'s concern.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray

from router.choose.features import COLUMNS, EARLIER_COLUMNS, earlier_pieces, word_pieces
from router.choose.request import Judgement, Request
from router.choose.signs import SIGNS, signs

VERSION = 2
DIMENSIONS = 384                # of the encoder's vector
NEAR = 2 * DIMENSIONS + len(SIGNS)      # columns that the hidden layer reads: vectors and signs
LARGEST_FILE = 16 * 2**20
EARLIER_WEIGHT = 1.5            # of the vector of what was asked before, beside that of what is asked now
PIECES_WEIGHT = 2.0             # of the word pieces, beside the vector
EARLIER_PIECES_WEIGHT = 1.8     # of those of what was asked before
STEPS = 127                     # a weight is kept as so many parts of its row's largest: a byte each

Matrix = NDArray[np.float32]


class BrokenWeights(Exception):
    """The file holds no weights of this version; the message says why."""


@dataclass(frozen=True)
class Hidden:
    """A layer of rectified units that reads the first columns. inward: (units, those columns), bias: (units,),
    outward: (answers, units)."""

    inward: Matrix
    bias: Matrix
    outward: Matrix

    def logits(self, rows: Matrix) -> Matrix:
        """What it adds to the logits. rows: (rows, those columns) → (rows, answers)"""
        return np.asarray(np.maximum(rows @ self.inward.T + self.bias, 0.0) @ self.outward.T)


@dataclass(frozen=True)
class Head:
    """One question with a fixed set of answers. weights: (answers, columns), bias: (answers,).

    temperature: by which logits are divided to be calibrated (Guo et al. 2017). hidden: a layer beside the weights.
    """

    answers: tuple[str, ...]
    weights: Matrix
    bias: Matrix
    temperature: float = 1.0
    hidden: Hidden | None = None

    def probabilities(self, row: Matrix) -> dict[str, float]:
        """Calibrated, summing to one. row: (columns,)"""
        logits = self.weights @ row + self.bias
        if self.hidden is not None:
            logits = logits + self.hidden.logits(row[None, :NEAR])[0]
        logits = logits / self.temperature
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
    """Trained weights. `meaning` holds the heads with the encoder's vector, `words` those without it.

    rarity: what each word piece's column is worth. (COLUMNS,)
    """

    def __init__(self, meaning: dict[str, Head], words: dict[str, Head], novelty: Novelty, rarity: Matrix,
                 facts: dict[str, Any]) -> None:
        self._meaning, self._words, self._novelty, self._rarity = meaning, words, novelty, rarity
        self.facts = facts

    def texts(self, request: Request) -> tuple[str, ...]:
        """The request, and the one before it."""
        return (request.text, *request.before[-1:])

    def judge(self, request: Request, vectors: Sequence[Sequence[float]] | None) -> Judgement:
        """Probabilities of skill, tool, difficulty and none-of-these. vectors: those of `texts`, or None."""
        usable = vectors is not None and len(vectors) > 0 and len(vectors[0]) == DIMENSIONS
        row = columns_of(request, vectors if usable else None, self._rarity)
        heads = self._meaning if usable else self._words
        skills = heads["skill"].probabilities(row)
        nonsense = heads["none"].probabilities(row)["yes"]
        odds = float(np.log(max(nonsense, 1e-6) / max(1 - nonsense, 1e-6)))
        difficulty = heads["difficulty"].probabilities(row)
        return Judgement(skills, heads["tool"].probabilities(row),
                         sum(int(level) * chance for level, chance in difficulty.items()),
                         self._novelty.probability(odds, max(skills.values())),
                         tuple(vectors[0]) if usable and vectors is not None else ())


def columns_of(request: Request, vectors: Sequence[Sequence[float]] | None, rarity: Matrix) -> Matrix:
    """Everything a head reads, in one row. With vectors: (2·384 + signs + pieces,), else (signs + pieces,)."""
    earlier = request.before[-1] if request.before else ""
    looks = np.concatenate([
        signs(request), PIECES_WEIGHT * word_pieces(request.text, rarity),
        EARLIER_PIECES_WEIGHT * earlier_pieces(earlier)])
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
    """As a zip of arrays without pickles (numpy's npz), a byte a weight. The same weights, the same bytes."""
    arrays: dict[str, NDArray[Any]] = {"rarity": classifier._rarity.astype(np.float16)}
    facts = {**classifier.facts, "signature": signature(), "heads": {}}
    for kind, heads in (("meaning", classifier._meaning), ("words", classifier._words)):
        for name, head in heads.items():
            key = f"{kind} {name}"
            scale = np.maximum(np.abs(head.weights).max(axis=1), 1e-6) / STEPS
            arrays[f"{key} weights"] = np.rint(head.weights / scale[:, None]).astype(np.int8)
            arrays[f"{key} scale"] = scale.astype(np.float32)
            arrays[f"{key} bias"] = head.bias.astype(np.float32)
            if head.hidden is not None:
                arrays[f"{key} inward"] = head.hidden.inward.astype(np.float16)
                arrays[f"{key} units"] = head.hidden.bias.astype(np.float32)
                arrays[f"{key} outward"] = head.hidden.outward.astype(np.float32)
            facts["heads"][key] = {"answers": head.answers, "temperature": head.temperature,
                                   "hidden": head.hidden is not None}
    novelty = classifier._novelty
    facts["novelty"] = [novelty.nonsense, novelty.unsure, novelty.bias]
    arrays["facts"] = np.frombuffer(json.dumps(facts, ensure_ascii=False, sort_keys=True).encode(), dtype=np.uint8)
    np.savez_compressed(file, **arrays)     # type: ignore[arg-type]


def load(path: Path) -> Classifier:
    """Raises BrokenWeights for anything that is not a whole file of `save`'s, made for this code."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise BrokenWeights("the file is too large")
        if not zipfile.is_zipfile(path):
            raise BrokenWeights("the file is damaged or holds something else")
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            facts = json.loads(bytes(arrays["facts"]))
            if facts["signature"] != signature():
                raise BrokenWeights(f"they are for another version ({facts['signature']})")
            heads: dict[str, dict[str, Head]] = {"meaning": {}, "words": {}}
            for key, about in facts["heads"].items():
                kind, _, name = key.partition(" ")
                heads[kind][name] = _head(arrays, key, about)
            novelty = Novelty(*map(float, facts["novelty"]))
            rarity = _numbers(arrays, "rarity", (COLUMNS,))
    except BrokenWeights:
        raise
    except (OSError, ValueError, KeyError, TypeError, AttributeError, zipfile.BadZipFile, EOFError) as error:
        raise BrokenWeights(str(error) or repr(error)) from error
    if not all({"skill", "tool", "difficulty", "none"} <= set(found) for found in heads.values()):
        raise BrokenWeights("a head is missing")
    return Classifier(heads["meaning"], heads["words"], novelty, rarity, facts)


def _head(arrays: Mapping[str, NDArray[Any]], key: str, about: dict[str, Any]) -> Head:
    answers = tuple(map(str, about["answers"]))
    columns = len(SIGNS) + COLUMNS + EARLIER_COLUMNS + (2 * DIMENSIONS if key.startswith("meaning") else 0)
    weights = _numbers(arrays, f"{key} weights", (len(answers), columns))
    scale = _numbers(arrays, f"{key} scale", (len(answers),))
    hidden = None
    if about["hidden"]:
        units = arrays[f"{key} units"].size
        hidden = Hidden(_numbers(arrays, f"{key} inward", (units, NEAR)), _numbers(arrays, f"{key} units", (units,)),
                        _numbers(arrays, f"{key} outward", (len(answers), units)))
    return Head(answers, weights * scale[:, None], _numbers(arrays, f"{key} bias", (len(answers),)),
                float(about["temperature"]), hidden)


def _numbers(arrays: Mapping[str, NDArray[Any]], name: str, shape: tuple[int, ...]) -> Matrix:
    """Raises BrokenWeights when they are fewer, more or none."""
    found = arrays[name].astype(np.float32)
    if found.shape != shape or not np.isfinite(found).all():
        raise BrokenWeights(f"“{name}” has another shape or holds no numbers")
    return found
