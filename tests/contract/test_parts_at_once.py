"""A large file comes in several parts at once; whatever happens to one of them, every byte comes once and fits."""

from __future__ import annotations

import asyncio
import hashlib
import random
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.library import journal, partial, streams
from router.library.bandwidth import Bandwidth
from router.library.download import download
from router.library.line import Line
from router.library.network import Patience
from router.library.partial import Partial
from router.library.progress import Phase
from router.library.sources import Found, SourceFailed
from tests.hub.faults import sent_twice
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import Fault, StandInHub

CONTENT = random.Random(8).randbytes(6_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
QUICK = Patience(connect=2.0, stall=0.3, tries=3, pause=0.001)
MIB = 1 << 20


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StandInHub]:
    """Six megabytes count as a large file here."""
    monkeypatch.setattr(streams, "SMALL", 500_000)
    monkeypatch.setattr(streams, "SMALLEST_PART", 600_000)
    monkeypatch.setattr(streams, "NEXT_STREAM", 0.0)
    with StandInHub(plain={"/model": CONTENT}) as hub:
        yield hub


def fetch(server: StandInHub, target: Path, line: Line = Line(QUICK, free=lambda folder: 10**12),  # noqa: B008
          size: int = len(CONTENT), heard: list[tuple[Phase, int]] | None = None) -> None:
    def moved(phase: Phase, done: int, total: int, speed: float) -> None:
        if heard is not None:
            heard.append((phase, done))

    asyncio.run(download(Found(f"{server.elsewhere}/model", SHA256, size), target, line, moved))
    assert target.read_bytes() == CONTENT
    assert [path.name for path in target.parent.iterdir()] == [target.name]


def noting(notes: list[str]) -> Line:
    return Line(QUICK, free=lambda folder: 10**12, note=notes.append)


@pytest.mark.parametrize("size", [len(CONTENT), 0], ids=["size known", "size not known"])
def test_several_parts_come_at_once_and_no_byte_twice(server: StandInHub, tmp_path: Path, size: int) -> None:
    server.always = Fault(slow=2_000_000)
    fetch(server, tmp_path / "model.gguf", size=size)
    begun = [one.start for one in server.sent]
    assert sorted(begun) == list(range(0, len(CONTENT), 600_000))
    assert all(start < 600_000 * (number + 4) for number, start in enumerate(begun)), "from the front"
    assert sent_twice(server.sent, "/model") == 0


@pytest.mark.parametrize("faults", [
    [Fault(cut=100_000), Fault(cut=200_000), Fault(cut=0), Fault(cut=300_000)],
    [Fault(), Fault(cut=100_000, reset=True), Fault(cut=300_000, reset=True)],
    [Fault(), Fault(stall=100_000), Fault(stall=0)],
    [Fault(), Fault(status=503), Fault(status=500), Fault(status=429)],
    [Fault(), Fault(length=100)],
], ids=["cuts", "resets", "stalls", "503, 500, 429", "an answer that is too short"])
def test_a_fault_in_one_part_costs_only_that_part(server: StandInHub, tmp_path: Path, faults: list[Fault]) -> None:
    server.faults[:] = faults
    heard: list[tuple[Phase, int]] = []
    fetch(server, tmp_path / "model.gguf", heard=heard)
    if not any(fault.length >= 0 for fault in faults):      # bytes behind the length that was told are nobody's
        assert sent_twice(server.sent, "/model") <= sum(fault.reset for fault in faults) * MIB
    fetching = [done for phase, done in heard if phase == "fetching"]
    assert fetching == sorted(fetching) and fetching[-1] == len(CONTENT)


def test_a_server_that_knows_no_ranges_sends_the_file_in_one_stream(server: StandInHub, tmp_path: Path) -> None:
    server.always = Fault(ignore_range=True)
    fetch(server, tmp_path / "model.gguf")
    assert len(server.sent) == 1


def test_a_server_that_forgets_ranges_on_the_way_is_read_over(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=100_000), *[Fault(status=500)] * 30]
    with pytest.raises(SourceFailed):
        fetch(server, tmp_path / "model.gguf")
    server.faults.clear()
    server.always = Fault(ignore_range=True)
    fetch(server, tmp_path / "model.gguf")


def test_a_file_that_changes_meanwhile_starts_clean_and_that_is_said(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(etag='"old"'), Fault(etag='"old"')]
    notes: list[str] = []
    fetch(server, tmp_path / "model.gguf", noting(notes))
    assert notes == ["model.gguf has changed on the server, so it is fetched from the beginning."]


