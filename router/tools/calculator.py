"""The tool `calculator`: our end of the process that calculates. Whatever happens there costs a sentence.

It starts one process for each calculation, so that ending it is always possible; `calculating` is what runs there.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from typing import Annotated

import msgspec
from msgspec import Meta

from router.tools.results import ToolResult, said
from router.tools.tool import Tool, tool

SECONDS = 15.0              # with the start of the process, on a busy computer
LONGEST = 2_000             # characters of an expression
TOO_MUCH = "That is too much to calculate here: it took too long or needed too much memory."
Expression = Annotated[str, Meta(min_length=1, max_length=LONGEST, description=(
    "mathematics such as 17% of 2340, sqrt(2)^3, solve(x^2 = 4, x), diff(sin(x), x), det([[1, 2], [3, 4]]), "
    "days_between('2026-01-01', '2026-12-24')"))]


def calculator_tool(seconds: float = SECONDS) -> Tool:
    """seconds: how long one calculation may take."""
    @tool("calculator")
    async def calculator(expression: Expression) -> ToolResult:
        """Exact arithmetic with integers, decimals, percentages, fractions and complex numbers; equations, derivatives,
        integrals and limits; matrices; statistics; days between dates."""
        return await _ask_process(expression, seconds)
    return calculator


async def _ask_process(expression: str, seconds: float) -> ToolResult:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "router.tools.calculating", stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL)
    try:
        question = msgspec.json.encode(expression.encode("utf-8", "replace").decode())
        answer, _ = await asyncio.wait_for(process.communicate(question), seconds)
        status, text = msgspec.json.decode(answer, type=tuple[str, str])
    except (TimeoutError, msgspec.DecodeError, OSError):
        return said(TOO_MUCH, "failed")
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()
    return said(text, "ok" if status == "ok" else "failed")
