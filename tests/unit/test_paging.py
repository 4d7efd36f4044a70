"""Which kept state a prompt goes on from. On the echo engine, whose words are its tokens."""

from __future__ import annotations

from pathlib import Path

import pytest

from specialists.engine import EngineError
from specialists.engines.echo import EchoEngine
from specialists.engines.echo_cache import EchoCache
from specialists.kept_state import Origin
from specialists.paging import Paging
from specialists.wire import ChatMessage, Finished, Generate, KeepState, Load, StateKept, Token

INSTRUCTIONS = " ".join(f"rule{number}" for number in range(120))
QUESTION = " ".join(f"word{number}" for number in range(200))


def echo(**settings: int) -> EchoEngine:
    engine = EchoEngine()
    engine.open(Load("echo", "", **settings), lambda _: None)       # type: ignore[arg-type]
    return engine


def ask(engine: EchoEngine, *contents: str, system: str = "", pages: tuple[Path, ...] = (),
        beginning: Path | None = None) -> Finished:
    messages = [ChatMessage("assistant" if index % 2 else "user", text) for index, text in enumerate(contents)]
    first = [ChatMessage("system", system)] if system else []
    replies = list(engine.answer(Generate("r", (*first, *messages), pages=tuple(map(str, pages)),
                                          beginning=str(beginning or "")), lambda: False))
    assert isinstance(replies[-1], Finished)
    said = "".join(reply.text for reply in replies if isinstance(reply, Token))
    assert said == contents[-1]
    return replies[-1]


def keep(engine: EchoEngine, path: Path) -> StateKept:
    kept = engine.perform(KeepState("k", str(path)), lambda: False)
    assert isinstance(kept, StateKept)
    return kept


def test_another_process_goes_on_where_the_first_one_left_off(tmp_path: Path) -> None:
    page, first = tmp_path / "a.page", echo()
    ask(first, QUESTION)
    kept = keep(first, page)
    assert kept.tokens == 403 and kept.bytes == page.stat().st_size
    later = ask(echo(), QUESTION, QUESTION, "and now", pages=(page,))
    assert later.resumed_tokens == later.reused_tokens > 300
    assert ask(echo(), QUESTION, QUESTION, "and now").resumed_tokens == 0


def test_what_is_in_memory_is_not_read_from_disk(tmp_path: Path) -> None:
    engine, page = echo(), tmp_path / "a.page"
    ask(engine, QUESTION)
    keep(engine, page)
    follow_up = ask(engine, QUESTION, QUESTION, "and now", pages=(page,))
    assert follow_up.resumed_tokens == 0 < follow_up.reused_tokens


def test_the_state_that_spares_most_is_taken_and_a_damaged_one_is_passed_over(tmp_path: Path) -> None:
    short, long = tmp_path / "short.page", tmp_path / "long.page"
    engine = echo()
    ask(engine, QUESTION)
    keep(engine, short)
    ask(engine, QUESTION, QUESTION, QUESTION)
    keep(engine, long)
    talk = (QUESTION, QUESTION, QUESTION, QUESTION, "last")
    assert ask(echo(), *talk, pages=(short, long)).resumed_tokens > 700
    data = bytearray(long.read_bytes())
    data[-40] ^= 1
    long.write_bytes(data)
    assert 300 < ask(echo(), *talk, pages=(short, long)).resumed_tokens < 500
    short.write_bytes(b"")
    assert ask(echo(), *talk, pages=(short, long)).resumed_tokens == 0


def test_a_few_words_are_not_worth_a_file(tmp_path: Path) -> None:
    engine = echo()
    ask(engine, "hello there")
    assert keep(engine, tmp_path / "a.page") == StateKept("k", 0, 0)
    assert list(tmp_path.iterdir()) == []


def test_a_state_of_another_context_is_ignored(tmp_path: Path) -> None:
    engine, page = echo(), tmp_path / "a.page"
    ask(engine, QUESTION)
    keep(engine, page)
    assert ask(echo(context=2048), QUESTION, QUESTION, "more", pages=(page,)).resumed_tokens == 0


def test_instructions_are_kept_once_and_serve_another_conversation(tmp_path: Path) -> None:
    page = tmp_path / "b.page"
    ask(echo(), "first", system=INSTRUCTIONS, beginning=page)
    written = page.stat().st_mtime_ns
    assert QUESTION.split()[0].encode() not in page.read_bytes()
    later = ask(echo(), "second", system=INSTRUCTIONS, pages=(page,), beginning=page)
    assert later.resumed_tokens == 123 and page.stat().st_mtime_ns == written


def test_what_was_said_after_the_instructions_is_never_in_their_file(tmp_path: Path) -> None:
    engine, page = echo(), tmp_path / "b.page"
    ask(engine, "my secret", system=INSTRUCTIONS)
    ask(engine, "my secret", "my secret", "more", system=INSTRUCTIONS, beginning=page)
    ask(engine, "another chat", system=INSTRUCTIONS, beginning=page)
    assert page.exists() and b"secret" not in page.read_bytes()


def test_a_damaged_file_of_instructions_is_written_anew(tmp_path: Path) -> None:
    page = tmp_path / "b.page"
    page.write_bytes(b"nonsense")
    ask(echo(), "first", system=INSTRUCTIONS, pages=(page,), beginning=page)
    assert ask(echo(), "second", system=INSTRUCTIONS, pages=(page,), beginning=page).resumed_tokens == 123


def test_short_instructions_are_not_kept(tmp_path: Path) -> None:
    ask(echo(), QUESTION, system="Be brief.", beginning=tmp_path / "b.page")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_costs_no_answer(tmp_path: Path) -> None:
    engine = echo()
    ask(engine, QUESTION, system=INSTRUCTIONS, beginning=tmp_path / "no" / "b.page")
    with pytest.raises(EngineError, match="not kept"):
        engine.perform(KeepState("k", str(tmp_path / "no" / "a.page")), lambda: False)


def test_a_model_whose_cache_cannot_be_cut_takes_only_a_state_that_the_prompt_goes_on_from(tmp_path: Path) -> None:
    class Whole(EchoCache):
        whole_only = True

    cache = Whole()
    paging = Paging(cache, lambda: Origin("", "", 0, "", ""))
    cache.words = [str(number) for number in range(100)]
    tokens = cache.cached
    paging.keep(str(tmp_path / "a"), (), lambda: False)
    cache.words = []
    heads = paging.heads([str(tmp_path / "a")])
    assert not paging.resume([*tokens[:99], 1, 2], heads)
    assert not paging.resume(tokens, heads)
    assert paging.resume([*tokens, 1], heads) and len(cache.words) == 100
