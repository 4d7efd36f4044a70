"""Commands about tools. Imperatives; frozen values that survive JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class ListTools:
    """Which tools there are and what they may do. → ToolsListed"""

    request: str = ""


@dataclass(frozen=True)
class CallTool:
    """The person calls a tool. arguments: a JSON object. → ToolAnswered, or Refused when there is no such tool, the
    arguments do not fit or it is not allowed"""

    name: str
    arguments: str = "{}"
    request: str = ""


@dataclass(frozen=True)
class Approve:
    """The person's answer to a ToolAsked that needs it. scope: how long it holds."""

    turn: str
    call: str
    answer: bool
    scope: Literal["once", "conversation", "always"] = "once"


ToolCommand = ListTools | CallTool | Approve
