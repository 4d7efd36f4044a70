"""`consort ps` as it is typed: joined to a Consort with specialists in memory, and alone with none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from router.__main__ import parser
from router.command_line.front import Front
from router.errors import UserFacingError
from router.messages import Ask
from tests.echo_core import talking

pytestmark = pytest.mark.process


async def ps(folder: Path, *options: str) -> int:
    arguments = parser().parse_args(["ps", *options])
    async with Front(folder, getattr(arguments, "json", False)) as front:
        return int(await arguments.run(arguments, front))


async def test_alone_it_says_why_nothing_is_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert await ps(tmp_path) == 0
    out = capsys.readouterr().out
    assert out.startswith("Nothing is in memory. No window is open") and "that models may take" in out


async def test_joined_it_shows_pins_and_unloads_what_the_other_one_has_loaded(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    async with talking(tmp_path) as talk:
        await ps(tmp_path)
        assert capsys.readouterr().out.startswith("Nothing is in memory. A specialist is loaded when somebody asks it.")
        end = await talk.ask(Ask("t1", "hello there", specialist="coder"))
        await ps(tmp_path, "--pin", "coder", "--history")
        head, row, budget, _, _, event = capsys.readouterr().out.splitlines()
        assert head.split() == ["id", "state", "memory", "measured", "context", "used", "pinned"]
        assert row.startswith("coder") and "ready" in row and row.endswith("pinned") and " MB" in row
        assert f"{end.prompt_tokens + end.written_tokens} of " in row
        assert "GB that models may take" in budget
        assert event.split()[1:4] == ["coder", "loaded", "in"]
        await ps(tmp_path, "--unpin", "coder", "--json")
        listed = json.loads(capsys.readouterr().out)
        assert listed["event"] == "ProcessesListed"
        assert [(one["id"], one["pinned"]) for one in listed["processes"]] == [("coder", False)]
        await ps(tmp_path, "--unload", "coder")
        assert "Nothing is in memory." in capsys.readouterr().out
        assert talk.core.fleet.residents() == ()


async def test_an_unknown_name_is_a_sentence(tmp_path: Path) -> None:
    for option in ("--unload", "--pin", "--unpin"):
        with pytest.raises(UserFacingError, match="nobody"):
            await ps(tmp_path, option, "nobody")


def test_two_orders_at_once_are_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as exited:
        parser().parse_args(["ps", "--pin", "a", "--unload", "b"])
    assert exited.value.code == 2 and "not allowed with" in capsys.readouterr().err
