"""The list of models: written here, the same bytes there; what has other bytes is refused, nonsense changes nothing."""

from __future__ import annotations

import asyncio
import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.adopted import read_adopted
from router.library.local_files import find_models
from router.library.model_list import read_list
from router.library.naming import id_of_repository
from router.messages import (
    InstallMoved,
    InstallPaused,
    LockModels,
    ModelsLocked,
    ModelsSynced,
    Noticed,
    PauseInstall,
    SyncModels,
)
from specialists.manifest import HubSource, Licence, Settings, Sources
from tests.gguf_files import gguf, metadata, written
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import COMMIT, Fault, Repository, StandInHub
from tests.model_house import KNOWN, NEW, OLD, ModelHouse, hub_with

PINNED = replace(KNOWN, sha256=hashlib.sha256(OLD).hexdigest(), size=len(OLD))
OTHER = gguf(metadata(general__name="Somebody's"))
FOREIGN = replace(KNOWN, id=id_of_repository("maker/other"), name="Other", sha256=hashlib.sha256(OTHER).hexdigest(),
                  sources=Sources(HubSource("maker/other", "other.gguf", COMMIT)), file_name="other.gguf")


def a_hub() -> StandInHub:
    hub = hub_with(OLD)
    hub.repositories["maker/other"] = Repository({"other.gguf": OTHER})
    return hub


async def locked(folder: Path, hub: StandInHub, monkeypatch: pytest.MonkeyPatch, *, mine: bool = False) -> Path:
    """A list of one computer with the catalogue's model, one of the Hub, and perhaps one of the person's own."""
    house = ModelHouse(folder / "here", hub, monkeypatch, PINNED)
    house.library.adopt(FOREIGN)
    for specialist in ("known", FOREIGN.id):
        await house.library.install(specialist, agreed=True, tell=lambda moved: None)
    if mine:
        (found,) = find_models(written(folder, NEW, "mine.gguf"))
        await house.library.use_in_place(found)
    house.store.set_settings("known", Settings(context=4096, system_prompt="Brief."))
    path = folder / "models.toml"
    done = await house.do(LockModels(str(path), "r"), ModelsLocked)
    assert done == ModelsLocked(str(path), 3 if mine else 2, "r")
    return path


