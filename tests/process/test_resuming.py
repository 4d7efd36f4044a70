"""Instant resume through the whole router, with real worker processes and without a model."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from router import idle_work
from router.messages import (
    Ask,
    ChangePreference,
    ConversationDeleted,
    DeleteConversation,
    DeleteMessage,
    ListProcesses,
    MessageDeleted,
    PreferencesRead,
    ProcessesListed,
    Refused,
    Unload,
)
from tests.echo_core import Talk, talking

pytestmark = pytest.mark.process

LONG = " ".join(f"word{number}" for number in range(400))
INSTRUCTIONS = " ".join(f"rule{number}" for number in range(150))


def pages(folder: Path) -> list[Path]:
    return sorted((folder / "pages").glob("*.page"))


async def until(true: Callable[[], object]) -> None:
    """Wait for it, ten seconds at most."""
    for _ in range(1000):
        if true():
            return
        await asyncio.sleep(0.01)
    raise AssertionError("it did not become true")


def files_with(folder: Path, words: bytes) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]


async def usage(talk: Talk, number: str) -> tuple[int, int]:
    listed = await talk.answer(ListProcesses(number), ProcessesListed)
    return listed.pages, listed.page_bytes


async def test_a_conversation_goes_on_after_a_restart_without_being_read_again(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        first = await talk.ask(Ask("t1", LONG, specialist="echo"))
        assert first.resumed_tokens == 0 and not pages(tmp_path), "not after each turn"
    assert len(pages(tmp_path)) == 1
    async with talking(tmp_path) as talk:
        assert talk.core.pages.warm(first.conversation) == {"echo": 803}
        second = await talk.ask(Ask("t2", "and now", first.conversation, specialist="echo"))
        assert second.resumed_tokens == second.reused_tokens >= 800
        assert second.stats.resumed_tokens == second.resumed_tokens
        assert second.prompt_tokens - second.reused_tokens <= 32
        third = await talk.ask(Ask("t3", "and then", first.conversation, specialist="echo"))
        assert third.resumed_tokens == 0 < third.reused_tokens


async def test_another_conversation_and_back_in_the_same_worker(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        one = await talk.ask(Ask("t1", LONG, specialist="echo"))
        other = await talk.ask(Ask("t2", "something else " + LONG, specialist="echo"))
        assert other.conversation != one.conversation and other.resumed_tokens == 0
        back = await talk.ask(Ask("t3", "and now", one.conversation, specialist="echo"))
        assert back.load_seconds == 0 and back.resumed_tokens >= 800
        assert (await usage(talk, "u"))[0] == 2


async def test_a_specialist_that_was_unloaded_or_evicted_resumes(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        one = await talk.ask(Ask("t1", LONG, specialist="echo"))
        await talk.answer(Unload("echo", "u"), ProcessesListed)
        assert len(pages(tmp_path)) == 1
        back = await talk.ask(Ask("t2", "and now", one.conversation, specialist="echo"))
        assert back.load_seconds > 0 and back.resumed_tokens >= 800
        talk.core.fleet.change_budget(1)
        await until(lambda: not talk.core.fleet.residents())
        await talk.core.fleet.close()
        assert talk.core.pages.warm(one.conversation)["echo"] > 803, "kept again as it left"


async def test_a_quiet_moment_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(idle_work, "IDLE_SECONDS", 0.05)
    monkeypatch.setattr(idle_work, "QUIET_SECONDS", 0.1)
    async with talking(tmp_path) as talk:
        await talk.ask(Ask("t1", LONG, specialist="coder"))
        await until(lambda: pages(tmp_path))


async def test_instructions_are_shared_by_new_chats_after_a_restart(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        talk.roster.instructions = INSTRUCTIONS
        assert (await talk.ask(Ask("t1", "a secret", specialist="echo"))).resumed_tokens == 0
    async with talking(tmp_path) as talk:
        talk.roster.instructions = INSTRUCTIONS
        new = await talk.ask(Ask("t2", "hello", specialist="echo"))
        assert new.resumed_tokens >= 150 and new.prompt_tokens - new.resumed_tokens <= 8
        assert (await talk.ask(Ask("t3", "psst", temporary=True, specialist="coder"))).resumed_tokens == 0


async def test_deleting_a_conversation_deletes_its_states_at_once(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        one = await talk.ask(Ask("t1", "xyzzy " + LONG, specialist="echo"))
        await talk.answer(Unload("echo", "u"), ProcessesListed)
        again = await talk.ask(Ask("t2", "and now", one.conversation, specialist="echo"))
        assert again.resumed_tokens > 0 and len(pages(tmp_path)) == 1
        await talk.answer(DeleteConversation(one.conversation, "d"), ConversationDeleted)
        assert pages(tmp_path) == [] and await usage(talk, "u2") == (0, 0)
    assert pages(tmp_path) == [], "nor is it kept when Consort closes"


async def test_deleting_a_message_deletes_the_state_that_holds_it(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        one = await talk.ask(Ask("t1", "xyzzy " + LONG, specialist="echo"))
        await talk.answer(Unload("echo", "u"), ProcessesListed)
        await talk.answer(DeleteMessage(one.conversation, one.message, "d"), MessageDeleted)
        assert pages(tmp_path) == []


async def test_a_temporary_chat_leaves_no_page(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        talk.roster.instructions = INSTRUCTIONS
        secret = await talk.ask(Ask("t1", "xyzzy " + LONG, temporary=True, specialist="echo"))
        await talk.ask(Ask("t2", "more xyzzy", secret.conversation, specialist="echo"))
        await talk.ask(Ask("t3", "something else", specialist="echo"))
        await talk.answer(Unload("echo", "u"), ProcessesListed)
    assert files_with(tmp_path, b"xyzzy") == []


async def test_the_budget_is_a_preference(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.ask(Ask("t1", LONG, specialist="echo"))
        await talk.answer(Unload("echo", "u"), ProcessesListed)
        assert (await usage(talk, "u1"))[1] == sum(page.stat().st_size for page in pages(tmp_path)) > 0
        await talk.answer(ChangePreference("page_budget", "nonsense", "p1"), Refused)
        assert len(pages(tmp_path)) == 1
        await talk.answer(ChangePreference("page_budget", "0", "p2"), PreferencesRead)
        assert pages(tmp_path) == []
    async with talking(tmp_path) as talk:
        await talk.ask(Ask("t2", LONG, specialist="echo"))
    assert pages(tmp_path) == []


async def test_damaged_pages_cost_reading_again_and_no_word(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        one = await talk.ask(Ask("t1", LONG, specialist="echo"))
    page, = pages(tmp_path)
    data = page.read_bytes()
    page.write_bytes(data[:-50] + b"x" + data[-49:])
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t2", "and now", one.conversation, specialist="echo"))
        assert (end.reason, end.resumed_tokens, end.error) == ("end", 0, "") and end.text.split() == ["and", "now"]


async def test_a_folder_that_cannot_be_written_costs_nothing_but_the_pages(tmp_path: Path) -> None:
    (tmp_path / "pages").write_bytes(b"in the way")
    async with talking(tmp_path) as talk:
        one = await talk.ask(Ask("t1", LONG, specialist="echo"))
        await talk.answer(Unload("echo", "u"), ProcessesListed)
        end = await talk.ask(Ask("t2", "and now", one.conversation, specialist="echo"))
        assert (end.reason, end.resumed_tokens) == ("end", 0)


async def test_kill_9_while_keeping_leaves_no_broken_page(tmp_path: Path) -> None:
    huge = " ".join(f"w{number}" for number in range(40_000))
    resumed = 0
    for round_ in range(6):
        folder = tmp_path / str(round_)
        folder.mkdir()
        async with talking(folder, context="200000") as talk:
            talk.roster.context = 200_000
            one = await talk.ask(Ask("t1", huge, specialist="echo"), 60)
            talk.core.send(Unload("echo", "u"))
            await asyncio.sleep(0.02 * round_)
            for child in psutil.Process().children(recursive=True):
                if "spawn_main" in " ".join(child.cmdline()):
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(child.pid, signal.SIGKILL)
            await talk.until(ProcessesListed, request="u")
        async with talking(folder, context="200000") as talk:
            talk.roster.context = 200_000
            assert not list((folder / "pages").glob("*.new"))
            warm = talk.core.pages.warm(one.conversation)
            end = await talk.ask(Ask("t2", "and now", one.conversation, specialist="echo"), 60)
            assert end.reason == "end" and end.text.split() == ["and", "now"]
            assert (end.resumed_tokens > 40_000) == bool(warm), "what is said to be warm is whole"
            resumed += bool(warm)
    assert resumed < 6, "the killing came too late each time"
