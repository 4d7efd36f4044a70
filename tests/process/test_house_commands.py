"""`consort install PATH`, `list --shared`, `storage`, `verify`, `remove`: as they are typed, on small real files."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from router.__main__ import parser
from router.checking import Checking
from router.command_line.front import Front
from router.errors import UserFacingError
from router.library.local_files import find_models
from router.library.record import InstalledModel
from router.messages import Ask, ConversationOpened, Noticed, OpenConversation, Verified, VerifyModel
from router.model_views import CheckView
from router.parts import plain_text
from tests.echo_core import talking
from tests.gguf_files import gguf, metadata, written
from tests.model_house import ModelHouse, hub_with

pytestmark = pytest.mark.process
REAL_CHECK = Checking.check
MODEL, OTHER = gguf(), gguf(metadata(general__name="Other"))


@pytest.fixture(autouse=True)
def everything_passes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Files that are small enough for a test are no models that could answer."""
    async def check(checking: Checking, specialist: str, request: str = "") -> CheckView:
        checking._library.keep_check(specialist, CheckView("passed"))
        return CheckView("passed")

    monkeypatch.setattr(Checking, "check", check)


async def consort(folder: Path, *line: str) -> int:
    arguments = parser().parse_args(line)
    async with Front(folder, getattr(arguments, "json", False)) as front:
        return int(await arguments.run(arguments, front))


async def events(folder: Path, capsys: pytest.CaptureFixture[str], *line: str) -> list[dict[str, Any]]:
    capsys.readouterr()
    await consort(folder, *line, "--json")
    return [json.loads(one) for one in capsys.readouterr().out.splitlines()]


async def test_a_file_is_taken_into_use_listed_and_forgotten(tmp_path: Path,
                                                             capsys: pytest.CaptureFixture[str]) -> None:
    mine = written(tmp_path, MODEL, "Mine-Q8_0.gguf")
    data = tmp_path / "data"
    assert await consort(data, "install", str(mine), "--name", "My own") == 0
    assert "my-my-own is ready to be asked; its file stays where it is." in capsys.readouterr().err
    (listed,) = await events(data, capsys, "list")
    (view,) = [one for one in listed["specialists"] if one["in_place"]]
    assert (view["id"], view["name"], view["state"], view["path"]) == ("my-my-own", "My own", "installed", str(mine))
    (stored,) = (await events(data, capsys, "storage"))[0]["models"]
    assert (stored["state"], stored["size"], stored["in_place"]) == ("installed", len(MODEL), True)
    assert await consort(data, "remove", "my-my-own", "--yes") == 0
    assert "is forgotten; your file stays where it is" in capsys.readouterr().err
    assert mine.read_bytes() == MODEL and (await events(data, capsys, "storage"))[0]["models"] == []


async def test_a_file_that_cannot_answer_is_refused_with_the_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                                    capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(Checking, "check", REAL_CHECK)
    mine = written(tmp_path, MODEL, "mine.gguf")
    assert await consort(tmp_path / "data", "install", str(mine)) == 1
    assert "my-mine will not be asked: The model file of mine is damaged" in capsys.readouterr().err
    assert mine.read_bytes() == MODEL