async def test_another_computer_gets_the_same_bytes_and_settings(tmp_path: Path,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert done == ModelsSynced(("known", FOREIGN.id), (), (), "r")
        assert there.library.path("known").read_bytes() == OLD
        assert there.library.path(FOREIGN.id).read_bytes() == OTHER
        assert there.library.manifests()[FOREIGN.id].name == "Other"
        assert there.store.settings("known") == Settings(context=4096, system_prompt="Brief.")
        assert all(event.request == "r" for event in there.events if isinstance(event, InstallMoved))
        again = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert again == ModelsSynced((), ("known", FOREIGN.id), (), "r")


async def test_the_list_says_which_bytes_and_from_where(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        known, other = read_list((await locked(tmp_path, hub, monkeypatch)).read_bytes())
        assert (known.id, known.repo, known.file, known.commit, known.sha256, known.source, known.licence) == (
            "known", "maker/known", "known.gguf", COMMIT, PINNED.sha256, "hub", "MIT")
        assert known.settings.context == 4096 and other.settings == Settings() and other.size == len(OTHER)


async def test_a_source_that_has_other_bytes_now_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        hub.repositories["maker/other"] = Repository({"other.gguf": OTHER[::-1]})
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert (done.installed, done.refused) == (("known",), (FOREIGN.id,))
        ((subject, text),) = there.refusals()
        assert subject == FOREIGN.id and "another checksum" in text
        assert FOREIGN.id not in there.library.manifests() and not read_adopted(tmp_path / "there/models/adopted.json")


async def test_a_version_that_the_catalogue_does_not_pin_comes_from_its_commit(tmp_path: Path,
                                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        newer = replace(KNOWN, sha256=hashlib.sha256(NEW).hexdigest(), size=len(NEW))
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, newer)
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert done.installed[0] == "known" and there.library.path("known").read_bytes() == OLD
        assert there.library.recorded()["known"].manifest is None          # it is the catalogue's specialist still


async def test_another_version_that_is_here_is_replaced_by_one_that_passed(tmp_path: Path,
                                                                           monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        hub.repositories["maker/known"] = Repository({"known.gguf": NEW}, "e" * 40)
        newer = replace(KNOWN, sources=Sources(HubSource("maker/known", "known.gguf")))
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, newer)
        await there.library.install("known", agreed=True, tell=lambda moved: None)
        hub.repositories["maker/known"] = Repository({"known.gguf": OLD})
        await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert there.examined == [OLD] and there.library.path("known").read_bytes() == OLD


async def test_a_file_of_ones_own_is_only_known_by_its_checksum(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch, mine=True)
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert done.refused == ("my-mine",) and "a file of its owner's" in there.refusals()[0][1]
        (tmp_path / "copy").mkdir()
        (found,) = find_models(written(tmp_path / "copy", NEW, "other name.gguf"))
        await there.library.use_in_place(found)
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert done.refused == () and "my-other-name" in done.present


async def test_a_file_of_ones_own_that_the_catalogue_knows_is_installed(tmp_path: Path,
                                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        here = ModelHouse(tmp_path / "here", hub, monkeypatch, PINNED)
        (found,) = find_models(written(tmp_path, OLD, "mine.gguf"))
        await here.library.use_in_place(found)
        await here.do(LockModels(str(tmp_path / "list.toml"), "r"), ModelsLocked)
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        done = await there.do(SyncModels(str(tmp_path / "list.toml"), request="r"), ModelsSynced)
        assert done.installed == ("known",) and there.library.recorded()["known"].source == "hub"


async def test_terms_are_agreed_to_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = Licence("Strict", "https://example.org/terms", opt_in=True)
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        path.write_text(path.read_text().replace('licence = "MIT"', 'licence = "Strict"\nopt_in = true\n'
                                                 'terms = "https://example.org/terms"'))
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, replace(PINNED, licence=terms))
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert done.refused == ("known", FOREIGN.id) and [subject for subject, _ in there.refusals()] == [*done.refused]
        assert there.library.recorded() == {} and FOREIGN.id not in there.library.manifests()
        done = await there.do(SyncModels(str(path), agreed=True, request="r"), ModelsSynced)
        assert done.installed == ("known", FOREIGN.id)


async def test_settings_that_are_set_here_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        there.store.set_settings("known", Settings(threads=1))
        await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert there.store.settings("known") == Settings(threads=1)


@pytest.mark.parametrize("make", [
    lambda path: None, lambda path: path.mkdir(), os.mkfifo, lambda path: path.write_bytes(os.urandom(5000)),
    lambda path: path.write_text("version = 1\n[[model]]\nid = '../x'\nsha256 = '" + "0" * 64 + "'"),
])
async def test_nonsense_costs_a_sentence_and_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                             make: object) -> None:
    make(tmp_path / "list.toml")  # type: ignore[operator]
    with a_hub() as hub:
        house = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        with pytest.raises(UserFacingError, match="no list of models"):
            await house.do(SyncModels(str(tmp_path / "list.toml"), request="r"), ModelsSynced)
        assert hub.seen == [] and house.events == [] and house.library.recorded() == {}


async def test_a_list_never_writes_over_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        again = ModelHouse(tmp_path / "here", hub, monkeypatch, PINNED)
        await again.do(LockModels(str(path), "r"), ModelsLocked)                # its own list it does
        letter = tmp_path / "letter.txt"
        letter.write_text("mine")
        for wrong, says in ((letter, "something else"), (tmp_path, "something else"),
                            (tmp_path / "letter.txt" / "x", "could not be written")):
            with pytest.raises(UserFacingError, match=says):
                await again.do(LockModels(str(wrong), "r"), ModelsLocked)
        assert letter.read_text() == "mine"


async def test_a_sync_that_is_stopped_goes_on_next_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_hub() as hub:
        path = await locked(tmp_path, hub, monkeypatch)
        there = ModelHouse(tmp_path / "there", hub, monkeypatch, PINNED)
        hub.faults[:] = [Fault(stall=100)]
        begun, paused = asyncio.Event(), asyncio.Event()
        there.subscribe(lambda event: begun.set() if isinstance(event, InstallMoved) and event.phase == "fetching"
                        else paused.set() if isinstance(event, InstallPaused) else None)
        going = asyncio.create_task(there.desk.answer(SyncModels(str(path), request="r")))
        await begun.wait()
        there.desk.housekeeping.stop(PauseInstall("", "r"))
        await going
        await paused.wait()
        done = await there.do(SyncModels(str(path), request="r"), ModelsSynced)
        assert {*done.installed, *done.present} == {"known", FOREIGN.id} and not done.refused
        assert not any(isinstance(event, Noticed) for event in there.events)
