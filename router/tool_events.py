"""What is told about tools. Past tense; frozen values that survive JSON."""

from __future__ import annotations

from dataclasses import dataclass

from router.tool_views import ToolView
from router.tools.results import ResultPart, Status


@dataclass(frozen=True)
class ToolsListed:
    """All tools, in the order they are offered."""

    tools: tuple[ToolView, ...]
    request: str = ""


@dataclass(frozen=True)
class ToolAsked:
    """A specialist asks for a tool. arguments: a JSON object. origin: whose words were in the context, the least
    trusted. needs_approval: nothing happens before Approve. why: why it asks, with the words that asked for it where
    there are some. preview: what will happen, in plain words."""

    turn: str
    call: str
    name: str
    arguments: str
    origin: str = "person"
    needs_approval: bool = False
    why: str = ""
    preview: str = ""


@dataclass(frozen=True)
class ToolAnswered:
    """A call is over. turn: empty for one that the person made. text: what a specialist reads of the result."""

    turn: str
    call: str
    name: str
    status: Status
    parts: tuple[ResultPart, ...] = ()
    seconds: float = 0.0
    text: str = ""
    request: str = ""


ToolEvent = ToolsListed | ToolAsked | ToolAnswered
