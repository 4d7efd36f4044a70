"""The models in another folder: room first, the same disk without copying, given up, and a disk that is not there."""

from __future__ import annotations

import asyncio
import json
import os
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.library import moving
from router.library.install import Fetching
from router.library.library import Library
from router.library.local_files import find_models
from router.library.location import Location, read_location, write_location
from router.library.record import InstalledModel, write_record
from router.machine import Machine
from router.messages import Event, ModelsMoved, ModelsMoving, MoveModels, Noticed
from router.relocating import Relocating
from router.roster import Roster
from specialists.manifest import Settings
from tests.gguf_files import gguf, written

BYTES = os.urandom(3_000_000)
NAME = "smollm2-135m"


def no_link(source: Path, target: Path) -> None:
    raise OSError("another disk")


class House:
    """A data folder with one model, and what was told."""

    def __init__(self, data: Path, free: int = 10**12, link: moving.Link | None = no_link) -> None:
        self.data = data
        self.library = Library.open(data)
        self.library.fetching = Fetching(free=lambda folder: free)
        self.events: list[Event] = []
        self.roster = Roster(self.library, Machine("linux", 2, 2**32), lambda _: Settings())
        self.relocating = Relocating(data, self.library, self.roster,
                                     Fleet(budget_bytes=1, tell=lambda *_: None), self.events.append, link)

    def move(self, folder: Path | str) -> None:
        asyncio.run(self.relocating.move(MoveModels(str(folder), "r")))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    model = tmp_path / "data" / "models" / NAME / "m.gguf"
    model.parent.mkdir(parents=True)
    model.write_bytes(BYTES)
    write_record(tmp_path / "data/models/installed.json", {NAME: InstalledModel(NAME, model, len(BYTES), "0", "hub")})
    return tmp_path / "data"


def test_models_are_copied_checked_and_deleted_where_they_were(data: Path, tmp_path: Path) -> None:
    house, new = House(data), tmp_path / "disk" / "models"
    house.move(new)
    assert (new / NAME / "m.gguf").read_bytes() == BYTES and not (data / "models").exists()
    moved = [event for event in house.events if isinstance(event, ModelsMoving)]
    assert moved[0].done == 0 and moved[-1].done == moved[-1].total >= 2 * len(BYTES)
    assert [one.done for one in moved] == sorted(one.done for one in moved)
    assert ModelsMoved(str(new), "r") in house.events
    assert house.library.path(NAME) == Library.open(data).path(NAME) == new / NAME / "m.gguf"


def test_on_the_same_disk_nothing_is_copied(data: Path, tmp_path: Path) -> None:
    before = (data / "models" / NAME / "m.gguf").stat().st_ino
    House(data, free=0, link=None).move(tmp_path / "new")
    assert (tmp_path / "new" / NAME / "m.gguf").stat().st_ino == before


def test_a_file_of_ones_own_stays_and_is_still_known(data: Path, tmp_path: Path) -> None:
    house = House(data)
    (found,) = find_models(written(tmp_path, gguf(), "mine.gguf"))
    asyncio.run(house.library.use_in_place(found))
    house.move(tmp_path / "new")
    assert Library.open(data).path("my-mine") == tmp_path / "mine.gguf"


@pytest.mark.parametrize(("folder", "says"), [
    ("data/models", "already"), ("data/models/inside", "one lies inside the other"), ("data", "inside the other"),
    ("full", "other files"), ("file", "not a folder"), ("file/below", "cannot be used"), ("a\0b", "no folder"),
])
def test_a_folder_that_will_not_do_is_refused_and_nothing_changes(data: Path, tmp_path: Path, folder: str,
                                                                  says: str) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "letter.txt").write_text("mine")
    (tmp_path / "file").write_text("mine")
    house = House(data)
    with pytest.raises(UserFacingError, match=says):
        house.move(f"{tmp_path}/{folder}")
    assert house.library.path(NAME).read_bytes() == BYTES and (tmp_path / "full" / "letter.txt").exists()
    assert read_location(data)[0].moving_to is None


def test_room_is_asked_first(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "bytes_to_copy", lambda old, new: len(BYTES))
    house = House(data, free=1_000_000)
    with pytest.raises(UserFacingError, match=r"not enough room .*203 MB are needed, 1 MB are free"):
        house.move(tmp_path / "new")
    assert not list((tmp_path / "new").rglob("*")) and house.library.path(NAME).exists()


def test_while_an_install_runs_nothing_moves(data: Path, tmp_path: Path) -> None:
    house = House(data)
    house.roster.installing.add("one")
    with pytest.raises(UserFacingError, match="is being installed"):
        house.move(tmp_path / "new")


def test_while_models_move_nothing_is_installed_or_removed(data: Path) -> None:
    library = House(data).library
    with library.standing_still():
        for change in (lambda: library.remove(NAME),
                       lambda: asyncio.run(library.install(NAME, agreed=True, tell=print))):
            with pytest.raises(UserFacingError, match="are being moved"):
                change()
    assert library.path(NAME)


