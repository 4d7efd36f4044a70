"""The sentence encoder comes along with the second specialist, the detector of speech with what hears, announced; and
only then. Stand-in sources, no model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from router.choose.encoder import SPECIALIST, opening_of
from router.messages import Install, Installed, InstallPaused, PauseInstall, Refused, Remove, SpecialistChanged
from specialists.manifest import HubSource, Manifest, Sources
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import StandInHub
from tests.hub.yard import CONTENT, ENCODER, ONE, TWO, yard


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    with StandInHub(files={("maker/models", "m.gguf"): CONTENT}) as server:
        yield server


async def test_the_second_specialist_brings_the_encoder_and_says_what_why_and_how_big(
        hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub) as it:
        await it.install("one")
        assert it.installed() == ["one"] and it.notices() == [] and opening_of(it.roster) is None
        await it.install("two")
        assert it.installed() == ["one", "two", SPECIALIST]
        (notice,) = it.notices()
        assert "The encoder (0 MB) from the Hugging Face Hub (maker/models), under MIT." in notice.text
        assert "chooses who answers" in notice.text and notice.hint.endswith(".")
        opening = opening_of(it.roster)
        assert opening is not None and (opening.load.engine, opening.load.threads) == ("llama-encoder", 1)
        await it.install("three")
        assert len(it.notices()) == 1


async def test_who_waits_for_the_second_hears_of_the_encoder_first(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub) as it:
        await it.install("one")
        await it.install("two")
        begun = next(number for number, event in enumerate(it.events) if isinstance(event, SpecialistChanged)
                     and event.specialist.id == SPECIALIST and event.specialist.state == "installing")
        done = next(number for number, event in enumerate(it.events) if isinstance(event, Installed)
                    and event.specialist == "two")
        assert begun < done and it.events[begun].request == "r-two"
        assert [event.request for event in it.events if isinstance(event, Installed)] == ["r-one", "r-two", "r-two"]


@pytest.mark.parametrize("manifests", [(ONE, TWO), (ONE, replace(TWO, kind="speech-in"), ENCODER)])
async def test_it_does_not_come_where_it_is_of_no_use(hub: StandInHub, tmp_path: Path,
                                                      manifests: tuple[Manifest, ...]) -> None:
    async with yard(tmp_path, hub, *manifests) as it:
        await it.install("one")
        await it.install("two")
        assert it.installed() == ["one", "two"] and it.notices() == []


async def test_one_that_is_there_already_is_not_fetched_again(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub) as it:
        for specialist in (SPECIALIST, "one", "two"):
            await it.install(specialist)
        assert it.installed() == [SPECIALIST, "one", "two"] and it.notices() == []


async def test_an_encoder_that_was_removed_or_paused_does_not_come_back_by_itself(
        hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub) as it:
        await it.install("one")
        await it.install("two")
        await it.installing.remove(Remove(SPECIALIST))
        await it.install("three")
        assert SPECIALIST not in it.library.installed() and len(it.notices()) == 1
        await it.install(SPECIALIST)
        assert SPECIALIST in it.library.installed(), "but the person may bring it back"
    async with yard(tmp_path / "other", hub) as it:
        await it.install("one")
        it.installing.start(Install("two"))
        await it.until(lambda: SPECIALIST in it.roster.installing)
        it.installing.pause(PauseInstall(SPECIALIST))
        await it.install("three")
        assert [event.specialist for event in it.events if isinstance(event, InstallPaused)] == [SPECIALIST]
        assert len(it.notices()) == 1 and SPECIALIST not in it.library.installed()


async def test_an_encoder_that_cannot_be_had_leaves_the_specialist_installed(hub: StandInHub, tmp_path: Path) -> None:
    gone = replace(ENCODER, sources=Sources(HubSource("maker/gone", "m.gguf")))
    async with yard(tmp_path, hub, ONE, TWO, gone) as it:
        await it.install("one")
        await it.install("two")
        assert it.installed() == ["one", "two"]
        (refused,) = [event for event in it.events if isinstance(event, Refused)]
        assert (refused.subject, refused.request) == (SPECIALIST, "r-two") and refused.hint


EARS = replace(ONE, id="ears", name="Ears", kind="speech-in", engine="whisper", file_name="m.gguf")
DETECTOR = replace(ONE, id="detector", name="The detector", kind="speech-activity", engine="silero")


async def test_what_hears_brings_the_detector_of_speech_along_once(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, EARS, replace(EARS, id="other"), DETECTOR) as it:
        await it.install("ears")
        assert set(it.installed()) == {"ears", "detector"}
        notice, = it.notices()
        assert "tell speech from silence" in notice.text and "The detector (0 MB)" in notice.text and notice.hint
        await it.install("other")
        assert len(it.notices()) == 1
        await it.installing.remove(Remove("detector"))
        await it.installing.remove(Remove("other"))
        await it.install("other")
        assert len(it.notices()) == 1 and "detector" not in it.library.installed()