async def test_a_folder_tells_each_model_its_progress_and_the_end(tmp_path: Path,
                                                                  capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "models"
    folder.mkdir()
    written(folder, MODEL, "a.gguf")
    written(folder, OTHER, "b.gguf")
    told = await events(tmp_path / "data", capsys, "install", str(folder))
    assert [one["specialist"] for one in told if one["event"] == "Installed"] == ["my-a", "my-b"]
    assert {one["phase"] for one in told if one["event"] == "InstallMoved"} == {"checking", "testing"}
    assert told[-1]["event"] == "ModelsImported" and told[-1]["specialists"] == ["my-a", "my-b"]


async def test_verify_says_what_is_wrong_and_leaves_with_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, one, two = tmp_path / "data", written(tmp_path, MODEL, "one.gguf"), written(tmp_path, OTHER, "two.gguf")
    await consort(data, "install", str(one))
    await consort(data, "install", str(two))
    assert await consort(data, "verify") == 0
    assert "✓ my-one: every byte is right" in capsys.readouterr().out
    one.unlink()
    two.write_bytes(OTHER[:-1] + b"x")
    assert await consort(data, "verify") == 1
    out = capsys.readouterr().out
    assert "✗ my-two: its file was changed" in out and "✗ my-one: its file is not there" in out
    told = await events(data, capsys, "verify", "my-two")
    assert told[-1]["changed"] == ["my-two"] and told[-1]["sound"] == []
    assert await consort(data, "ask", "hello", "--specialist", "my-one") == 1
    assert "The file of one is not there any more" in capsys.readouterr().err
    assert await consort(data, "list") == 0 and "its file is not there" in capsys.readouterr().out
    with pytest.raises(UserFacingError, match="no specialist called"):
        await consort(data, "verify", "nobody")


async def test_one_file_that_cannot_be_read_does_not_keep_the_others_from_being_verified(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(MODEL) as hub:
        house = ModelHouse(tmp_path / "data", hub, monkeypatch)
        for name, content in (("a.gguf", MODEL), ("b.gguf", OTHER)):
            (found,) = find_models(written(tmp_path, content, name))
            await house.library.use_in_place(found)

        async def unreadable(model: InstalledModel, tell: object) -> str:
            if model.id == "my-a":
                raise UserFacingError("a cannot be read.", "Check its disk.")
            return "sound"

        monkeypatch.setattr("router.library.library.verify", unreadable)
        verified = await house.do(VerifyModel("", "r"), Verified)
        assert (verified.sound, verified.missing) == (("my-b",), ("my-a",))
        assert any(isinstance(event, Noticed) and event.text == "a cannot be read." for event in house.events)


async def test_a_moved_file_is_found_again_among_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    data, one = tmp_path / "data", written(tmp_path, MODEL, "one.gguf")
    await consort(data, "install", str(one))
    new = tmp_path / "new"
    new.mkdir()
    written(new, OTHER + bytes(10), "other.gguf")
    with pytest.raises(UserFacingError, match="none has its size"):
        await consort(data, "install", str(new), "--instead-of", "my-one")
    one.rename(new / "renamed.gguf")
    told = await events(data, capsys, "install", str(new), "--instead-of", "my-one")
    assert told[-1]["specialists"] == ["my-one"]
    (stored,) = (await events(data, capsys, "storage"))[0]["models"]
    assert (stored["state"], stored["path"]) == ("installed", str(new / "renamed.gguf"))


async def test_what_lies_in_consorts_own_folder_is_not_ones_own(tmp_path: Path) -> None:
    (tmp_path / "models" / "left").mkdir(parents=True)
    path = written(tmp_path / "models" / "left", MODEL, "left.gguf")
    with pytest.raises(UserFacingError, match="in which Consort keeps its models"):
        await consort(tmp_path, "install", str(path))


async def test_the_doctor_names_models_that_are_lost(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one = written(tmp_path, MODEL, "one.gguf")
    await consort(tmp_path / "data", "install", str(one))
    await consort(tmp_path / "data", "doctor")
    assert "✓ Model files: all are where they were" in capsys.readouterr().out
    one.unlink()
    assert await consort(tmp_path / "data", "doctor") == 1
    out = capsys.readouterr().out
    assert "✗ Model files: The file of one is not there any more" in out and "consort remove my-one" in out


async def test_models_of_other_programs_are_listed_and_used(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                                             monkeypatch: pytest.MonkeyPatch, own_home: Path) -> None:
    folder = own_home / ".lmstudio" / "models" / "maker" / "tiny"
    folder.mkdir(parents=True)
    path = written(folder, MODEL, "tiny.gguf")
    (found,) = (await events(tmp_path, capsys, "list", "--shared"))[0]["models"]
    assert (found["program"], found["path"], found["specialist"]) == ("LM Studio", str(path), "")
    await consort(tmp_path, "install", found["path"])
    assert await consort(tmp_path, "list", "--shared") == 0
    assert "LM Studio" in (out := capsys.readouterr().out) and "my-tiny" in out


async def test_an_unfinished_download_nobody_knows_is_listed_and_removed(tmp_path: Path,
                                                                         capsys: pytest.CaptureFixture[str]) -> None:
    left = tmp_path / "models" / ".partial" / "gone-from-catalogue"
    left.mkdir(parents=True)
    (left / "x.gguf.partial").write_bytes(os.urandom(5000))
    (stored,) = (await events(tmp_path, capsys, "storage"))[0]["models"]
    assert (stored["specialist"], stored["state"], stored["size"]) == ("gone-from-catalogue", "unfinished", 5000)
    removed = (await events(tmp_path, capsys, "remove", "gone-from-catalogue", "--yes"))[-1]
    assert removed["freed"] == 5000 and not left.exists()


@pytest.mark.parametrize(("name", "path"), [
    ("./x", True), ("/x", True), ("~/x", True), ("x.gguf", True), ("C:\\x", True), ("..", True),
    ("smollm2-135m", False), ("owner/repo", False), ("owner/repo:Q4_K_M", False), ("id:Q8_0", False),
])
def test_a_path_is_told_from_a_name(name: str, path: bool) -> None:
    from router.command_line.import_models import is_path
    assert is_path(name) == path


async def test_models_are_moved_with_progress_and_used_there(tmp_path: Path,
                                                             capsys: pytest.CaptureFixture[str]) -> None:
    data, new = tmp_path / "data", tmp_path / "disk" / "models"
    await consort(data, "install", str(written(tmp_path, MODEL, "one.gguf")))
    (data / "models" / "x.bin").write_bytes(OTHER)
    told = await events(data, capsys, "models", "move", str(new))
    assert told[0]["event"] == "ModelsMoving" and told[-1] == {
        "event": "ModelsMoved", "folder": str(new), "request": told[-1]["request"]}
    storage = (await events(data, capsys, "storage"))[0]
    assert storage["folder"] == str(new) and storage["models"][0]["state"] == "installed"
    assert (new / "x.bin").read_bytes() == OTHER and not (data / "models").exists()
    assert await consort(data, "models", "move", str(data / "models")) == 0
    assert f"The models are in {data / 'models'} now." in capsys.readouterr().err
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").touch()
    with pytest.raises(UserFacingError, match="There are other files"):
        await consort(data, "models", "move", str(tmp_path / "full"))


async def test_a_list_is_written_and_its_models_are_known_again(tmp_path: Path,
                                                                capsys: pytest.CaptureFixture[str]) -> None:
    here, there, path = tmp_path / "here", tmp_path / "there", tmp_path / "list.toml"
    one = written(tmp_path, MODEL, "one.gguf")
    await consort(here, "install", str(one))
    assert await consort(here, "models", "lock", str(path)) == 0
    assert "1 model is listed in" in capsys.readouterr().err
    assert await consort(there, "models", "sync", str(path)) == 1
    said = capsys.readouterr()
    assert said.out == "not installed: my-one\n"
    assert "my-one is not installed: one was a file of its owner's" in said.err
    await consort(there, "install", str(one))
    told = await events(there, capsys, "models", "sync", str(path))
    assert (told[-1]["event"], told[-1]["present"], told[-1]["refused"]) == ("ModelsSynced", ["my-one"], [])


async def test_updates_are_asked_for_and_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    await consort(tmp_path / "data", "install", str(written(tmp_path, MODEL, "one.gguf")))
    assert await consort(tmp_path / "data", "models", "updates") == 0
    said = capsys.readouterr()
    assert "There is no newer version of what came from the Hub." in said.out and "Not known: my-one." in said.err
    with pytest.raises(UserFacingError, match="did not come from the Hugging Face Hub"):
        await consort(tmp_path / "data", "models", "update", "my-one")


async def test_asking_is_noted_as_use_and_outlives_the_program(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        assert talk.roster.view("coder").last_used == 0
        await talk.ask(Ask("t1", "hello there", specialist="coder"))
        used = talk.roster.view("coder").last_used
        talk.core.roster.last_used.flush()
        assert used > 0 and talk.roster.view("echo").last_used == 0


async def test_old_answers_still_say_who_wrote_them_when_the_model_is_gone(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", "hello there", specialist="coder"))
        del talk.core._library._catalogue["coder"]              # removed, and of no catalogue: nothing knows it now
        assert talk.roster.manifest("coder") is None
        opened = await talk.answer(OpenConversation(end.conversation, "r"), ConversationOpened)
        assert opened.messages[-1].specialist_name == "Coder" and "hello" in plain_text(opened.messages[-1].parts)


async def test_a_touched_file_is_read_again_at_the_start_of_the_window(tmp_path: Path,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(MODEL) as hub:
        house = ModelHouse(tmp_path / "data", hub, monkeypatch)
        (found,) = find_models(written(tmp_path, MODEL, "mine.gguf"))
        await house.library.use_in_place(found)
        os.utime(tmp_path / "mine.gguf", (1, 1))
        assert house.library.missing()["my-mine"].trouble == "changed"
        await house.desk.housekeeping.look_after_files()
        assert [*house.library.installed()] == ["my-mine"]
