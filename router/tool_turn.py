"""A turn's use of a tool, before its answer is written: the program owns the loop, a model only fills in arguments.

The router said which tool; the specialist writes its arguments under a grammar, from the person's words alone. They are
checked, repaired once, and run if the policy lets them. What comes back is marked data for the answer.
"""

from __future__ import annotations

import asyncio
import time
from contextlib import aclosing
from dataclasses import replace
from importlib.resources import files
from typing import Any

import msgspec

from router.choose.choice import Choice
from router.desk import Desk
from router.draft import AnswerDraft
from router.errors import UserFacingError
from router.fleet.worker import WorkerDied, WorkerFailed
from router.messages import ToolAnswered, ToolAsked
from router.parts import TextPart, ToolPart, plain_text
from router.tool_desk import arguments_in
from router.tools.grammar import arguments_grammar
from router.tools.needed import tool_needed
from router.tools.policy import decide
from router.tools.provenance import Span, marked
from router.tools.results import ToolResult, said
from router.tools.tool import Tool
from router.views import MessageView
from specialists.wire import ChatMessage, Failed, Generate, Sampling, Token

FILLING_SECONDS = 30.0
MOST_TOKENS = 200
ATTEMPTS = 2                # the second one repairs


async def with_tool(turn: str, choice: Choice, history: tuple[MessageView, ...], draft: AnswerDraft,
                    desk: Desk) -> tuple[MessageView, ...]:
    """The history, with a tool's result below the question where it needs one."""
    question = history[-1]
    words = plain_text(question.parts)
    name = tool_needed(words, choice.routing.tool)
    tool = next((one for one in desk.tools.toolbox.tools if one.name == name), None) if desk.tools else None
    if tool is None:
        return history
    result = await _call(turn, tool, words, choice, draft, desk)
    if result is None:
        return history
    told = marked(Span("tool", result.text, tool.name))
    if result.status == "ok":
        note = f"{told}\n\nAnswer the request above with this result, without working it out again."
    else:
        note = f"{told}\n\nThe tool did not succeed. Answer as well as you can and say that it failed."
    return (*history[:-1], replace(question, parts=(*question.parts, TextPart(note))))


async def _call(turn: str, tool: Tool, words: str, choice: Choice, draft: AnswerDraft, desk: Desk) -> ToolResult | None:
    """Fill in, check, run; once more with what went wrong. None: no arguments could be had."""
    assert desk.tools is not None
    decision = decide(tool.capabilities, (), desk.conversation, untrusted=False)
    if decision.verdict != "run":
        return None
    messages = [ChatMessage("system", _instructions(tool)), ChatMessage("user", words)]
    result: ToolResult | None = None
    for attempt in range(1, ATTEMPTS + 1):
        written = await _fill(f"{turn}-tool-{attempt}", tool, messages, choice, desk)
        if not written:
            break
        call = str(attempt)
        asked = ToolPart(call, tool.name, written)
        draft.use(asked)
        desk.tell(ToolAsked(turn, call, tool.name, written, why=decision.why))
        began = time.perf_counter()
        result = await _run(tool, written, desk)
        seconds = time.perf_counter() - began
        draft.use(ToolPart(call, tool.name, written, status=result.status, parts=result.parts, seconds=seconds))
        desk.tell(ToolAnswered(turn, call, tool.name, result.status, result.parts, seconds, result.text))
        if result.status == "ok":
            break
        messages += [ChatMessage("assistant", written),
                     ChatMessage("user", f"{result.text}\nWrite the arguments again, differently.")]
    return result


async def _run(tool: Tool, written: str, desk: Desk) -> ToolResult:
    assert desk.tools is not None
    try:
        arguments: dict[str, Any] = arguments_in(written)
        return await desk.tools.run(tool, arguments, desk.conversation)
    except UserFacingError as error:        # cut off by the limit of tokens, or they do not fit
        return said(error.text, "failed")


def _instructions(tool: Tool) -> str:
    rules = files("resources").joinpath("prompts/tool.md").read_text(encoding="utf-8").strip()
    schema = msgspec.json.encode(tool.parameters).decode()
    return f"{rules}\n\nTool {tool.name}: {tool.description}\nArguments: {schema}"


async def _fill(request: str, tool: Tool, messages: list[ChatMessage], choice: Choice, desk: Desk) -> str:
    """The arguments as the specialist writes them; empty when it cannot."""
    opening = desk.roster.opening(choice.specialist)
    generate = Generate(request, tuple(messages), Sampling(temperature=0.0), MOST_TOKENS,
                        grammar=arguments_grammar(tool.parameters))
    written: list[str] = []
    try:
        async with asyncio.timeout(FILLING_SECONDS), \
                desk.fleet.lease(choice.specialist.id, opening.load, opening.bytes_needed) as lease, \
                aclosing(lease.worker.request(generate)) as replies:
            async for reply in replies:
                if isinstance(reply, Token) and not reply.thought:
                    written.append(reply.text)
                elif isinstance(reply, Failed):
                    return ""
    except (TimeoutError, WorkerDied, WorkerFailed):
        return ""
    text = "".join(written).strip()
    return text if text.startswith("{") else ""         # an engine without grammars may write anything
