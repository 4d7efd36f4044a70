"""`consort tools` and `consort tool`: what specialists can act through, and one call made by hand. Decides nothing."""

from __future__ import annotations

import argparse

from router.command_line.front import Front, new_id
from router.command_line.tables import print_table
from router.messages import CallTool, ListTools, ToolAnswered, ToolsListed

RULES = {"run": "runs", "ask": "asks you", "refuse": "never runs"}


def add_tool_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort tool`."""
    parser.add_argument("name", metavar="NAME", help="which tool; `consort tools` shows them all")
    parser.add_argument("--arguments", default="{}", metavar="JSON", help="a JSON object")


async def run_tools(arguments: argparse.Namespace, front: Front) -> int:
    """List the tools."""
    listed = await front.ask_core(ListTools(new_id()), ToolsListed)
    front.show(listed)
    if not front.as_json:
        print_table(("tool", "may", "when asked for", "what it does"), [
            (one.name, ", ".join(one.capabilities) or "compute", RULES[one.rule],
             one.description.partition(";")[0].replace("\n", " ")) for one in listed.tools])
    return 0


async def run_tool(arguments: argparse.Namespace, front: Front) -> int:
    """Call one; exit code 1 when it failed."""
    answered = await front.ask_core(CallTool(arguments.name, arguments.arguments, new_id()), ToolAnswered)
    front.show(answered)
    if not front.as_json:
        if answered.status == "ok":
            print(answered.text)
        else:
            front.note(answered.text)
    return 0 if answered.status == "ok" else 1
