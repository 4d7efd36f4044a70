"""Specialists of several files, and in several quantisations: fetched, placed, recorded, replaced and removed whole."""

from __future__ import annotations

import asyncio
import hashlib
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.header import ModelFacts
from router.library.hub import Hub
from router.library.index import Index
from router.library.install import Fetching
from router.library.library import Library
from router.library.network import Patience
from router.messages import Installed, InstallMoved
from specialists.manifest import Companion, HubSource, Licence, Manifest, Sources, Variant
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import COMMIT, Fault, StandInHub

dice = random.Random(5)
FIRST, SECOND, EYES, BIG = (b"GGUF" + dice.randbytes(size) for size in (900_000, 700_000, 300_000, 1_500_000))
SEES = Manifest(
    id="sees", name="Sees", description="A test.", quantisation="Q4_K_M", licence=Licence("MIT"),
    file_name="sees-00001-of-00002.gguf", size=len(FIRST), sha256=hashlib.sha256(FIRST).hexdigest(),
    sources=Sources(HubSource("maker/sees", "Q4/sees-00001-of-00002.gguf")),
    companions=(Companion("part", "sees-00002-of-00002.gguf", len(SECOND), hashlib.sha256(SECOND).hexdigest()),
                Companion("projector", "sees-mmproj.gguf", file="mmproj-f16.gguf")),
    variants=(Variant("Q8_0", "sees-q8.gguf", hub=HubSource("maker/sees", "sees-q8.gguf"),
                      companions=(Companion("projector", "sees-mmproj.gguf", file="mmproj-f16.gguf"),)),))
ON_THE_HUB = {"Q4/sees-00001-of-00002.gguf": FIRST, "Q4/sees-00002-of-00002.gguf": SECOND, "mmproj-f16.gguf": EYES,
              "sees-q8.gguf": BIG}
ALL = len(FIRST) + len(SECOND) + len(EYES)


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    with StandInHub(files={("maker/sees", name): content for name, content in ON_THE_HUB.items()}) as server:
        yield server


