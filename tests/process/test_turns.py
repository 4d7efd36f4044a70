"""A turn from its first word to its last, through real worker processes without a model."""

from __future__ import annotations

from pathlib import Path

import psutil

from router.memory.store import Store
from router.messages import (
    Ask,
    ConversationOpened,
    Noticed,
    OpenConversation,
    PromptRead,
    Regenerate,
    Routed,
    Stop,
    TextAdded,
    TurnFinished,
    TurnStarted,
)
from router.parts import ThoughtPart, plain_text
from tests.echo_core import talking


async def test_a_question_is_answered_and_both_are_kept(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", "hello there"))
        assert end.text.split() == ["hello", "there"]
        assert (end.reason, end.specialist, end.written_tokens) == ("end", "echo", 2)
        kinds = [type(event) for event in talk.events if getattr(event, "turn", "") == "t1"]
        assert kinds[0] is TurnStarted and kinds[-1] is TurnFinished and kinds.count(TurnFinished) == 1
        assert kinds.index(Routed) < kinds.index(TextAdded)
        opened = await talk.answer(OpenConversation(end.conversation, "r"), ConversationOpened)
        assert [(one.role, plain_text(one.parts).strip(), one.state) for one in opened.messages] == [
            ("user", "hello there", "complete"), ("assistant", "hello there", "complete")]
        assert opened.messages[1].specialist_name == "Echo" and opened.messages[1].why


async def test_the_words_are_on_disk_before_any_model_runs(tmp_path: Path) -> None:
    async with talking(tmp_path, load_delay="5") as talk:
        talk.core.send(Ask("t1", "never lose this"))
        started = await talk.until(TurnStarted)
        other = Store.open(tmp_path)
        assert plain_text(other.path(started.conversation)[0][0].parts) == "never lose this"
        other.close()


async def test_stop_keeps_what_was_written(tmp_path: Path) -> None:
    async with talking(tmp_path, delay="0.05") as talk:
        talk.core.send(Ask("t1", " ".join(["word"] * 200)))
        await talk.until(TextAdded)
        talk.core.send(Stop("t1"))
        end = await talk.until(TurnFinished, 3)
        assert end.reason == "stopped" and 0 < len(end.text.split()) < 200
        opened = await talk.answer(OpenConversation(end.conversation, "r"), ConversationOpened)
        assert opened.messages[1].state == "stopped" and plain_text(opened.messages[1].parts) == end.text


async def test_stop_works_while_the_model_is_still_loading(tmp_path: Path) -> None:
    async with talking(tmp_path, load_delay="30") as talk:
        talk.core.send(Ask("t1", "hello"))
        await talk.until(Routed)
        talk.core.send(Stop("t1"))
        assert (await talk.until(TurnFinished, 5)).reason == "stopped"


async def test_a_worker_that_crashes_costs_one_sentence_and_the_next_question_is_answered(tmp_path: Path) -> None:
    async with talking(tmp_path, crash_after="3", delay="0.1") as talk:
        end = await talk.ask(Ask("t1", "one two three four five"))
        assert end.reason == "failed" and end.error and end.hint
        assert end.text.split() == ["one", "two", "three"]
        talk.roster.script = {}
        assert (await talk.ask(Regenerate("t2", end.conversation, end.message))).text.split()[-1] == "five"


async def test_a_worker_that_dies_before_its_first_word_is_replaced_unseen(tmp_path: Path) -> None:
    async with talking(tmp_path, read_delay="1") as talk:
        talk.core.send(Ask("t1", "hello"))
        await talk.until(PromptRead)
        for child in psutil.Process().children(recursive=True):
            if "consort" in " ".join(child.cmdline()) or "spawn_main" in " ".join(child.cmdline()):
                child.kill()
        assert (await talk.until(TurnFinished)).text.strip() == "hello"


async def test_thoughts_are_kept_apart_and_not_sent_back(tmp_path: Path) -> None:
    async with talking(tmp_path, text="<think>Let me see.</think>It is 4.") as talk:
        end = await talk.ask(Ask("t1", "2+2"))
        assert end.text == "It is 4."
        opened = await talk.answer(OpenConversation(end.conversation, "r"), ConversationOpened)
        assert opened.messages[1].parts[0] == ThoughtPart("Let me see.")


async def test_a_follow_up_reads_only_what_is_new(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        first = await talk.ask(Ask("t1", " ".join(f"word{number}" for number in range(300)), specialist="echo"))
        second = await talk.ask(Ask("t2", "and now", first.conversation, specialist="echo"))
        assert second.prompt_tokens - second.reused_tokens <= 2 + 32
        assert second.reused_tokens > 300


async def test_a_conversation_longer_than_the_context_says_what_is_left_out(tmp_path: Path) -> None:
    async with talking(tmp_path, context="120", tokens="10") as talk:
        conversation = ""
        for number in range(8):
            end = await talk.ask(Ask(f"t{number}", f"question {number} " + "more " * 12, conversation))
            assert end.reason == "end", end.error
            conversation = end.conversation
        notices = [event for event in talk.events if isinstance(event, Noticed) and event.turn]
        assert notices and "left out" in notices[-1].text and notices[-1].choices


async def test_a_message_longer_than_the_context_is_never_cut_without_being_asked(tmp_path: Path) -> None:
    long = " ".join(f"w{number}" for number in range(500))
    async with talking(tmp_path, context="120") as talk:
        end = await talk.ask(Ask("t1", long))
        assert end.reason == "failed" and "tokens" in end.error
        assert {choice.action for choice in end.choices} >= {"head", "tail"}
        again = await talk.ask(Regenerate("t2", end.conversation, end.message, overflow="head"))
        assert again.reason != "failed" and "w0" in again.text and "w499" not in again.text
        last = await talk.ask(Regenerate("t3", end.conversation, end.message, overflow="tail"))
        assert last.reason != "failed" and "w48" in last.text and "w0 " not in last.text


async def test_a_temporary_chat_is_never_written(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", "a secret xyzzy", temporary=True))
        more = await talk.ask(Ask("t2", "more xyzzy", end.conversation))
        assert more.conversation == end.conversation and more.reused_tokens > 0
    assert not files_with(tmp_path, b"xyzzy")


def files_with(folder: Path, words: bytes) -> list[Path]:
    """The files below `folder` that hold `words`."""
    return [file for file in folder.rglob("*") if file.is_file() and words in file.read_bytes()]


async def test_nobody_installed_offers_the_starter(tmp_path: Path) -> None:
    async with talking(tmp_path, there=()) as talk:
        end = await talk.ask(Ask("t1", "hello"))
        assert end.reason == "failed" and "install" in {choice.action for choice in end.choices}


async def test_naming_a_specialist_asks_it(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", "@coder print it"))
        assert end.specialist == "coder" and "@coder" not in end.text
        assert (await talk.ask(Ask("t2", "an empty pick", specialist="nobody"))).reason == "failed"


async def test_an_empty_question_is_a_sentence_and_keeps_nothing(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", "  \n"))
        assert end.reason == "failed" and end.error and not end.conversation


async def test_strange_text_survives(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", "a\udc80b \x00 مرحبا 👩‍👩‍👧"))
        assert end.reason == "end" and "مرحبا" in end.text and "👩‍👩‍👧" in end.text