def test_another_version_than_the_one_begun_starts_clean_and_that_is_said(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=100_000), *[Fault(status=500)] * 30]
    found = Found(f"{server.elsewhere}/model", "0" * 64, len(CONTENT))
    with pytest.raises(SourceFailed):
        asyncio.run(download(found, tmp_path / "model.gguf", Line(QUICK)))
    server.faults.clear()
    notes: list[str] = []
    fetch(server, tmp_path / "model.gguf", noting(notes))
    assert notes == ["Another version of model.gguf is offered now, so it is fetched from the beginning."]


def test_where_mirrors_disagree_about_the_version_the_checksum_decides(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(etag=f'"{number}"') for number in range(100)]
    notes: list[str] = []
    fetch(server, tmp_path / "model.gguf", noting(notes))
    assert len(notes) == 2


def test_who_asks_to_wait_is_waited_for(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(), Fault(status=429, retry_after="1")]
    heard: list[tuple[Phase, int]] = []
    begun = time.monotonic()
    fetch(server, tmp_path / "model.gguf", heard=heard)
    assert time.monotonic() - begun >= 1.0


def test_who_asks_to_wait_for_an_hour_is_given_up_at_once(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(status=503, retry_after="3600")]
    with pytest.raises(SourceFailed, match="HTTP 503"):
        fetch(server, tmp_path / "model.gguf")
    assert len(server.seen) == 1


def test_a_network_that_goes_and_comes_back_is_waited_for_and_that_is_told(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(), Fault(cut=100_000), *[Fault(cut=0)] * 30]
    heard: list[tuple[Phase, int]] = []
    patient = Line(Patience(connect=2.0, stall=0.3, tries=3, pause=0.001, outage=60.0), free=lambda folder: 10**12)
    fetch(server, tmp_path / "model.gguf", patient, heard=heard)
    assert "waiting" in {phase for phase, _ in heard}


@pytest.mark.parametrize("fault", [Fault(total=len(CONTENT) + 1), Fault(ignore_range=True, total=len(CONTENT) - 1)])
def test_a_server_that_promises_another_size_is_refused(server: StandInHub, tmp_path: Path, fault: Fault) -> None:
    server.always = fault
    with pytest.raises(SourceFailed, match="another size"):
        fetch(server, tmp_path / "model.gguf")


def test_what_several_parts_brought_before_a_pause_is_not_asked_for_again(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(), *[Fault(stall=250_000)] * 4]
    target = tmp_path / "model.gguf"

    async def pause_in_the_middle() -> None:
        fetching = asyncio.create_task(download(Found(f"{server.elsewhere}/model", SHA256, len(CONTENT)), target,
                                                Line(Patience(stall=20.0))))
        while Partial(target).size < 1_600_000:     # noqa: ASYNC110  the file is what is waited for
            await asyncio.sleep(0.01)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching

    asyncio.run(pause_in_the_middle())
    assert Partial(target).size == 1_600_000
    fetch(server, target)
    assert sent_twice(server.sent, "/model") == 0


def test_after_a_power_cut_only_what_was_durable_is_believed(
        server: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started = Partial(tmp_path / "model.gguf")
    started.begin(partial.Identity(SHA256, len(CONTENT), url=f"{server.elsewhere}/model"))
    started.write(0, CONTENT[:400_000])
    started.close()                                                         # this is durable
    started.begin(partial.Identity(SHA256, len(CONTENT), url=f"{server.elsewhere}/model"))
    started.write(1_000_000, CONTENT[1_000_000:1_500_000])                   # this is not
    with (tmp_path / "model.gguf.partial.done").open("a") as file:
        file.write("1500000 99999")                                         # a line that was being written
    assert Partial(tmp_path / "model.gguf").size == 900_000, "after a crash everything that was written counts"
    started._file.close()  # type: ignore[union-attr]  as the end of a process does
    monkeypatch.setattr(journal, "_boot", lambda: "another start of the computer")
    assert Partial(tmp_path / "model.gguf").size == 400_000
    fetch(server, tmp_path / "model.gguf")


def test_a_list_that_promises_more_than_the_file_holds_is_not_believed(server: StandInHub, tmp_path: Path) -> None:
    started = Partial(tmp_path / "model.gguf")
    started.begin(partial.Identity(SHA256, len(CONTENT), url=f"{server.elsewhere}/model"))
    started.write(0, CONTENT[:400_000])
    started.close()
    started.path.unlink()
    assert Partial(tmp_path / "model.gguf").size == 0
    fetch(server, tmp_path / "model.gguf")


def test_all_streams_together_keep_the_limit(server: StandInHub, tmp_path: Path) -> None:
    begun = time.monotonic()
    fetch(server, tmp_path / "model.gguf", Line(QUICK, bandwidth=Bandwidth(6_000_000), free=lambda folder: 10**12))
    assert time.monotonic() - begun >= 0.7, "a second, less the quarter that may have been saved up"
