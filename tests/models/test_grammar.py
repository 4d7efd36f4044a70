"""A grammar holds a real model to a form, whatever it would rather say; a broken one costs a sentence, no process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from specialists.engine import EngineError
from specialists.engines.llama import LlamaEngine
from specialists.wire import ChatMessage, Finished, Generate, Load, Sampling, Token

pytestmark = pytest.mark.models

QUESTION = (ChatMessage("user", "Tell me a long story about a fox."),)
STEPS = r"""root ::= "[" step ("," step){1,2} "]"
step ::= "{\"do\":\"" [a-zA-Z ]{1,30} "\",\"skill\":" skill "}"
skill ::= "\"writing\"" | "\"code\""
"""


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[LlamaEngine]:
    engine = LlamaEngine()
    engine.open(Load("llama", str(smollm2), context=1024), lambda _: None)
    yield engine
    engine.close()


def written(engine: LlamaEngine, grammar: str, sampling: Sampling) -> tuple[str, Finished]:
    said = list(engine.answer(Generate("r", QUESTION, sampling, 200, grammar=grammar), lambda: False))
    last = said[-1]
    assert isinstance(last, Finished)
    return "".join(one.text for one in said if isinstance(one, Token)), last


@pytest.mark.parametrize("sampling", [Sampling(temperature=0.0), Sampling(temperature=1.5, seed=7)])
def test_the_answer_keeps_to_the_grammar_and_ends_with_it(engine: LlamaEngine, sampling: Sampling) -> None:
    text, finished = written(engine, STEPS, sampling)
    steps = json.loads(text)
    assert 2 <= len(steps) <= 3 and {step["skill"] for step in steps} <= {"writing", "code"}
    assert finished.reason == "end"


def test_one_word_out_of_two(engine: LlamaEngine) -> None:
    assert written(engine, 'root ::= "yes" | "no"', Sampling(temperature=0.0))[0] in ("yes", "no")


@pytest.mark.parametrize("grammar", ["root ::= (", "no rules here", "other ::= \"a\"", "root ::= missing"])
def test_a_grammar_that_cannot_be_read_is_refused_and_the_engine_goes_on(engine: LlamaEngine, grammar: str) -> None:
    with pytest.raises(EngineError) as caught:
        written(engine, grammar, Sampling(temperature=0.0))
    assert caught.value.failed.code == "bad_request" and "grammar" in caught.value.failed.detail
    assert written(engine, "", Sampling(temperature=0.0))[0]
