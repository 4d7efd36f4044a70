"""The commands about tools: list them, call one. Which call is allowed is `tools.policy`'s; this only keeps to it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec

from router.errors import UserFacingError
from router.events import Event
from router.tool_commands import Approve, CallTool, ListTools, ToolCommand
from router.tool_events import ToolAnswered, ToolsListed
from router.tool_views import ToolView
from router.tools.calculator import calculator_tool
from router.tools.clock import clock_tool
from router.tools.policy import decide
from router.tools.results import ToolResult, said
from router.tools.signature import WrongArguments
from router.tools.tool import Tool, ToolContext
from router.tools.toolbox import Toolbox, with_tools_of_packages

MOST_SECONDS = 60.0         # one call may take


def toolbox_here() -> Toolbox:
    """What comes with Consort, then what installed packages bring."""
    return with_tools_of_packages((calculator_tool(), clock_tool()))


class ToolDesk:
    """Made once for a data folder."""

    def __init__(self, folder: Path, toolbox: Toolbox, tell: Callable[[Event], None]) -> None:
        self.toolbox = toolbox
        self._scratch = folder / "scratch"
        self._tell = tell

    async def answer(self, command: ToolCommand) -> None:
        """Do `command` and tell what came of it. Raises UserFacingError."""
        match command:
            case ListTools():
                self._tell(ToolsListed(tuple(view_of(one) for one in self.toolbox.tools), command.request))
            case CallTool():
                self._tell(await self._call(command))
            case Approve():
                raise UserFacingError("Nothing is waiting for this answer.", "The question may be over already.")

    async def _call(self, command: CallTool) -> ToolAnswered:
        tool = self.toolbox.find(command.name)
        arguments = arguments_in(command.arguments)
        decision = decide(tool.capabilities, (), "", untrusted=False)
        if decision.verdict != "run":
            raise UserFacingError(f"{tool.name} was not called.", decision.why)
        began = time.perf_counter()
        result = await self.run(tool, arguments, "")
        return ToolAnswered("", "", tool.name, result.status, result.parts, time.perf_counter() - began, result.text,
                            command.request)

    async def run(self, tool: Tool, arguments: dict[str, Any], conversation: str) -> ToolResult:
        """The result, also when the tool fails. Raises UserFacingError for arguments that do not fit."""
        try:
            async with asyncio.timeout(MOST_SECONDS):
                return await tool.run(arguments, ToolContext(conversation, self._scratch))
        except WrongArguments as error:
            raise UserFacingError(f"{tool.name} cannot be called like that: {error}.",
                                  "`consort tools --json` shows what it takes.") from error
        except TimeoutError:
            return said(f"{tool.name} did not answer within {MOST_SECONDS:.0f} seconds.", "failed")
        except UserFacingError as error:
            return said(f"{error.text} {error.hint}".strip(), "failed")
        except Exception as error:          # a tool of another package may fail in any way
            return said(f"{tool.name} failed: {error or type(error).__name__}", "failed")


def arguments_in(text: str) -> dict[str, Any]:
    """The JSON object in `text`. Raises UserFacingError."""
    try:
        return msgspec.json.decode(text.encode("utf-8", "replace"), type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError) as error:
        raise UserFacingError(f"The arguments are no JSON object: {error}.",
                              """Write them as '{"expression": "2 + 2"}'.""") from error


def view_of(tool: Tool) -> ToolView:
    """The tool as it is shown."""
    decision = decide(tool.capabilities, (), "", untrusted=False)
    return ToolView(tool.name, tool.description, msgspec.json.encode(tool.parameters).decode(),
                    tuple(sorted(tool.capabilities)), decision.verdict, decision.why)
