"""The fake keeps the whole protocol of an engine, so logic tested on it holds for a real one."""

from __future__ import annotations

import pytest

from specialists.engine import EngineError
from specialists.engines.echo import EchoEngine, words
from specialists.wire import (
    ChatMessage,
    Counted,
    CountTokens,
    Failed,
    Finished,
    Generate,
    Load,
    Loading,
    Reading,
    Token,
)


def echo(context: int = 4096, **script: str) -> EchoEngine:
    engine = EchoEngine()
    engine.open(Load("echo", "", context=context, options=script), lambda _: None)
    return engine


def ask(engine: EchoEngine, *contents: str, **more: object) -> list[object]:
    messages = tuple(ChatMessage("assistant" if index % 2 else "user", content)
                     for index, content in enumerate(contents))
    return list(engine.answer(Generate("r", messages, **more), lambda: False))  # type: ignore[arg-type]


def said(replies: list[object], thought: bool = False) -> str:
    return "".join(reply.text for reply in replies if isinstance(reply, Token) and reply.thought == thought)


def end(replies: list[object]) -> Finished:
    assert isinstance(replies[-1], Finished)
    return replies[-1]


def test_it_says_the_words_back_and_reports_like_an_engine() -> None:
    replies = ask(echo(), "one two three")
    assert [type(reply) for reply in replies] == [Reading, Reading, Token, Token, Token, Finished]
    assert said(replies) == "one two three"
    finished = end(replies)
    assert (finished.reason, finished.prompt_tokens, finished.written_tokens) == ("end", 5, 3)
    assert finished.seconds_to_first_token > 0 and finished.tokens_per_second > 0


def test_loading_tells_its_progress_and_what_it_was_given() -> None:
    heard: list[Loading] = []
    load = Load("echo", "", context=0, threads=3, options={"context": "100", "notice": "N"})
    ready = EchoEngine().open(load, heard.append)
    assert heard[0].fraction == 0 and heard[-1].fraction == 1
    assert (ready.architecture, ready.context, ready.trained_context) == ("echo", 100, 100)
    assert (ready.threads, ready.notice) == (3, "N")


def test_loading_fails_when_the_script_says_so() -> None:
    with pytest.raises(EngineError) as caught:
        echo(fail_load="no_memory")
    assert caught.value.failed.code == "no_memory"


def test_a_fixed_answer_may_hold_thoughts() -> None:
    replies = ask(echo(text="<think>let me see</think>It is so."), "why")
    assert (said(replies), said(replies, thought=True)) == ("It is so.", "let me see")


def test_a_follow_up_reuses_everything_but_what_is_new() -> None:
    engine = echo()
    first = end(ask(engine, "one two"))
    second = end(ask(engine, "one two", "one two", "and three"))
    assert first.reused_tokens == 0
    assert second.prompt_tokens - second.reused_tokens <= len(words("user: and three\n")) + 2


def test_the_number_of_words_can_be_chosen_and_limited() -> None:
    assert end(ask(echo(tokens="7"), "a b")).written_tokens == 7
    short = end(ask(echo(), "a b c", max_tokens=2))
    assert (short.reason, short.written_tokens) == ("length", 2)
    assert end(ask(echo(), "a b", max_tokens=2)).reason == "end"


def test_an_answer_ends_at_a_stop_text() -> None:
    replies = ask(echo(), "one END two", stop=("END",))
    assert said(replies) == "one " and end(replies).reason == "stop_text"


def test_a_prompt_that_leaves_no_room_is_refused_with_the_tokens_of_each_message() -> None:
    failed = ask(echo(context=16), "a " * 30, "b", "c")[-1]
    assert isinstance(failed, Failed) and failed.code == "too_long"
    assert len(failed.message_tokens) == 3 and failed.message_tokens[0] > 30
    assert failed.prompt_tokens == sum(failed.message_tokens) and failed.context == 14


def test_a_full_context_ends_the_answer() -> None:
    assert end(ask(echo(context=16, tokens="99"), "a")).reason == "length"


def test_stop_works_while_reading_and_while_writing() -> None:
    request = Generate("r", (ChatMessage("user", "a b c"),))
    reading = list(echo(read_delay="60").answer(request, lambda: True))
    assert [type(reply) for reply in reading] == [Reading, Finished] and end(reading).reason == "stopped"
    replies: list[object] = []
    for reply in echo(tokens="1000").answer(request, lambda: len(replies) > 4):
        replies.append(reply)
    assert end(replies).reason == "stopped" and 0 < end(replies).written_tokens < 10


def test_words_are_its_tokens() -> None:
    assert "".join(words(" a  b\nc ")) == " a  b\nc "
    assert echo().perform(CountTokens("r", ("a b c", "")), lambda: False) == Counted("r", (3, 0))


def test_strange_text_goes_through() -> None:
    for text in ("\0", "\u202eabc", "🏳️‍🌈", "\ud800"):
        assert said(ask(echo(), text)) == text.encode("utf-8", "replace").decode()