def library(folder: Path, server: StandInHub, manifest: Manifest = SEES) -> Library:
    async def look(path: Path) -> ModelFacts | None:
        return None

    async def never(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
        raise AssertionError("the index is not asked")

    fetching = Fetching(Hub(server.endpoint, 2.0), Index(never), Patience(2.0, 0.3, 2, 0.001), lambda _: 10**12)
    return Library(folder, {manifest.id: manifest}, fetching, look)


def install(one: Library, name: str = "sees", moved: list[InstallMoved] | None = None) -> Installed:
    return asyncio.run(one.install(name, agreed=False, tell=(moved if moved is not None else []).append))


def bytes_asked_of_the_cdn(hub: StandInHub) -> list[str]:
    return [one.path.rpartition("/")[2] for one in hub.seen if one.path.startswith("/cdn/")]


def test_all_files_lie_together_and_are_recorded_with_what_only_the_hub_knew(hub: StandInHub, tmp_path: Path) -> None:
    moved: list[InstallMoved] = []
    installed = install(library(tmp_path, hub), moved=moved)
    folder = Path(installed.path).parent
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {
        "sees-00001-of-00002.gguf": FIRST, "sees-00002-of-00002.gguf": SECOND, "sees-mmproj.gguf": EYES}
    model = library(tmp_path, hub).installed()["sees"]              # as after a restart
    assert [(one.name, one.size) for one in model.companions] == [
        ("sees-00002-of-00002.gguf", len(SECOND)), ("sees-mmproj.gguf", len(EYES))]
    assert model.companions[1].sha256 == hashlib.sha256(EYES).hexdigest() and model.commit == COMMIT
    assert model.size_in_all == ALL and model.quantisation == ""
    for phase in ("fetching", "checking"):
        done = [one.done for one in moved if one.phase == phase]
        assert done == sorted(done) and done[-1] == ALL
    assert {one.total for one in moved if one.phase == "fetching"} == {ALL}


def test_an_interrupted_install_fetches_no_file_twice(hub: StandInHub, tmp_path: Path) -> None:
    hub.faults[:] = [Fault(), Fault(cut=400_000), *[Fault(status=500)] * 2]
    one = library(tmp_path, hub)
    with pytest.raises(UserFacingError):
        install(one)
    assert one.partial("sees") == (len(FIRST) + 400_000, 0)
    hub.seen.clear()
    install(library(tmp_path, hub))
    assert bytes_asked_of_the_cdn(hub) == ["sees-00002-of-00002.gguf", "mmproj-f16.gguf"]
    assert hub.ranges()[0] == "bytes=400000-"


def test_it_is_there_only_with_all_of_its_files_and_then_only_the_missing_one_is_fetched(
        hub: StandInHub, tmp_path: Path) -> None:
    folder = Path(install(library(tmp_path, hub)).path).parent
    (folder / "sees-mmproj.gguf").unlink()
    one = library(tmp_path, hub)
    assert one.installed() == {} and "sees" in one.missing()
    hub.seen.clear()
    install(one)
    assert bytes_asked_of_the_cdn(hub) == ["mmproj-f16.gguf"] and "sees" in one.installed()


def test_files_in_place_that_a_crash_kept_out_of_the_record_are_not_fetched_again(
        hub: StandInHub, tmp_path: Path) -> None:
    install(library(tmp_path, hub))
    (tmp_path / "installed.json").unlink()
    hub.seen.clear()
    one = library(tmp_path, hub)
    assert one.installed() == {}
    install(one)
    assert bytes_asked_of_the_cdn(hub) == [] and "sees" in library(tmp_path, hub).installed()


def test_another_quantisation_takes_the_place_of_the_first_when_it_is_whole(hub: StandInHub, tmp_path: Path) -> None:
    one = library(tmp_path, hub)
    first = install(one)
    hub.faults[:] = [Fault(cut=1_000_000), *[Fault(status=500)] * 2]
    with pytest.raises(UserFacingError):
        install(one, "sees:Q8_0")
    assert one.path("sees") == Path(first.path), "the old one answers until the new one is there"
    second = install(one, "sees:q8_0")
    assert Path(second.path).read_bytes() == BIG and one.path("sees") == Path(second.path)
    assert (Path(second.path).parent / "sees-mmproj.gguf").read_bytes() == EYES
    assert Path(first.path).exists(), "a worker may still have it open"
    assert one.sweep("sees") == ALL
    assert not Path(first.path).exists()
    again = library(tmp_path, hub)
    assert again.installed()["sees"].quantisation == "Q8_0"
    assert install(again) == replace(second, request=""), "without a quantisation the one that is there is meant"
    assert again.remove("sees") == len(BIG) + len(EYES) and not list(tmp_path.rglob("*.gguf"))


def test_a_companion_that_is_not_the_catalogues_is_never_fetched(hub: StandInHub, tmp_path: Path) -> None:
    hub.files["maker/sees", "Q4/sees-00002-of-00002.gguf"] = SECOND[::-1]
    with pytest.raises(UserFacingError, match="not the one in the catalogue"):
        install(library(tmp_path, hub))
    assert bytes_asked_of_the_cdn(hub) == []


@pytest.mark.parametrize("companion", [Companion("part", "../out.gguf"), Companion("part", "sees-00001-of-00002.gguf")])
def test_a_companion_with_a_name_that_leads_astray_is_refused(
        hub: StandInHub, tmp_path: Path, companion: Companion) -> None:
    one = library(tmp_path / "models", hub, replace(SEES, companions=(companion,)))
    with pytest.raises(UserFacingError, match=r"cannot be used as a name|the same name"):
        install(one)
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


SETTINGS = b'{"audio": {"sample_rate": 22050}}'
VOICE = Manifest(
    id="voice", name="Voice", description="A test.", kind="speech-out", licence=Licence("MIT"), file_name="voice.gguf",
    sha256=hashlib.sha256(EYES).hexdigest(), sources=Sources(HubSource("maker/voices", "en/voice.gguf")),
    companions=(Companion("configuration", "voice.json", sha256=hashlib.sha256(SETTINGS).hexdigest()),))


def test_a_small_file_whose_checksum_the_hub_does_not_state_is_taken_by_the_catalogues(tmp_path: Path) -> None:
    files = {("maker/voices", "en/voice.gguf"): EYES, ("maker/voices", "en/voice.json"): SETTINGS}
    with StandInHub(files=files) as hub:
        installed = install(library(tmp_path / "a", hub, VOICE), "voice")
        assert Path(installed.path).with_name("voice.json").read_bytes() == SETTINGS
        unknown = replace(VOICE, companions=(replace(VOICE.companions[0], sha256=""),))
        with pytest.raises(UserFacingError, match="does not state the file's checksum"):
            install(library(tmp_path / "b", hub, unknown), "voice")


def test_a_small_file_that_is_another_one_is_refused(tmp_path: Path) -> None:
    files = {("maker/voices", "en/voice.gguf"): EYES, ("maker/voices", "en/voice.json"): SETTINGS[::-1]}
    with StandInHub(files=files) as hub, pytest.raises(UserFacingError, match="checksum is wrong"):
        install(library(tmp_path, hub, VOICE), "voice")
    assert not (tmp_path / "voice" / "voice.json").exists()
