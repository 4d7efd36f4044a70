"""Scoring labels: the arithmetic over a model that is a table, and the fake engine's version of it."""

from __future__ import annotations

import math

import numpy as np
import pytest
from numpy.typing import NDArray

from specialists.engine import EngineError
from specialists.engines.echo import EchoEngine
from specialists.engines.llama_labels import LONGEST_LABEL, MOST_LABELS, Unscorable, check, score
from specialists.wire import ChatMessage, LabelsScored, Load, ScoreLabels

VOCABULARY = 8


class Table:
    """A model whose next token depends on the last one: token t is followed by t + 1 with the probability a half."""

    def __init__(self) -> None:
        self.asked: list[list[int]] = []

    def __call__(self, tokens: list[int]) -> NDArray[np.float32]:
        self.asked.append(tokens)
        logits = np.full(VOCABULARY, math.log(0.5 / (VOCABULARY - 1)), dtype=np.float32)
        logits[(tokens[-1] + 1) % VOCABULARY] = math.log(0.5)
        return logits + 7           # logits are known up to a constant


def test_a_label_is_worth_the_product_of_its_tokens_among_all_labels() -> None:
    found = score([0], [[1, 2], [1, 5], [3]], Table())
    assert found is not None
    likely, rare = 0.5, 0.5 / 7
    weights = [likely * likely, likely * rare, rare]
    assert np.exp(found) == pytest.approx([one / sum(weights) for one in weights], rel=1e-5)


def test_what_labels_share_is_asked_once_and_in_an_order_that_reuses_it() -> None:
    table = Table()
    score([9, 0], [[4], [1, 2, 3], [1, 2, 5], [1, 3]], table)
    assert table.asked == [[9, 0], [9, 0, 1], [9, 0, 1, 2]]


def test_the_same_label_twice_counts_twice_and_tiny_probabilities_stay_finite() -> None:
    found = score([0], [[1], [1]], Table())
    assert found == pytest.approx((math.log(0.5), math.log(0.5)))
    lost = score([0], [[0] * 16, [0]], lambda tokens: np.asarray([-1000.0] + [0.0] * 7))
    assert lost is not None and all(map(math.isfinite, lost))


def test_stopping_in_the_middle_gives_nothing() -> None:
    table = Table()
    assert score([0], [[1, 2]], lambda tokens: table(tokens) if len(tokens) == 1 else None) is None


@pytest.mark.parametrize("labels", [[], [[1], []], [[1] * (LONGEST_LABEL + 1)], [[1]] * (MOST_LABELS + 1)])
def test_what_cannot_be_scored_is_said(labels: list[list[int]]) -> None:
    with pytest.raises(Unscorable, match="can be scored"):
        check(labels)


def test_the_fake_engine_prefers_labels_whose_words_were_asked_for() -> None:
    engine = EchoEngine()
    engine.open(Load("echo", ""), lambda _: None)
    asked = (ChatMessage("system", "code"), ChatMessage("user", "please write, write it"))
    outcome = engine.perform(ScoreLabels("s", asked, ("code", "write", "math")), lambda: False)
    assert isinstance(outcome, LabelsScored)
    code, write, math_ = outcome.log_probabilities
    assert write > code == math_ and sum(map(math.exp, outcome.log_probabilities)) == pytest.approx(1.0)
    with pytest.raises(EngineError):
        engine.perform(ScoreLabels("s", asked, ()), lambda: False)
