"""Kept states on real models: what goes on from a file is, token by token, what would have gone on from memory."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from specialists.engines.llama import LlamaEngine
from specialists.wire import ChatMessage, Finished, Generate, KeepState, Load, Reading, Sampling, StateKept, Token

pytestmark = pytest.mark.models

STORY = "The fox goes to the river and the crow looks at the fox. " * 8
SYSTEM = "You are a storyteller who knows foxes, crows and rivers. You answer in short, plain sentences. " * 8


@contextmanager
def opened(path: Path, context: int = 1024) -> Iterator[LlamaEngine]:
    engine = LlamaEngine()
    engine.open(Load("llama", str(path), context=context), lambda _: None)
    with closing(engine):
        yield engine


def ask(engine: LlamaEngine, *contents: str, system: str = "", pages: tuple[Path, ...] = (), beginning: str = "",
        temperature: float = 0.0) -> tuple[str, Finished]:
    messages = [ChatMessage("assistant" if index % 2 else "user", content) for index, content in enumerate(contents)]
    first = [ChatMessage("system", system)] if system else []
    replies = list(engine.answer(Generate(
        "r", (*first, *messages), Sampling(temperature=temperature, seed=7, repeat_penalty=1.0), 24,
        pages=tuple(map(str, pages)), beginning=beginning), lambda: False))
    assert isinstance(replies[-1], Finished), replies[-1]
    done = [reply.done for reply in replies if isinstance(reply, Reading)]
    assert done == sorted(done) and done[-1] == replies[-1].prompt_tokens
    return "".join(reply.text for reply in replies if isinstance(reply, Token)), replies[-1]


def keep(engine: LlamaEngine, path: Path) -> StateKept:
    kept = engine.perform(KeepState("k", str(path)), lambda: False)
    assert isinstance(kept, StateKept)
    return kept


@pytest.mark.parametrize("temperature", [0.0, 1.2], ids=["greedy", "drawn"])
def test_an_answer_after_a_restart_is_the_answer_without_one(smollm2: Path, tmp_path: Path, temperature: float) -> None:
    page = tmp_path / "a.page"
    with opened(smollm2) as engine:
        talk = [f"{STORY} Tell me more, naïve 你好 🦊 and all."]
        talk.append(ask(engine, *talk, temperature=temperature)[0])
        kept = keep(engine, page)
        assert kept.bytes == page.stat().st_size > 1_000_000
        talk.append("And then?")
        expected, live = ask(engine, *talk, temperature=temperature)
        assert live.resumed_tokens == 0
    with opened(smollm2) as engine:
        answer, resumed = ask(engine, *talk, pages=(page,), temperature=temperature)
    assert answer == expected
    assert (resumed.reused_tokens, resumed.prompt_tokens) == (live.reused_tokens, live.prompt_tokens)
    assert resumed.resumed_tokens == resumed.reused_tokens >= kept.tokens - 1
    with opened(smollm2) as engine:
        assert ask(engine, *talk, temperature=temperature)[1].resumed_tokens == 0


def test_an_edited_question_takes_from_the_file_what_stands_before_it(smollm2: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.page"
    with opened(smollm2) as engine:
        first = ask(engine, STORY)[0]
        ask(engine, STORY, first, "And the crow?")
        keep(engine, page)
        expected = ask(engine, STORY, first, "And the river?")[0]
    with opened(smollm2) as engine:
        answer, resumed = ask(engine, STORY, first, "And the river?", pages=(page,))
    assert answer == expected and 64 < resumed.resumed_tokens < resumed.prompt_tokens


def test_a_damaged_or_foreign_state_is_read_again_and_the_answer_is_the_same(smollm2: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.page"
    with opened(smollm2) as engine:
        first = ask(engine, STORY)[0]
        keep(engine, page)
    data = page.read_bytes()
    with opened(smollm2) as engine:
        ask(engine, "Something else.")      # so that both times as much of the prompt is in the cache already
        expected = ask(engine, STORY, first, "Go on.")[0]
        for place in (40, 700, len(data) // 2, len(data) - 5):
            page.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1:])
            ask(engine, "Something else.")
            answer, finished = ask(engine, STORY, first, "Go on.", pages=(page,))
            assert (answer, finished.resumed_tokens) == (expected, 0)
    page.write_bytes(data)
    with opened(smollm2, context=512) as engine:
        assert ask(engine, STORY, first, "Go on.", pages=(page,))[1].resumed_tokens == 0


def test_a_sound_file_that_llama_refuses_costs_reading_again(smollm2: Path, tmp_path: Path,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    page = tmp_path / "a.page"
    with opened(smollm2) as engine:
        first = ask(engine, STORY)[0]
        keep(engine, page)
        ask(engine, "Something else.")
        whole = engine._paging._model.restore
        monkeypatch.setattr(engine._paging._model, "restore", lambda state, tokens: whole(state[:-1000], tokens))
        answer, finished = ask(engine, STORY, first, "Go on.", pages=(page,))
        assert answer and finished.resumed_tokens == finished.reused_tokens == 0


def test_instructions_are_read_once_for_all_conversations(smollm2: Path, tmp_path: Path) -> None:
    page = tmp_path / "b.page"
    with opened(smollm2) as engine:
        ask(engine, "Tell me about foxes.", system=SYSTEM, beginning=str(page))
        expected = ask(engine, "What is a river?", system=SYSTEM)[0]
    with opened(smollm2) as engine:
        answer, finished = ask(engine, "What is a river?", system=SYSTEM, pages=(page,), beginning=str(page))
    assert answer == expected
    assert finished.resumed_tokens >= 96 and finished.prompt_tokens - finished.resumed_tokens <= 24


def test_a_sliding_window_goes_on_where_it_ended_and_never_before(gemma: Path, tmp_path: Path) -> None:
    page = tmp_path / "a.page"
    long = STORY * 8            # longer than the window of 512 tokens
    with opened(gemma, context=2048) as engine:
        first = ask(engine, long)[0]
        assert keep(engine, page).tokens > 600
        expected = ask(engine, long, first, "And then?")[0]
        edited = ask(engine, long, first + " Perhaps.", "And then?")[0]
    with opened(gemma, context=2048) as engine:
        answer, finished = ask(engine, long, first, "And then?", pages=(page,))
        assert answer == expected and finished.resumed_tokens > 600
        answer, finished = ask(engine, long[:-len(STORY)], "Well.", "And then?")
        assert finished.reused_tokens == 0, "the window before the restored one is not there"
        assert ask(engine, long, first + " Perhaps.", "And then?")[0] == edited
