"""What trained weights are worth: on rows left out at random, and on whole sources left out. Nothing is fitted to them.

From the same predictions come the temperatures that make probabilities honest, and the curve for what was never seen.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from router.choose.classifier import DIMENSIONS, NEAR, Head, Novelty
from router.choose.training import (
    NONE,
    OURS,
    SEED,
    Array,
    Row,
    fit_none,
    fit_skills,
    row_weights,
    skills_of,
    with_network,
)

FOLDS = 4
BINS = 15                       # of the expected calibration error (Guo et al. 2017)
TEMPERATURES = np.geomspace(0.3, 4.0, 60)
FEWEST = 30                     # rows of a source that are worth leaving out


@dataclass(frozen=True)
class Report:
    """Shares 0…1, on requests that the weights were not fitted to.

    held_out: all rows in turn, left out at random; ours: our own requests among them; others: the other rows;
    words_alone: all, without the encoder.
    by_source: whole sources left out. calibration: expected calibration error on the left-out sources (on left-out rows
    where there are no sources). none_area: area under the ROC curve for requests of no known kind. confusion: right
    skill → said skill → how many. temperatures, novelty: what training needs to be calibrated.
    """

    rows: int
    held_out: float
    ours: float
    others: float
    words_alone: float
    by_source: dict[str, float]
    calibration: float
    none_area: float
    confusion: dict[str, dict[str, int]]
    temperatures: tuple[float, float] = (1.0, 1.0)
    novelty: Novelty = field(default=Novelty(1.0, 0.0, 0.0), repr=False)


def measure(rows: Sequence[Row], columns: Any, say: Callable[[float], None] = lambda _: None) -> Report:
    """Train FOLDS times without a part of the rows, and once without each foreign source. say: how far it is, 0…1."""
    skills = skills_of(rows)
    weight = row_weights(rows)
    right = np.asarray([row.skill for row in rows])
    known = right != NONE
    sources = [source for source in sorted({row.source for row in rows if not row.source.startswith(OURS)})
               if sum(row.source == source for row in rows) >= FEWEST]
    steps, done = 2 * FOLDS + len(sources), 0

    def step() -> None:
        nonlocal done
        done += 1
        say(done / steps)

    logits = {kind: np.zeros((len(rows), len(skills))) for kind in ("meaning", "words", "source")}
    odds = np.zeros(len(rows))
    for fold in _folds(right):
        rest = ~fold
        here, answers = rest & known, right[rest & known].tolist()
        words = fit_skills(columns[here][:, 2 * DIMENSIONS:], answers, skills, weight[here])
        logits["words"][fold] = _logits(words, columns[fold][:, 2 * DIMENSIONS:])
        step()
        head = with_network(fit_skills(columns[here], answers, skills, weight[here]), words, columns[here], answers,
                            weight[here])
        logits["meaning"][fold] = _logits(head, columns[fold])
        step()
        nonsense = _logits(fit_none(columns[rest], [row for row, use in zip(rows, rest, strict=True) if use],
                                    weight[rest]), columns[fold])
        odds[fold] = nonsense[:, 1] - nonsense[:, 0]
    by_source = {}
    left_out = np.zeros(len(rows), dtype=bool)
    for source in sources if len(sources) > 1 else ():
        out = np.asarray([row.source == source for row in rows])
        rest = known & ~out
        lighter, answers = row_weights([row for row, use in zip(rows, rest, strict=True) if use]), right[rest].tolist()
        words = fit_skills(columns[rest][:, 2 * DIMENSIONS:], answers, skills, lighter)
        head = with_network(fit_skills(columns[rest], answers, skills, lighter), words, columns[rest], answers, lighter)
        logits["source"][out] = _logits(head, columns[out])
        left_out |= out & known
        by_source[source] = _share(logits["source"], right, skills, out & known)
        step()
    ours = np.asarray([row.source.startswith(OURS) for row in rows]) & known
    # Honest on both kinds of requests: those like ours, and those of a source never seen.
    mixed = np.where(left_out[:, None], logits["source"], logits["meaning"])
    temperature = _temperature(mixed[known], right[known], skills, weight[known])
    alone = _temperature(logits["words"][known], right[known], skills, weight[known])
    judged = left_out if left_out.any() else known
    surest = _softmax(logits["meaning"] / temperature).max(axis=1)
    novelty, area = _novelty(odds, surest, ~known)
    return Report(len(rows), _share(logits["meaning"], right, skills, known),
                  _share(logits["meaning"], right, skills, ours),
                  _share(logits["meaning"], right, skills, known & ~ours),
                  _share(logits["words"], right, skills, known),
                  by_source, calibration_error(_softmax(mixed[judged] / temperature), right[judged], skills), area,
                  _confusion(logits["meaning"], right, skills, known), (temperature, alone), novelty)


def calibration_error(probabilities: Array, right: Array, skills: tuple[str, ...]) -> float:
    """Expected calibration error: how far confidence is from being right, on average. probabilities: (rows, skills)."""
    surest = probabilities.max(axis=1)
    hit = np.asarray(skills)[probabilities.argmax(axis=1)] == right
    bins = np.minimum((surest * BINS).astype(int), BINS - 1)
    return float(sum(abs(hit[bins == one].mean() - surest[bins == one].mean()) * (bins == one).mean()
                     for one in range(BINS) if (bins == one).any()))


def _folds(right: Array) -> list[Array]:
    """FOLDS masks; each skill is spread evenly, which rows go where is drawn by SEED."""
    fold = np.zeros(len(right), dtype=int)
    generator = np.random.default_rng(SEED)
    for skill in sorted(set(right)):
        places = np.flatnonzero(right == skill)
        fold[generator.permutation(places)] = np.arange(len(places)) % FOLDS
    return [fold == number for number in range(FOLDS)]


def _logits(head: Head, columns: Any) -> Array:
    logits = np.asarray(columns @ head.weights.T) + head.bias
    return logits if head.hidden is None else logits + head.hidden.logits(columns[:, :NEAR].toarray())


def _softmax(logits: Array) -> Array:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def _share(logits: Array, right: Array, skills: tuple[str, ...], which: Array) -> float:
    return float((np.asarray(skills)[logits[which].argmax(axis=1)] == right[which]).mean()) if which.any() else 0.0


def _temperature(logits: Array, right: Array, skills: tuple[str, ...], weight: Array) -> float:
    """The one with the best likelihood."""
    place = np.asarray([skills.index(skill) for skill in right])
    losses = [-(weight * np.log(np.maximum(_softmax(logits / one)[np.arange(len(right)), place], 1e-9))).sum()
              for one in TEMPERATURES]
    return round(float(TEMPERATURES[int(np.argmin(losses))]), 3)


def _novelty(odds: Array, surest: Array, strange: Array) -> tuple[Novelty, float]:
    """The curve, and what it is worth. Without strange rows, only how unsure the skill is counts."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    if not strange.any():
        return Novelty(0.0, 6.0, -5.0), 0.0
    signs = np.column_stack([odds, 1 - surest])
    model = LogisticRegression(C=10.0, random_state=SEED).fit(signs, strange, sample_weight=np.where(
        strange, (~strange).sum() / strange.sum() / 4, 1.0))
    nonsense, unsure = map(float, model.coef_[0])
    novelty = Novelty(round(nonsense, 4), round(max(0.0, unsure), 4), round(float(model.intercept_[0]), 4))
    return novelty, float(roc_auc_score(strange, novelty.nonsense * odds + novelty.unsure * (1 - surest)))


def _confusion(logits: Array, right: Array, skills: tuple[str, ...], known: Array) -> dict[str, dict[str, int]]:
    said = np.asarray(skills)[logits.argmax(axis=1)]
    return {one: {other: int(((right == one) & (said == other) & known).sum()) for other in skills} for one in skills}
