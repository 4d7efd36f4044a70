"""What a tool is: a typed function with a name, what it may do in the world, and the schema of its arguments.

A third party writes one as a plain or async function with a docstring under `@tool(…)` and names it in the entry point
group `consort.tools`. A tool decides nothing about permission; `policy` does.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from router.tools.results import ToolResult, said
from router.tools.signature import Signature, signature_of

Capability = Literal["read", "write", "execute", "network", "outward", "speak"]


@dataclass(frozen=True)
class ToolContext:
    """Where a call happens. scratch: a folder for what it makes."""

    conversation: str
    scratch: Path


@dataclass(frozen=True)
class Tool:
    """name: dotted where there are several of a kind (`files.read`). No capabilities: it only computes."""

    name: str
    description: str
    capabilities: frozenset[Capability]
    signature: Signature
    function: Callable[..., Any]

    @property
    def parameters(self) -> dict[str, Any]:
        """JSON Schema of the arguments."""
        return self.signature.schema

    async def run(self, arguments: dict[str, Any], context: ToolContext) -> ToolResult:
        """Check the arguments, then do it. Raises WrongArguments, and what the function raises."""
        checked = self.signature.check(arguments)
        if "context" in inspect.signature(self.function).parameters:
            checked["context"] = context
        if inspect.iscoroutinefunction(self.function):
            result = await self.function(**checked)
        else:
            result = await asyncio.to_thread(self.function, **checked)
        return result if isinstance(result, ToolResult) else said(str(result))


def tool(name: str = "", capabilities: tuple[Capability, ...] = ()) -> Callable[[Callable[..., Any]], Tool]:
    """Make a Tool of the function below it: its docstring is the description, its parameters are the schema."""
    def make(function: Callable[..., Any]) -> Tool:
        description = inspect.getdoc(function)
        if not description:
            raise TypeError(f"{function.__qualname__}: a tool needs a docstring that says what it does")
        return Tool(name or function.__name__, description, frozenset(capabilities), signature_of(function), function)
    return make
