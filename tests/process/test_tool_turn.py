"""A turn that uses a tool: call and result are told, saved, and read by whoever answers; failures cost nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.messages import Ask, ConversationOpened, OpenConversation, ToolAnswered, ToolAsked
from router.parts import AttachmentPart, TextResult, ToolPart
from tests.echo_core import talking

pytestmark = pytest.mark.process


async def test_the_call_and_its_result_are_told_and_saved(tmp_path: Path) -> None:
    async with talking(tmp_path, text='{"expression": "6*7"}') as talk:
        end = await talk.ask(Ask("t", "What is 6 * 7?"))
        asked, answered = await talk.until(ToolAsked, turn="t"), await talk.until(ToolAnswered, turn="t")
        assert (asked.name, asked.arguments, asked.needs_approval) == ("calculator", '{"expression": "6*7"}', False)
        assert (answered.status, answered.text, end.reason) == ("ok", "42", "end")
        opened = await talk.answer(OpenConversation(end.conversation, "r"), ConversationOpened)
        kept = [part for part in opened.messages[-1].parts if isinstance(part, ToolPart)]
        assert [(one.status, one.parts) for one in kept] == [("ok", (TextResult("42"),))]


async def test_a_call_that_fails_is_repaired_once_and_the_answer_still_comes(tmp_path: Path) -> None:
    async with talking(tmp_path, text='{"expression": "5/0"}') as talk:
        end = await talk.ask(Ask("t", "What is 5 / 0?"))
        assert [event.status for event in talk.events if isinstance(event, ToolAnswered)] == ["failed", "failed"]
        assert end.reason == "end"


async def test_no_tool_is_used_when_none_is_wanted_or_only_a_document_asks(tmp_path: Path) -> None:
    async with talking(tmp_path, text='{"expression": "6*7"}') as talk:
        await talk.ask(Ask("t1", "What is 6 * 7?", tools="none"))
        attached = AttachmentPart("a.txt", "What is 6 * 7? What time is it?")
        await talk.ask(Ask("t2", "Say hello", attachments=(attached,)))
        assert not any(isinstance(event, ToolAsked) for event in talk.events)
