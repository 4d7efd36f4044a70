"""`consort list`, `recommend` and `info`: a long catalogue stays readable, and what is said can be installed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from router.__main__ import parser
from router.command_line.front import Front
from tests.gguf_files import gguf, written

pytestmark = pytest.mark.process


async def run(folder: Path, *line: str) -> int:
    arguments = parser().parse_args(line)
    async with Front(folder, getattr(arguments, "json", False)) as front:
        return int(await arguments.run(arguments, front))


async def consort(folder: Path, capsys: pytest.CaptureFixture[str], *line: str) -> tuple[list[str], str]:
    """The lines on stdout, and what stands on stderr."""
    capsys.readouterr()
    assert await run(folder, *line) == 0
    said = capsys.readouterr()
    return said.out.splitlines(), said.err


async def event(folder: Path, capsys: pytest.CaptureFixture[str], *line: str) -> dict[str, Any]:
    (out,), _ = await consort(folder, capsys, *line, "--json")
    found: dict[str, Any] = json.loads(out)
    return found


async def test_what_is_here_stands_first_and_the_columns_are_straight(tmp_path: Path,
                                                                      capsys: pytest.CaptureFixture[str]) -> None:
    await run(tmp_path / "data", "install", str(written(tmp_path, gguf(), "Mine-Q8_0.gguf")))   # too small to be sound
    (head, first, *others), hint = await consort(tmp_path / "data", capsys, "list")
    assert first.startswith("my-mine") and not first[head.index("state"):].startswith("can be installed")
    assert all(line[head.index("state"):].startswith("can be installed") for line in others)
    assert not any(line.startswith("piper-") for line in others) and "more hear or speak: `consort list --all`" in hint
    every, hint = await consort(tmp_path / "data", capsys, "list", "--all")
    assert any(line.startswith("piper-") for line in every) and hint == ""


async def test_a_list_is_sorted_by_size_and_what_has_no_known_size_stands_last(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = await event(tmp_path, capsys, "list")
    sizes = {one["id"]: one["size"] for one in listed["specialists"]}
    (_, *lines), _ = await consort(tmp_path, capsys, "list", "--skill", "code")
    found = [sizes[line.split()[0]] for line in lines]
    known = [size for size in found if size]
    assert known == sorted(known) and found == known + [0] * (len(found) - len(known)) and len(found) > len(known)


async def test_the_list_can_be_asked_for_a_skill_a_kind_and_what_is_here(tmp_path: Path,
                                                                         capsys: pytest.CaptureFixture[str]) -> None:
    coders = (await event(tmp_path, capsys, "list", "--skill", "code"))["specialists"]
    assert len(coders) >= 10 and all("code" in one["skills"] for one in coders)
    voices = (await event(tmp_path, capsys, "list", "--kind", "speech-out"))["specialists"]
    assert len(voices) >= 40 and {one["kind"] for one in voices} == {"speech-out"}
    assert (await event(tmp_path, capsys, "list", "--installed"))["specialists"] == []
    assert await consort(tmp_path, capsys, "list", "--installed") == ([], "There is none of that sort.\n")
    assert len((await event(tmp_path, capsys, "list"))["specialists"]) > len(coders) + len(voices)


async def test_what_is_recommended_is_in_the_catalogue_and_comes_with_its_commands(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = {one["id"] for one in (await event(tmp_path, capsys, "list"))["specialists"]}
    told = await event(tmp_path, capsys, "recommend")
    assert told["event"] == "Recommended" and told["sets"]
    lines, _ = await consort(tmp_path, capsys, "recommend")
    for one in told["sets"]:
        assert set(one["specialists"]) <= listed and any(line.startswith(one["title"]) for line in lines)
        assert all(f"consort install {specialist}" in lines for specialist in one["specialists"])


async def test_a_specialists_page_tells_its_quantisations_and_whose_figures_are_whose(
        tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lines, _ = await consort(tmp_path, capsys, "info", "qwen2.5-coder-1.5b")
    said = "\n".join(lines)
    assert {"Q4_K_M", "Q8_0"} <= {line.split()[0] for line in lines if line.strip()}
    assert "measured by Consort" in said and "HumanEval 70.7 % (https://arxiv.org/abs/2409.12186)" in said
    voice, _ = await consort(tmp_path, capsys, "info", "piper-thorsten")
    assert any(line.split(None, 1) == ["for", "speaks (de)"] for line in voice)
    assert not any(line.startswith(("settings", "context")) for line in voice)
