"""How texts are fitted into an encoder's runs, and the fake encoder that tests of logic use. No model is opened."""

from __future__ import annotations

import math

import pytest

from specialists.engine import EngineError
from specialists.engines.echo import EchoEngine
from specialists.engines.llama_encoder import ends_of, runs, unit
from specialists.wire import Embed, Embedded, Load


def test_a_long_text_keeps_its_beginning_and_its_end() -> None:
    assert ends_of(list(range(9)), 9) == list(range(9))
    assert ends_of(list(range(100)), 9) == [0, 1, 2, 3, 4, 5, 97, 98, 99]
    assert ends_of(list(range(100)), 1) == [0]


def test_short_texts_share_a_run_and_keep_their_order() -> None:
    texts = [[1] * 3, [2] * 4, [3] * 4, [4] * 10, [5], [6], [7]]
    grouped = list(runs(texts, 8, 2))
    assert [text for run in grouped for text in run] == texts
    assert [[len(text) for text in run] for run in grouped] == [[3, 4], [4], [10], [1, 1], [1]]
    assert list(runs([], 8, 2)) == []


def test_vectors_have_length_one_and_one_without_a_direction_is_a_failure() -> None:
    assert unit([3.0, 0.0, 4.0]) == (0.6, 0.0, 0.8)
    for wrong in ([0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0]):
        with pytest.raises(EngineError, match="internal"):
            unit(wrong)


def test_the_fake_puts_texts_that_share_words_nearer_together() -> None:
    engine = EchoEngine()
    engine.open(Load("echo", ""), lambda _: None)
    texts = ("a cat sits on the mat", "The cat, on a mat!", "interest rates rose", "")
    told = engine.perform(Embed("e", texts), lambda: False)
    assert isinstance(told, Embedded) and told == engine.perform(Embed("e", texts), lambda: False)
    cat, mat, rates, nothing = told.vectors
    assert {len(vector) for vector in told.vectors} == {384}
    assert all(math.isclose(math.hypot(*vector), 1.0) for vector in told.vectors)
    assert dot(cat, mat) > 0.7
    assert dot(cat, rates) < 0.3 and dot(nothing, cat) < 0.3


def dot(one: tuple[float, ...], other: tuple[float, ...]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
