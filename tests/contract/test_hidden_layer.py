"""The small network: it learns what no column tells alone, the same way every time, and bad rows count less."""

from __future__ import annotations

import numpy as np
from scipy.sparse import csr_matrix

from router.choose import hidden_layer
from router.choose.hidden_layer import Network

ROWS = 2_000
DRAWN = np.random.default_rng(7)
DENSE = DRAWN.choice([-1.0, 1.0], size=(ROWS, 4)).astype(np.float32)
SPARSE = csr_matrix(np.zeros((ROWS, 3), dtype=np.float32))
EITHER = (DENSE[:, 0] * DENSE[:, 1] > 0).astype(int)       # of two columns that say nothing alone


def fitted(answers: np.ndarray, weight: np.ndarray) -> Network:
    return hidden_layer.fit(DENSE, SPARSE, answers, 2, weight, seed=1)


def said(network: Network) -> np.ndarray:
    linear = DENSE @ network.weights[:, :4].T + network.bias
    return np.asarray((linear + network.hidden.logits(DENSE)).argmax(axis=1))


def test_it_learns_what_two_columns_say_only_together() -> None:
    network = fitted(EITHER, np.ones(ROWS))
    assert (said(network) == EITHER).mean() > 0.95
    linear = (DENSE @ network.weights[:, :4].T + network.bias).argmax(axis=1)
    assert (linear == EITHER).mean() < 0.8, "the linear part cannot know it"


def test_the_same_rows_give_the_same_network() -> None:
    one, again = fitted(EITHER, np.ones(ROWS)), fitted(EITHER, np.ones(ROWS))
    assert (one.weights == again.weights).all() and (one.hidden.inward == again.hidden.inward).all()


def test_rows_that_weigh_nothing_teach_nothing() -> None:
    wrong = DRAWN.random(ROWS) < 0.6
    network = fitted(np.where(wrong, 1 - EITHER, EITHER), np.where(wrong, 1e-6, 1.0))
    assert (said(network) == EITHER).mean() > 0.9
