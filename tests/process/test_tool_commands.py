"""`consort tools` and `consort tool`: calls made by hand, and a calculation that never ends costs one sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from router.__main__ import parser
from router.command_line.front import Front
from router.errors import UserFacingError
from router.tools.calculator import TOO_MUCH, calculator_tool
from router.tools.tool import ToolContext

pytestmark = pytest.mark.process


async def run(folder: Path, *line: str) -> int:
    arguments = parser().parse_args(line)
    async with Front(folder, getattr(arguments, "json", False)) as front:
        return int(await arguments.run(arguments, front))


async def test_the_calculator_answers_a_person(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(tmp_path, "tool", "calculator", "--arguments", '{"expression": "17% of 2340"}') == 0
    assert capsys.readouterr().out == "397.8\n"
    assert await run(tmp_path, "tool", "calculator", "--json", "--arguments", '{"expression": "9**9**9"}') == 1
    answered = json.loads(capsys.readouterr().out)
    assert (answered["event"], answered["status"]) == ("ToolAnswered", "failed")
    assert "too long" in answered["parts"][0]["text"]


async def test_the_tools_are_listed_with_their_schemas(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await run(tmp_path, "tools", "--json") == 0
    tools = {one["name"]: one for one in json.loads(capsys.readouterr().out)["tools"]}
    assert tools["calculator"]["capabilities"] == []
    assert json.loads(tools["calculator"]["parameters"])["required"] == ["expression"]


@pytest.mark.parametrize(("name", "arguments"), [
    ("nope", "{}"), ("clock", "[1]"), ("clock", "{"), ("clock", '{"zone": 3}'), ("calculator", "{}"),
    ("calculator", '{"expression": ""}'), ("clock", "[" * 100_000)])
async def test_wrong_calls_cost_a_sentence(tmp_path: Path, name: str, arguments: str) -> None:
    with pytest.raises(UserFacingError):
        await run(tmp_path, "tool", name, "--arguments", arguments)


async def test_a_calculation_without_an_end_is_ended(tmp_path: Path) -> None:
    result = await calculator_tool(0.05).run({"expression": "factorint(2^1277 - 1)"}, ToolContext("", tmp_path))
    assert (result.status, result.text) == ("failed", TOO_MUCH)
