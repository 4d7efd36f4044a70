"""The queue of downloads: an order that holds, so many at once, each paused and continued, after a restart too."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.install_queue import FILE
from router.library.network import Patience
from router.messages import (
    Install,
    Installed,
    InstallPaused,
    ListQueue,
    MoveInQueue,
    PauseInstall,
    QueueChanged,
    Refused,
    Remove,
)
from router.model_views import QueuedInstall
from specialists.manifest import HubSource, Sources, Variant
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import Fault, StandInHub
from tests.hub.yard import CONTENT, ONE, TWO, Yard, yard

PLAIN = tuple(replace(ONE, id=name, name=name.title()) for name in ("one", "two", "three", "four"))
GONE = replace(ONE, id="gone", name="Gone", sources=Sources(HubSource("maker/gone", "m.gguf")))
STALL = Fault(stall=50_000)


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    with StandInHub(files={("maker/models", "m.gguf"): CONTENT, ("maker/models", "q8.gguf"): CONTENT * 2}) as server:
        yield server


def patient(it: Yard) -> None:
    """Silence is waited for, so that an install goes on for as long as a test wants."""
    it.library.fetching = replace(it.library.fetching, patience=Patience(stall=60.0))


def states(it: Yard) -> dict[str, str]:
    """What the queue says now, in its order."""
    it.installing.answer(ListQueue("now"))
    return {one.specialist: one.state for one in queue(it)}


def queue(it: Yard) -> tuple[QueuedInstall, ...]:
    return [event for event in it.events if isinstance(event, QueueChanged)][-1].installs


async def begin(it: Yard, hub: StandInHub, *names: str) -> None:
    """Order them; two run, and hang, the others wait."""
    patient(it)
    hub.faults[:] = [STALL] * 2
    for name in names:
        it.installing.start(Install(name))
    running = names[:2]
    await it.until(lambda: all((it.library.partial(name) or (0, 0))[0] >= 50_000 for name in running))


async def test_two_run_and_the_others_wait_in_their_order(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        await begin(it, hub, "one", "two", "three", "four")
        assert states(it) == {"one": "running", "two": "running", "three": "waiting", "four": "waiting"}
        (line, *_) = queue(it)
        assert (line.name, line.phase, line.total, line.source) == ("One", "fetching", len(CONTENT), "hub")
        it.installing.answer(MoveInQueue("four", 0, "moved"))
        assert [event.request for event in it.events if isinstance(event, QueueChanged)][-1] == "moved"
        assert list(states(it)) == ["one", "two", "four", "three"]
        it.installing.pause(PauseInstall("one"))
        await it.until(lambda: "four" in it.installed())
        await it.until(lambda: "three" in it.installed())
        assert it.installed() == ["four", "three"]
        assert states(it) == {"two": "running", "one": "paused"}


async def test_how_many_run_at_once_is_a_preference_that_holds_at_once(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        await begin(it, hub, "one", "two", "three")
        it.installing.preference_changes("downloads_at_once", "3")
        await it.until(lambda: "three" in it.installed())


async def test_one_that_waits_can_be_paused_and_continued(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        await begin(it, hub, "one", "two", "three", "four")
        it.installing.pause(PauseInstall("three", "p"))
        assert states(it)["three"] == "paused" and "three" not in it.roster.installing
        assert [event.request for event in it.events if isinstance(event, InstallPaused)] == ["p"]
        it.installing.pause(PauseInstall("one"))
        await it.until(lambda: "four" in it.installed())
        it.installing.start(Install("three"))
        await it.until(lambda: "three" in it.installed())


async def test_going_on_while_it_is_being_paused_goes_on(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        await begin(it, hub, "one", "two")
        it.installing.pause(PauseInstall("one"))
        it.installing.start(Install("one", request="again"))
        await it.until(lambda: "one" in it.installed())
        assert [event.request for event in it.events if isinstance(event, Installed)] == ["again"]


async def test_pausing_while_it_is_tried_out_leaves_it_installed_and_nothing_running(
        hub: StandInHub, tmp_path: Path) -> None:
    trying = asyncio.Event()

    async def try_out(specialist: str, request: str) -> None:
        trying.set()
        await asyncio.Event().wait()

    async with yard(tmp_path, hub, *PLAIN, try_out=try_out) as it:
        it.installing.start(Install("one"))
        await trying.wait()
        it.installing.pause(PauseInstall("one"))
        it.installing.start(Install("one", request="again"))
        await it.until(lambda: it.installed() == ["one"])
        assert not it.roster.installing and states(it) == {}


@pytest.mark.parametrize(("ordered_in_window", "opened_in_window", "goes_on"), [
    (True, True, True), (True, False, False), (False, True, False), (False, False, False)])
async def test_after_a_restart_the_queue_is_there_and_goes_on_by_itself_only_in_the_window(
        hub: StandInHub, tmp_path: Path, ordered_in_window: bool, opened_in_window: bool, goes_on: bool) -> None:
    async with yard(tmp_path, hub, *PLAIN, in_window=ordered_in_window) as it:
        await begin(it, hub, "one", "two", "three", "four")
        it.installing.pause(PauseInstall("four"))
    hub.released.set()
    async with yard(tmp_path, hub, *PLAIN, in_window=opened_in_window) as again:
        again.installing.go_on()
        if goes_on:
            await again.until(lambda: set(again.installed()) == {"one", "two", "three"})
            assert states(again) == {"four": "paused"}
        else:
            assert states(again) == dict.fromkeys(("one", "two", "three", "four"), "paused")
            assert not again.roster.installing and len(hub.sent) == 2
            again.installing.start(Install("two"))      # one click
            await again.until(lambda: again.installed() == ["two"])
    assert hub.ranges()[2:].count("bytes=50000-") == (2 if goes_on else 1)


async def test_a_quantisation_that_was_ordered_is_the_one_that_goes_on(hub: StandInHub, tmp_path: Path) -> None:
    several = replace(ONE, quantisation="Q4", variants=(Variant("Q8", "q8.gguf"),))
    async with yard(tmp_path, hub, several) as it:
        patient(it)
        hub.faults[:] = [STALL]
        it.installing.start(Install("one:Q8"))
        await it.until(lambda: (it.library.partial("one:Q8") or (0, 0))[0] >= 50_000)
        with pytest.raises(UserFacingError, match="as another file"):
            it.installing.start(Install("one:Q4"))
    hub.released.set()
    async with yard(tmp_path, hub, several) as again:
        again.installing.go_on()
        assert [(one.name, one.done) for one in queue(again)] == [("One (Q8)", 50_000)]
        again.installing.start(Install("one"))
        await again.until(lambda: again.installed() == ["one"])
        assert again.library.installed()["one"].quantisation == "Q8"


async def test_what_failed_stays_in_the_queue_with_its_reason(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN, GONE) as it:
        await it.install("gone")
        (refused,) = [event for event in it.events if isinstance(event, Refused)]
        assert refused.subject == "gone"
    async with yard(tmp_path, hub, *PLAIN, GONE, in_window=True) as again:
        again.installing.go_on()
        (line,) = queue(again)
        assert (line.state, line.error, line.hint) == ("failed", refused.text, refused.hint)
        await again.installing.remove(Remove("gone"))
        assert states(again) == {}


async def test_a_disk_that_fills_up_pauses_with_a_sentence_and_keeps_the_bytes(
        hub: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.library.streams.ROOM_EVERY", 20_000)
    async with yard(tmp_path, hub, *PLAIN) as it:
        hub.always = Fault(slow=200_000)
        it.installing.start(Install("one"))
        await it.until(lambda: (it.library.partial("one") or (0, 0))[0] >= 10_000)
        it.free = 100_000_000
        await it.until(lambda: not it.roster.installing)
        (paused,) = [event for event in it.events if isinstance(event, InstallPaused)]
        assert paused.done >= 10_000
        states(it)
        (line,) = queue(it)
        assert line.state == "paused" and "not enough room" in line.error and "is kept" in line.hint
        assert any("not enough room" in notice.text for notice in it.notices())
        hub.always, it.free = Fault(), 10**12
        await it.install("one")
        assert it.installed() == ["one"]


async def test_removing_what_is_being_fetched_stops_it_first(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        await begin(it, hub, "one", "two", "three")
        await it.installing.remove(Remove("one"))
        await it.installing.remove(Remove("two"))
        assert it.library.partial("one") is None
        await it.until(lambda: it.installed() == ["three"])
        assert states(it) == {}


async def test_the_limit_is_one_number_for_all_told_with_the_queue(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        it.installing.preference_changes("bandwidth_limit", "2000000")
        assert [event.limit for event in it.events if isinstance(event, QueueChanged)] == [2_000_000]
        assert it.library.fetching.bandwidth.limit == 2_000_000


async def test_moving_what_is_not_there_says_so(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        with pytest.raises(UserFacingError, match="Two is not in the queue"):
            it.installing.answer(MoveInQueue("two", 0))


async def test_the_queue_is_told_a_few_times_a_second_at_most(hub: StandInHub, tmp_path: Path) -> None:
    async with yard(tmp_path, hub, *PLAIN) as it:
        for _ in range(20):
            for name in ("one", "two", "three", "four"):
                it.installing.start(Install(name))
                it.installing.pause(PauseInstall(name))
        assert len([event for event in it.events if isinstance(event, QueueChanged)]) == 1


@pytest.mark.parametrize("nonsense", [b"", b"{", b'[{"specialist": 1}]', b"null",
                                      b'[{"specialist": "x", "name": "../.."}]'])
async def test_a_queue_file_that_makes_no_sense_costs_only_the_order(
        hub: StandInHub, tmp_path: Path, nonsense: bytes) -> None:
    (tmp_path / FILE).write_bytes(nonsense)
    async with yard(tmp_path, hub, ONE, TWO, in_window=True) as it:
        it.installing.go_on()
        assert states(it) == {}
        await it.install("one")
        assert json.loads((tmp_path / FILE).read_bytes()) == []
