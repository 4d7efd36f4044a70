"""Newer versions: asked for only on order, fetched beside the old one, used once they have passed."""

from __future__ import annotations

import asyncio
import hashlib
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.messages import (
    FindUpdates,
    Installed,
    InstallMoved,
    ListStorage,
    ModelChecked,
    PauseInstall,
    StorageListed,
    UpdateModel,
    UpdatesFound,
    Verified,
    VerifyModel,
)
from router.model_views import CheckView, UpdateView
from specialists.manifest import Companion
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import Fault, Repository, StandInHub
from tests.model_house import KNOWN, NEW, OLD, ModelHouse, hub_with

LATER = "f" * 40


async def house_with_the_old_one(tmp_path: Path, hub: StandInHub, monkeypatch: pytest.MonkeyPatch,
                                 manifest: object = KNOWN) -> ModelHouse:
    house = ModelHouse(tmp_path, hub, monkeypatch, manifest)  # type: ignore[arg-type]
    await house.library.install("known", agreed=True, tell=lambda moved: None)
    return house


def changed(hub: StandInHub, content: bytes = NEW) -> None:
    """The maker publishes another file."""
    hub.repositories["maker/known"] = Repository({"known.gguf": content}, LATER)


async def test_nothing_newer_is_said_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        assert await house.do(FindUpdates("r"), UpdatesFound) == UpdatesFound((), (), "r")
        with pytest.raises(UserFacingError, match="is the newest version already"):
            await house.do(UpdateModel("known", "r"), Installed)


async def test_a_pinned_commit_does_not_hide_what_the_branch_has(tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        changed(hub)
        found = await house.do(FindUpdates("r"), UpdatesFound)
        assert found.updates == (UpdateView("known", "Known", LATER, len(NEW)),)
        changed(hub, OLD)                       # another commit, the same bytes
        assert (await house.do(FindUpdates("r"), UpdatesFound)).updates == ()


async def test_the_new_one_is_used_once_it_has_passed_and_the_old_one_goes(tmp_path: Path,
                                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        old = house.library.path("known")
        changed(hub)
        installed = await house.do(UpdateModel("known", "r"), Installed)
        assert house.examined == [NEW] and installed.sha256 == hashlib.sha256(NEW).hexdigest()
        assert house.library.path("known").read_bytes() == NEW and not old.exists()
        model = house.library.recorded()["known"]
        assert (model.commit, model.check and model.check.state) == (LATER, "passed")
        assert [*dict.fromkeys(one.phase for one in house.events if isinstance(one, InstallMoved))] == [
            "asking", "fetching", "checking", "testing"]
        assert any(isinstance(event, ModelChecked) for event in house.events)
        assert not list((tmp_path / "models" / ".partial").glob("*"))


async def test_one_that_fails_its_check_leaves_the_old_one_in_use(tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        changed(hub)
        house.outcome = CheckView("refused", ("It wrote nothing.",))
        with pytest.raises(UserFacingError, match=r"fetched and is refused: It wrote nothing\.") as refused:
            await house.do(UpdateModel("known", "r"), Installed)
        assert refused.value.hint == "The one you have stays in use."
        assert house.library.path("known").read_bytes() == OLD and await house.library.verify("known")
        assert not list((tmp_path / "models" / ".partial").glob("*"))


async def test_one_that_cannot_be_checked_now_waits_beside_the_old_one(tmp_path: Path,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        changed(hub)
        house.outcome = CheckView(notes=("There is no room in memory.",))
        with pytest.raises(UserFacingError, match="could not be checked now"):
            await house.do(UpdateModel("known", "r"), Installed)
        storage = await house.do(ListStorage("r"), StorageListed)
        assert {(one.state, one.name, one.size) for one in storage.models} == {
            ("unfinished", "Known (another version)", len(NEW)), ("installed", "Known", len(OLD))}
        fetched = len(hub.ranges())
        house.outcome = CheckView("passed")
        await house.do(UpdateModel("known", "r"), Installed)
        assert len(hub.ranges()) == fetched                               # nothing is fetched twice
        assert house.library.path("known").read_bytes() == NEW


async def test_a_line_that_breaks_leaves_the_old_one_and_the_next_try_goes_on(tmp_path: Path,
                                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        changed(hub, NEW + bytes(400_000))
        hub.faults[:] = [Fault(cut=200_000)] + [Fault(status=404)] * 20
        with pytest.raises(UserFacingError, match="could not be fetched"):
            await house.do(UpdateModel("known", "r"), Installed)
        assert house.library.path("known").read_bytes() == OLD
        hub.faults.clear()
        await house.do(UpdateModel("known", "r"), Installed)
        assert house.library.path("known").stat().st_size == len(NEW) + 400_000 and hub.ranges()[-1]


async def test_companions_belong_to_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = replace(KNOWN, companions=(Companion("projector", "mmproj.gguf"),))
    with StandInHub(repositories={"maker/known": Repository({"known.gguf": OLD, "mmproj.gguf": OLD})}) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch, manifest)
        hub.repositories["maker/known"] = Repository({"known.gguf": OLD, "mmproj.gguf": NEW}, LATER)
        found = await house.do(FindUpdates("r"), UpdatesFound)
        assert found.updates == (UpdateView("known", "Known", LATER, len(OLD) + len(NEW)),)
        await house.do(UpdateModel("known", "r"), Installed)
        model = house.library.recorded()["known"]
        assert [path.read_bytes() for path, _ in model.files] == [OLD, NEW] and await house.library.verify("known")


async def test_an_update_can_be_paused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        changed(hub, NEW + bytes(400_000))
        hub.faults[:] = [Fault(stall=200_000)]
        begun = asyncio.Event()
        house.subscribe(lambda event: begun.set() if isinstance(event, InstallMoved) and event.phase == "fetching"
                        else None)
        going = asyncio.create_task(house.desk.answer(UpdateModel("known", "r")))
        await begun.wait()
        house.desk.housekeeping.stop(PauseInstall("known"))
        await going
        assert house.events[-1].specialist == "known"  # type: ignore[union-attr]
        assert type(house.events[-1]).__name__ == "InstallPaused" and house.library.path("known").read_bytes() == OLD


async def test_a_hub_that_cannot_be_asked_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        hub.down = 503
        for command, kind in ((FindUpdates("r"), UpdatesFound), (UpdateModel("known", "r"), Installed)):
            with pytest.raises(UserFacingError, match="could not be asked"):
                await house.do(command, kind)  # type: ignore[arg-type]
        assert house.library.path("known").read_bytes() == OLD


async def test_what_did_not_come_from_the_hub_has_no_versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        house.library._add(replace(house.library.recorded()["known"], source="index"))
        assert (await house.do(FindUpdates("r"), UpdatesFound)).unknown == ("known",)
        for specialist, says in (("known", "did not come from"), ("nobody", "nobody")):
            with pytest.raises(UserFacingError, match=says):
                await house.do(UpdateModel(specialist, "r"), Installed)


async def test_nothing_is_asked_of_the_hub_until_somebody_wants_to_know(tmp_path: Path,
                                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    with hub_with(OLD) as hub:
        house = await house_with_the_old_one(tmp_path, hub, monkeypatch)
        hub.seen.clear()
        await house.do(ListStorage("r"), StorageListed)
        await house.do(VerifyModel("", "r"), Verified)
        assert hub.seen == []
