"""Fitting the classifier's weights to requests whose skill is known. Seeded.

Logistic regression (scikit-learn's, lbfgs) per question; temperatures by Guo et al. 2017 on predictions for requests
that were left out (`measuring`). There are two sets of heads: with the encoder's vector and without. The skill, with
the vector, is what three models say together: one of all columns, half of the one of the words alone, and a small
network (`hidden_layer`). What is linear in them is added up into one row of weights. It opens no file and starts no
encoder: rows and vectors are given.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from router.choose import hidden_layer
from router.choose.classifier import DIMENSIONS, NEAR, Classifier, Head, Hidden, Matrix, Novelty, columns_of
from router.choose.features import rarity_in
from router.choose.request import SKILLS, TOOLS, Request

SEED = 20261124
STRENGTH = 1.5                  # scikit-learn's C: the inverse of the regularisation
FOREIGN_SHARE = 0.4             # of the weight that other data may have, against our own requests
EVENNESS = 0.8                  # how much skills with few rows are weighed up: 0 not at all, 1 until all weigh the same
WORDS_SHARE = 0.5               # of the logits that the words alone give, beside those of all columns
VECTOR_SCALE = 5.0              # of the vectors before the network: of length one, their numbers are small beside signs
OURS = "requests"               # the beginning of the source of our own rows
NONE = "none"

Vectors = Mapping[str, Sequence[float]]
Array = NDArray[Any]


@dataclass(frozen=True)
class Row:
    """One request with what is right for it. difficulty 0 and an empty tool: not known. source: where it is from."""

    request: Request
    skill: str
    tool: str = ""
    difficulty: int = 0
    source: str = OURS


def train(rows: Sequence[Row], columns: Any, temperatures: tuple[float, float], novelty: Novelty) -> Classifier:
    """Weights. columns: of `columns_for`; temperatures: with the vectors, and without.

    Raises ValueError for rows of fewer than two skills.
    """
    skills = skills_of(rows)
    if len(skills) < 2:
        raise ValueError("at least two skills are needed")
    weight = row_weights(rows)
    words = _heads(rows, skills, columns[:, 2 * DIMENSIONS:], weight, temperatures[1])
    meaning = _heads(rows, skills, columns, weight, temperatures[0])
    known = np.asarray([row.skill != NONE for row in rows])
    meaning["skill"] = with_network(meaning["skill"], words["skill"], columns[known],
                                    [row.skill for row in rows if row.skill != NONE], weight[known])
    facts = {"seed": SEED, "rows": len(rows), "sources": dict(sorted(Counter(row.source for row in rows).items()))}
    return Classifier(meaning, words, novelty, rarity_of(rows), facts)


def skills_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """What is told apart: ours in our order, then others by name."""
    return _ordered({row.skill for row in rows} - {NONE})


def row_weights(rows: Sequence[Row]) -> Array:
    """Our own requests weigh 1 each; all others together FOREIGN_SHARE of ours, each source by the root of its size.
    Then rare skills are weighed up."""
    sizes = Counter(row.source for row in rows if not row.source.startswith(OURS))
    ours = len(rows) - sum(sizes.values())
    roots = sum(size ** 0.5 for size in sizes.values())
    share = {source: min(1.0, FOREIGN_SHARE * ours / roots / size ** 0.5) if ours else 1.0
             for source, size in sizes.items()}
    weight = np.asarray([share.get(row.source, 1.0) for row in rows])
    skill = np.asarray([row.skill for row in rows])
    usual = float(np.mean([weight[skill == one].sum() for one in set(skill)]))
    for one in set(skill):
        weight[skill == one] *= (usual / weight[skill == one].sum()) ** EVENNESS
    return weight


def fit_none(columns: Any, rows: Sequence[Row], weight: Array) -> Head:
    """The head that tells nonsense from requests."""
    return _fit(columns, ["yes" if row.skill == NONE else "no" for row in rows], ("no", "yes"), weight)


def fit_skills(columns: Any, answers: Sequence[str], skills: tuple[str, ...], weight: Array) -> Head:
    """A head that tells skills apart, uncalibrated."""
    return _fit(columns, answers, skills, weight)


def with_network(head: Head, words: Head, columns: Any, answers: Sequence[str], weight: Array) -> Head:
    """The head of all columns, the one of the words alone and a network, together one head."""
    seen = [place for place, answer in enumerate(head.answers) if answer in set(answers)]
    if len(seen) < 2:
        return head
    number = {head.answers[place]: at for at, place in enumerate(seen)}
    scale = np.ones(NEAR, dtype=np.float32)
    scale[:2 * DIMENSIONS] = VECTOR_SCALE
    network = hidden_layer.fit(columns[:, :NEAR].toarray() * scale, columns[:, NEAR:],
                               np.asarray([number[answer] for answer in answers]), len(seen), weight, SEED)
    weights, bias = head.weights.copy(), head.bias + WORDS_SHARE * words.bias
    weights[:, 2 * DIMENSIONS:] += WORDS_SHARE * words.weights
    weights[seen, :NEAR] += network.weights[:, :NEAR] * scale
    weights[seen, NEAR:] += network.weights[:, NEAR:]
    bias[seen] += network.bias
    outward = np.zeros((len(head.answers), hidden_layer.UNITS), dtype=np.float32)
    outward[seen] = network.hidden.outward
    return replace(head, weights=weights, bias=bias,
                   hidden=Hidden(network.hidden.inward * scale, network.hidden.bias, outward))


# ── fitting ──────────────────────────────────────────────────────────────────────────────────────────────────────────
def _heads(rows: Sequence[Row], skills: tuple[str, ...], columns: Any, weight: Array,
           temperature: float) -> dict[str, Head]:
    """All four questions, each on the rows that answer it."""
    said = {
        "skill": ([row.skill for row in rows], skills),
        "tool": ([row.tool for row in rows], _ordered({row.tool for row in rows} & set(TOOLS)) or (NONE,)),
        "difficulty": ([str(row.difficulty) for row in rows], ("1", "2", "3")),
        "none": (["yes" if row.skill == NONE else "no" for row in rows], ("no", "yes")),
    }
    return {name: _fit(columns, answers, wanted, weight, temperature if name == "skill" else 1.0)
            for name, (answers, wanted) in said.items()}


def _fit(columns: Any, answers: Sequence[str], wanted: tuple[str, ...], weight: Array,
         temperature: float = 1.0) -> Head:
    """A head for `wanted` from the rows whose answer is among them. One that was never seen never wins."""
    from sklearn.linear_model import LogisticRegression

    usable = np.asarray([answer in wanted for answer in answers])
    seen = _ordered({answer for answer in answers if answer in wanted})
    weights = np.zeros((len(wanted), columns.shape[1]), dtype=np.float32)
    bias = np.full(len(wanted), -20.0, dtype=np.float32)
    if len(seen) < 2:
        bias[[wanted.index(answer) for answer in seen or wanted[:1]]] = 0.0
        return Head(wanted, weights, bias)
    number = {answer: place for place, answer in enumerate(seen)}
    model = LogisticRegression(C=STRENGTH, max_iter=400, tol=1e-4, random_state=SEED)
    model.fit(columns[usable], [number[answer] for answer, use in zip(answers, usable, strict=True) if use],
              sample_weight=weight[usable])
    if len(seen) == 2:          # one row of weights tells both answers
        rows, starts = np.vstack([-model.coef_, model.coef_]) / 2, np.concatenate([-model.intercept_,
                                                                                  model.intercept_]) / 2
    else:
        rows, starts = model.coef_, model.intercept_
    for answer, place in number.items():
        weights[wanted.index(answer)] = rows[place]
        bias[wanted.index(answer)] = starts[place]
    return Head(wanted, weights, bias, temperature)


def columns_for(rows: Sequence[Row], vectors: Vectors) -> Any:
    """What the heads read, one row each, sparse: word pieces are mostly zeros."""
    from scipy.sparse import csr_matrix, vstack

    rarity = rarity_of(rows)
    return vstack([csr_matrix(columns_of(
        row.request, [vectors[row.request.text], *(vectors[text] for text in row.request.before[-1:])], rarity))
        for row in rows], format="csr")


def rarity_of(rows: Sequence[Row]) -> Matrix:
    """Of the word pieces in these requests. (COLUMNS,)"""
    return rarity_in(row.request.text for row in rows)


def _ordered(names: set[str]) -> tuple[str, ...]:
    """Ours in our order, then others by name."""
    ours = [*SKILLS, *(tool for tool in TOOLS if tool not in SKILLS)]
    return tuple(sorted(names, key=lambda name: (ours.index(name) if name in ours else len(ours), name)))
