"""Labels scored by a real model: they sum to one, in a sensible order, from a cache that is used again."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import pytest

from specialists.engine import EngineError
from specialists.engines.llama import LlamaEngine
from specialists.wire import ChatMessage, Finished, Generate, LabelsScored, Load, Sampling, ScoreLabels

pytestmark = pytest.mark.models

ASKED = (ChatMessage("system", "Answer with one word: the name of a colour or of an animal."),
         ChatMessage("user", "What is the colour of fresh grass in spring?"))
COLOURS = ("green", "violet", "purple", "elephant")


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[LlamaEngine]:
    engine = LlamaEngine()
    engine.open(Load("llama", str(smollm2), context=512), lambda _: None)
    yield engine
    engine.close()


def score(engine: LlamaEngine, messages: tuple[ChatMessage, ...], *labels: str) -> dict[str, float]:
    outcome = engine.perform(ScoreLabels("s", messages, labels), lambda: False)
    assert isinstance(outcome, LabelsScored) and outcome.request == "s"
    return dict(zip(labels, outcome.log_probabilities, strict=True))


def test_the_likely_label_wins_and_all_sum_to_one(engine: LlamaEngine) -> None:
    found = score(engine, ASKED, *COLOURS)
    assert max(found, key=lambda label: found[label]) == "green" and found["green"] > math.log(0.5)
    assert sum(map(math.exp, found.values())) == pytest.approx(1.0)


def test_the_order_of_labels_and_what_was_scored_before_change_nothing(engine: LlamaEngine) -> None:
    found = score(engine, ASKED, *COLOURS)
    score(engine, (ChatMessage("user", "Which animal says moo?"),), "cow", "dog")
    again = score(engine, ASKED, *reversed(COLOURS))
    assert again == pytest.approx(found, abs=0.05)      # batches of other lengths round otherwise


def test_a_label_of_several_tokens_is_judged_by_all_of_them(engine: LlamaEngine) -> None:
    found = score(engine, ASKED, "green elephants", "green grass")
    assert found["green grass"] > found["green elephants"]


def test_the_prompt_stays_in_the_cache_as_it_would_for_an_answer(engine: LlamaEngine) -> None:
    score(engine, ASKED, *COLOURS)
    *_, finished = engine.answer(Generate("r", ASKED, Sampling(temperature=0.0), max_tokens=4), lambda: False)
    assert isinstance(finished, Finished)
    assert finished.reused_tokens == finished.prompt_tokens - 1


def test_a_base_model_without_a_chat_format_scores_too(gemma: Path) -> None:
    engine = LlamaEngine()
    engine.open(Load("llama", str(gemma), context=256), lambda _: None)
    found = score(engine, (ChatMessage("user", "What is the capital of France?"),), "Paris", "Rome", "potato")
    engine.close()
    assert found["Paris"] > found["Rome"] > found["potato"]


@pytest.mark.parametrize("labels", [(), ("a", ""), ("word " * 40,), tuple(map(str, range(33)))],
                         ids=["none", "an empty one", "a long one", "too many"])
def test_labels_that_cannot_be_scored_are_refused(engine: LlamaEngine, labels: tuple[str, ...]) -> None:
    with pytest.raises(EngineError) as caught:
        score(engine, ASKED, *labels)
    assert caught.value.failed.code == "bad_request" and caught.value.failed.request == "s"


def test_a_prompt_that_is_too_long_is_refused(engine: LlamaEngine) -> None:
    with pytest.raises(EngineError) as caught:
        score(engine, (ChatMessage("user", "the fox and the crow " * 200),), "yes", "no")
    assert caught.value.failed.code == "too_long"


def test_it_can_be_stopped_and_goes_on_from_what_it_has_read(engine: LlamaEngine) -> None:
    with pytest.raises(EngineError) as caught:
        engine.perform(ScoreLabels("s", ASKED, COLOURS), lambda: True)
    assert caught.value.failed.detail == "it was stopped"
    assert score(engine, ASKED, *COLOURS)["green"] > math.log(0.5)
