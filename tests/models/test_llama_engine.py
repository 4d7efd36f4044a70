"""The llama.cpp engine on real models: it answers, reuses what it has read, stops, and refuses what it cannot do."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from specialists.engine import EngineError
from specialists.engines.llama import LlamaEngine
from specialists.engines.llama_model import BATCH
from specialists.wire import (
    Cancel,
    ChatMessage,
    Counted,
    CountTokens,
    Failed,
    Finished,
    Generate,
    Load,
    Loading,
    Reading,
    Ready,
    Sampling,
    Token,
)
from tests.worker_pipe import worker

pytestmark = pytest.mark.models

GREEDY = Sampling(temperature=0.0, repeat_penalty=1.0)
LONG = "The fox goes to the river and the crow looks at the fox. " * 100


@contextmanager
def opened(path: Path, context: int = 2048) -> Iterator[LlamaEngine]:
    engine = LlamaEngine()
    engine.open(Load("llama", str(path), context=context), lambda _: None)
    try:
        yield engine
    finally:
        engine.close()


@pytest.fixture(scope="module")
def engine(smollm2: Path) -> Iterator[LlamaEngine]:
    with opened(smollm2) as engine:
        yield engine


def ask(engine: LlamaEngine, *contents: str, system: str = "", stopped: Callable[[], bool] = lambda: False,
        sampling: Sampling = GREEDY, max_tokens: int = 40, stop: tuple[str, ...] = ()) -> list[object]:
    messages = [ChatMessage("assistant" if index % 2 else "user", content) for index, content in enumerate(contents)]
    first = [ChatMessage("system", system)] if system else []
    return list(engine.answer(Generate("r", (*first, *messages), sampling, max_tokens, stop), stopped))


def said(replies: list[object]) -> str:
    return "".join(reply.text for reply in replies if isinstance(reply, Token))


def end(replies: list[object]) -> Finished:
    assert isinstance(replies[-1], Finished), replies[-1]
    return replies[-1]


def test_a_model_says_what_it_is_while_and_after_loading(smollm2: Path) -> None:
    heard: list[Loading] = []
    engine = LlamaEngine()
    ready = engine.open(Load("llama", str(smollm2), context=0), heard.append)
    engine.close()
    assert (ready.architecture, ready.context, ready.trained_context) == ("llama", 4096, 8192)
    assert ready.has_chat_template and ready.notice == "" and ready.parameters == 134_515_008
    assert ready.threads >= 1 and ready.gpu_layers == 0 and ready.load_seconds > 0
    fractions = [loading.fraction for loading in heard]
    assert fractions == sorted(fractions) and fractions[0] == 0 and fractions[-1] == 1


def test_an_answer_is_read_for_written_and_counted(engine: LlamaEngine) -> None:
    replies = ask(engine, "Write the numbers from one to five.")
    reading = [reply for reply in replies if isinstance(reply, Reading)]
    finished = end(replies)
    assert said(replies).strip() and reading[-1].done == reading[-1].total == finished.prompt_tokens
    assert 0 < finished.written_tokens <= 40 and finished.tokens_per_second > 0 < finished.seconds_to_first_token


def test_the_same_seed_gives_the_same_answer_and_another_one_another(engine: LlamaEngine) -> None:
    def story(seed: int) -> str:
        return said(ask(engine, "Tell me a story.", sampling=Sampling(temperature=1.5, seed=seed)))

    assert story(1) == story(1) != story(2)


@pytest.mark.parametrize("sampling", [GREEDY, Sampling(temperature=1.0, seed=7)], ids=["greedy", "drawn"])
def test_a_follow_up_evaluates_only_what_is_new(engine: LlamaEngine, sampling: Sampling) -> None:
    turns = ["Tell me about foxes.", "And naïve 你好 🦊 crows?", "Why <|im_end|> so?", "In French, please.",
             "Thank you!"]
    talk: list[str] = []
    for turn in turns:
        talk.append(turn)
        replies = ask(engine, *talk, system="You are a storyteller.", sampling=sampling)
        finished = end(replies)
        new = engine.perform(CountTokens("c", (turn,)), lambda: False).tokens[0]
        if len(talk) > 1:
            assert finished.prompt_tokens - finished.reused_tokens <= new + 32
            assert finished.reused_tokens > 0
        talk.append(said(replies))


def test_without_a_template_the_dialogue_is_continued_and_reused_too(gemma: Path) -> None:
    engine = LlamaEngine()
    ready = engine.open(Load("llama", str(gemma), context=512), lambda _: None)
    assert not ready.has_chat_template and "no chat format" in ready.notice
    with closing(engine):
        talk = ["What is the capital of France?"]
        talk.append(said(ask(engine, *talk)))
        assert talk[-1] and "User:" not in talk[-1]
        talk.append("And of Italy?")
        finished = end(ask(engine, *talk))
        assert finished.prompt_tokens - finished.reused_tokens <= engine.perform(
            CountTokens("c", talk[2:3]), lambda: False).tokens[0] + 32      # type: ignore[arg-type]


def test_an_edited_question_reuses_what_stands_before_it(engine: LlamaEngine) -> None:
    ask(engine, "Tell me about foxes.", "They are red.", "And crows?")
    finished = end(ask(engine, "Tell me about foxes.", "They are red.", "And rivers?"))
    assert 0 < finished.reused_tokens < finished.prompt_tokens


def test_reuse_does_not_change_the_answer(smollm2: Path, engine: LlamaEngine) -> None:
    talk = ("Tell me about foxes.", "They are red.", "What colour are they?")
    ask(engine, *talk[:1])
    replies = ask(engine, *talk)
    with opened(smollm2) as fresh:
        assert said(ask(fresh, *talk))[:20] == said(replies)[:20]


def test_control_tokens_that_a_person_writes_are_plain_text(engine: LlamaEngine) -> None:
    plain = end(ask(engine, "a <|im_end|> b", max_tokens=1)).prompt_tokens
    without = end(ask(engine, "a  b", max_tokens=1)).prompt_tokens
    assert plain - without > 3, "one control token would have been one token"


def test_a_prompt_too_long_is_refused_with_the_tokens_of_each_message(engine: LlamaEngine) -> None:
    failed = ask(engine, "short", "answer", LONG * 3)[-1]
    assert isinstance(failed, Failed) and failed.code == "too_long"
    assert failed.context == 2048 - 64 and failed.prompt_tokens > failed.context
    assert len(failed.message_tokens) == 3 and failed.message_tokens[2] > failed.context
    assert abs(sum(failed.message_tokens) - failed.prompt_tokens) < 16
    assert said(ask(engine, "Hello"))


def test_a_full_context_ends_the_answer(smollm2: Path) -> None:
    small = LlamaEngine()
    context = small.open(Load("llama", str(smollm2), context=64), lambda _: None).context
    with closing(small):
        finished = end(ask(small, "Count to a thousand, in words.", max_tokens=9999))
        assert finished.reason in ("length", "end") and finished.prompt_tokens + finished.written_tokens <= context + 1
        assert said(ask(small, "Hello"))


def test_an_answer_ends_at_its_limit_or_a_stop_text(engine: LlamaEngine) -> None:
    limited = end(ask(engine, "Tell me a story.", max_tokens=3))
    assert (limited.reason, limited.written_tokens) == ("length", 3)
    whole = said(ask(engine, "Tell me a story."))
    word = whole.split()[4]
    replies = ask(engine, "Tell me a story.", stop=(word,))
    assert end(replies).reason == "stop_text" and said(replies) == whole[:whole.index(word)]


def test_stop_while_writing_leaves_a_cache_that_the_follow_up_can_use(engine: LlamaEngine) -> None:
    seen: list[object] = []
    request = Generate("r", (ChatMessage("user", "Tell me a long story about a fox."),), GREEDY, 200)
    for reply in engine.answer(request, lambda: sum(isinstance(each, Token) for each in seen) >= 5):
        seen.append(reply)
    assert end(seen).reason == "stopped" and 5 <= end(seen).written_tokens < 20
    finished = end(ask(engine, request.messages[0].content, said(seen), "Go on."))
    assert finished.prompt_tokens - finished.reused_tokens <= 32


def test_stop_while_reading_interrupts_the_batch_and_keeps_what_was_read(engine: LlamaEngine) -> None:
    ask(engine, "Something else.", max_tokens=1)
    started = time.perf_counter()
    replies = ask(engine, LONG, stopped=lambda: time.perf_counter() - started > 0.5)
    assert end(replies).reason == "stopped" and end(replies).written_tokens == 0
    done = max(reply.done for reply in replies if isinstance(reply, Reading))
    again = ask(engine, LONG, max_tokens=5)
    assert end(again).reused_tokens >= done - BATCH and end(again).reason in ("length", "end")


def test_strange_text_is_answered_like_any_other(engine: LlamaEngine) -> None:
    for text in ("", "\0", "\ud800", "a\0b", "\u202eabc\u2067", "🏳️‍🌈👩‍👩‍👧", "\ufffe", " \n\t"):
        assert isinstance(ask(engine, text, max_tokens=4)[-1], Finished)


def test_impossible_settings_are_refused_and_cost_nothing(engine: LlamaEngine) -> None:
    with pytest.raises(EngineError) as caught:
        ask(engine, "Hi", sampling=Sampling(repeat_penalty=0.0))
    assert caught.value.failed.code == "bad_request"
    assert said(ask(engine, "Hi"))


def test_a_context_that_no_memory_holds_is_one_failure(smollm2: Path) -> None:
    with worker() as pipe:
        failed = pipe.ask(Load("llama", str(smollm2), context=2**31))[-1]
        assert isinstance(failed, Failed) and failed.code == "no_memory"
        assert isinstance(pipe.ask(Load("llama", str(smollm2), context=256))[-1], Ready)


def test_a_model_file_cut_off_in_the_weights_is_refused(smollm2: Path, tmp_path: Path) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(smollm2.read_bytes()[:-1000])
    with pytest.raises(EngineError) as caught:
        LlamaEngine().open(Load("llama", str(cut)), lambda _: None)
    assert caught.value.failed.code == "bad_model" and "cut off" in caught.value.failed.detail


def test_through_a_real_worker_stop_frees_it_also_in_ten_megabytes_of_text(smollm2: Path) -> None:
    with worker() as pipe:
        assert isinstance(pipe.ask(Load("llama", str(smollm2)))[-1], Ready)
        pasted = "All work and no play. " * 450_000
        pipe.say(Generate("r", (ChatMessage("user", pasted),)), Cancel("r"), CountTokens("c", ("a",)))
        heard = pipe.until(lambda reply: isinstance(reply, Counted))
        assert any(isinstance(reply, Finished) and reply.reason == "stopped" for reply in heard)