async def test_a_move_that_was_stopped_goes_on_or_is_given_up(data: Path, tmp_path: Path) -> None:
    (data / "models" / "b.bin").write_bytes(os.urandom(2_000_000))
    house, begun = House(data), asyncio.Event()
    house.relocating._tell = lambda event: (begun.set() if isinstance(event, ModelsMoving) else None)  # type: ignore
    going = asyncio.create_task(house.relocating.move(MoveModels(str(tmp_path / "new"))))
    await begun.wait()
    going.cancel()
    with pytest.raises(asyncio.CancelledError):
        await going
    again = House(data)
    (notice,) = again.relocating.interrupted()
    assert "was interrupted; they are all in" in notice.text and "goes on" in notice.hint
    await again.relocating.move(MoveModels(str(data / "models")))             # they stay after all
    assert House(data).relocating.interrupted() == () and not (tmp_path / "new").exists()
    assert again.library.path(NAME).read_bytes() == BYTES


@pytest.mark.parametrize("spoilt", [False, True])
def test_a_large_file_goes_on_where_it_was_also_after_a_power_cut(data: Path, tmp_path: Path, spoilt: bool) -> None:
    half = tmp_path / "new" / NAME / f"m.gguf{moving.ENDING}"
    half.parent.mkdir(parents=True)
    half.write_bytes(bytes(1_500_000) if spoilt else BYTES[:1_500_000])
    write_location(data, Location(data / "models", moving_to=tmp_path / "new"))
    before = half.stat().st_ino
    House(data, link=None).move(tmp_path / "new")
    moved = tmp_path / "new" / NAME / "m.gguf"
    assert moved.read_bytes() == BYTES and moved.stat().st_ino == before


def test_a_disk_that_writes_something_else_keeps_the_models_where_they_are(data: Path, tmp_path: Path,
                                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moving, "sha256_of", lambda *_: "0" * 64)
    house = House(data)
    with pytest.raises(UserFacingError, match="is not what was read back"):
        house.move(tmp_path / "new")
    assert house.library.path(NAME).read_bytes() == BYTES and not (tmp_path / "new" / NAME / "m.gguf").exists()


def test_a_disk_that_is_not_there_is_said_and_nothing_is_lost(data: Path, tmp_path: Path) -> None:
    House(data).move(tmp_path / "disk")
    (tmp_path / "disk").rename(tmp_path / "away")
    house = House(data)
    assert "is not there. Connect its disk" in house.library.notices[0]
    assert house.library.installed() == {} and NAME in house.library.manifests()
    with pytest.raises(UserFacingError, match="is not there") as refused:
        asyncio.run(house.library.install(NAME, agreed=True, tell=print))
    assert "consort models move FOLDER" in refused.value.hint and not (tmp_path / "disk").exists()
    (tmp_path / "away").rename(tmp_path / "disk")
    assert house.library.path(NAME).read_bytes() == BYTES                       # used at once


def test_a_disk_that_is_gone_for_good_can_be_done_without_and_come_back(data: Path, tmp_path: Path) -> None:
    House(data).move(tmp_path / "disk")
    (tmp_path / "disk").rename(tmp_path / "away")
    house = House(data)
    house.move(tmp_path / "fresh")
    assert any(isinstance(event, Noticed) and "Nothing could be copied" in event.text for event in house.events)
    assert Library.open(data).notices == () and Library.open(data).folder == tmp_path / "fresh"
    (tmp_path / "away").rename(tmp_path / "disk")
    House(data).move(tmp_path / "disk")
    assert Library.open(data).path(NAME).read_bytes() == BYTES


def test_nothing_installed_can_be_moved_too(tmp_path: Path) -> None:
    House(tmp_path / "data").move(tmp_path / "new")
    assert Library.open(tmp_path / "data").notices == () and (tmp_path / "new" / "installed.json").exists()


def test_links_move_as_links_and_what_they_lead_to_stays(data: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "x").write_text("mine")
    (data / "models" / "linked").symlink_to(mine)
    House(data).move(tmp_path / "new")
    assert (tmp_path / "new" / "linked").is_symlink() and (mine / "x").read_text() == "mine"


def test_the_note_is_relative_inside_the_data_folder(tmp_path: Path) -> None:
    write_location(tmp_path / "data", Location(tmp_path / "data" / "deep" / "models"))
    (tmp_path / "data").rename(tmp_path / "renamed")
    assert read_location(tmp_path / "renamed")[0].folder == tmp_path / "renamed" / "deep" / "models"


@pytest.mark.parametrize("note", [b"", b"{", b'{"folder": 5}', b"\xff", b"[]"])
def test_a_note_that_cannot_be_read_means_the_usual_folder_and_is_said(data: Path, note: bytes) -> None:
    (data / "models-folder.json").write_bytes(note)
    library = Library.open(data)
    assert library.path(NAME) and "cannot be read" in library.notices[0]


@pytest.mark.parametrize("folder", ["", "a\0b"])
def test_a_note_that_names_no_folder_means_the_usual_one(data: Path, folder: str) -> None:
    (data / "models-folder.json").write_text(json.dumps({"folder": folder}))
    assert Library.open(data).path(NAME)
