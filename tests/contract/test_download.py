"""Fetching one file from a server that misbehaves: the bytes arrive identical, or nothing gets the file's name."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.disk import NotEnoughRoom
from router.library.download import cannot_write, download
from router.library.line import Line
from router.library.network import PERSISTENT, Patience
from router.library.partial import Partial
from router.library.progress import Phase
from router.library.sources import Found, SourceFailed
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import Fault, StandInHub

CONTENT = random.Random(7).randbytes(3_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
QUICK = Patience(connect=2.0, stall=0.3, tries=3, pause=0.001)


@pytest.fixture
def server() -> Iterator[StandInHub]:
    with StandInHub(plain={"/model": CONTENT}) as hub:
        yield hub


def fetch(server: StandInHub, target: Path, *, sha256: str = SHA256, size: int = len(CONTENT), free: int = 10**12,
          heard: list[int] | None = None, notes: list[str] | None = None) -> None:
    def moved(phase: Phase, done: int, total: int, speed: float) -> None:
        if heard is not None and phase == "fetching":
            heard.append(done)

    line = Line(QUICK, free=lambda folder: free, note=(notes if notes is not None else []).append)
    asyncio.run(download(Found(f"{server.elsewhere}/model", sha256, size), target, line, moved))


@pytest.mark.parametrize("faults", [
    [], [Fault(cut=1_000_000)], [Fault(cut=1), Fault(cut=500_000), Fault(cut=0), Fault(cut=7)], [Fault(status=503)],
    [Fault(cut=2_000_000), Fault(status=502), Fault(status=429)], [Fault(cut=900_000), Fault(ignore_range=True)],
    [Fault(stall=800_000)], [Fault(cut=900_000, etag='"old"'), Fault(etag='"new"')],
], ids=["no fault", "one cut", "many cuts", "503", "cut, 502, 429", "Range ignored", "stall", "changed meanwhile"])
def test_the_bytes_are_identical_whatever_happens_on_the_way(server: StandInHub, tmp_path: Path,
                                                             faults: list[Fault]) -> None:
    server.faults[:] = faults
    heard: list[int] = []
    fetch(server, tmp_path / "model.gguf", heard=heard)
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT
    assert [path.name for path in tmp_path.iterdir()] == ["model.gguf"]
    assert heard == sorted(heard) and heard[-1] == len(CONTENT)


def test_after_a_cut_only_the_rest_is_asked_for(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=1_000_000)]
    fetch(server, tmp_path / "model.gguf")
    assert server.ranges() == ["", "bytes=1000000-"]


def test_what_an_earlier_run_fetched_is_used(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=1_000_000), Fault(status=500), Fault(status=500), Fault(status=500)]
    with pytest.raises(SourceFailed, match="HTTP 500"):
        fetch(server, tmp_path / "model.gguf")
    assert Partial(tmp_path / "model.gguf").size == 1_000_000
    fetch(server, tmp_path / "model.gguf")
    assert server.ranges()[-1] == "bytes=1000000-"
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


def test_bytes_of_another_file_are_never_added_to(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=1_000_000)] + 3 * [Fault(status=500)]
    with pytest.raises(SourceFailed):
        fetch(server, tmp_path / "model.gguf", sha256="0" * 64)
    fetch(server, tmp_path / "model.gguf")
    assert server.ranges()[-1] == ""
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


def test_bytes_spoilt_on_the_way_cost_one_clean_run_and_are_said(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(wrong=True)]
    notes: list[str] = []
    fetch(server, tmp_path / "model.gguf", notes=notes)
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT
    assert len(notes) == 1 and "deleted and is fetched once more" in notes[0]


def test_a_server_that_has_other_bytes_is_given_up_and_nothing_of_it_is_kept(
        server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(wrong=True), Fault(wrong=True)]
    with pytest.raises(SourceFailed, match=r"checksum is wrong.*deleted"):
        fetch(server, tmp_path / "model.gguf")
    assert list(tmp_path.iterdir()) == []


def test_bytes_spoilt_on_disk_cost_one_clean_run(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=1_000_000)] + 3 * [Fault(status=500)]
    with pytest.raises(SourceFailed):
        fetch(server, tmp_path / "model.gguf")
    with Partial(tmp_path / "model.gguf").path.open("rb+") as file:
        file.write(bytes(1_000_000))
    fetch(server, tmp_path / "model.gguf")
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


def test_a_partial_that_is_whole_already_needs_no_request(server: StandInHub, tmp_path: Path) -> None:
    partial = Partial(tmp_path / "model.gguf")
    server.faults[:] = [Fault(cut=1)] + 3 * [Fault(status=500)]
    with pytest.raises(SourceFailed):
        fetch(server, tmp_path / "model.gguf")
    partial.path.write_bytes(CONTENT)
    partial.path.with_name(partial.path.name + ".done").unlink()    # as an older Consort left it
    asked = len(server.seen)
    fetch(server, tmp_path / "model.gguf")
    assert len(server.seen) == asked


def test_without_a_known_size_the_end_is_told_by_the_server(server: StandInHub, tmp_path: Path) -> None:
    partial = Partial(tmp_path / "model.gguf")
    fetch(server, tmp_path / "model.gguf", size=0)
    (tmp_path / "model.gguf").rename(partial.path)      # as after a crash between the last byte and the check
    (tmp_path / "model.gguf.partial.json").write_text(f'{{"sha256": "{SHA256}"}}')
    fetch(server, tmp_path / "model.gguf", size=0)
    assert server.ranges()[-1].startswith(f"bytes={len(CONTENT)}-")     # answered with 416
    assert (tmp_path / "model.gguf").read_bytes() == CONTENT


def test_a_file_of_another_size_is_refused_before_its_bytes_come(server: StandInHub, tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="another size"):
        fetch(server, tmp_path / "model.gguf", size=len(CONTENT) + 1)


def test_a_full_disk_is_said_in_numbers_before_anything_is_fetched(server: StandInHub, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match=r"203 MB are needed .* 1 MB are free"):
        fetch(server, tmp_path / "model.gguf", free=1_000_000)
    assert Partial(tmp_path / "model.gguf").size == 0


def test_a_disk_that_fills_up_on_the_way_stops_the_fetching_and_keeps_the_bytes(
        server: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.library.streams.ROOM_EVERY", 1 << 20)
    free = [10**12, 50_000_000]
    with pytest.raises(NotEnoughRoom, match=r"not enough room .* 50 MB are free"):
        asyncio.run(download(Found(f"{server.elsewhere}/model", SHA256), tmp_path / "model.gguf",
                             Line(QUICK, free=lambda folder: free.pop(0))))
    assert Partial(tmp_path / "model.gguf").size >= 1 << 20


def test_a_refusal_of_the_disk_is_a_sentence() -> None:
    full = cannot_write(OSError(errno.ENOSPC, "No space left on device"), Path("/data"), lambda folder: 0)
    assert full.text == "The disk is full: 0 MB are left in /data." and "is kept" in full.hint
    small = cannot_write(OSError(errno.EFBIG, "File too large"), Path("/data"), lambda folder: 0)
    assert "takes no file as large" in small.text and "another disk" in small.hint
    barred = cannot_write(PermissionError(errno.EACCES, "Permission denied"), Path("/data"), lambda folder: 0)
    assert barred.text == "Consort cannot write in /data (Permission denied)."


def test_a_missing_file_fails_at_once(server: StandInHub, tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="does not have this file"):
        asyncio.run(download(Found(f"{server.elsewhere}/other", SHA256), tmp_path / "m.gguf", Line(QUICK)))
    assert len(server.seen) == 1


def test_a_server_that_is_not_there_fails_at_once(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="could not be reached"):
        asyncio.run(download(Found("http://127.0.0.1:9/model", SHA256), tmp_path / "m.gguf", Line(PERSISTENT)))


def test_a_token_is_not_sent_to_another_host(tmp_path: Path) -> None:
    with StandInHub(files={("a/b", "m.gguf"): CONTENT}) as hub:
        found = Found(f"{hub.endpoint}/a/b/resolve/main/m.gguf", SHA256, headers={"Authorization": "Bearer secret"})
        asyncio.run(download(found, tmp_path / "m.gguf", Line(QUICK)))
        told = {one.host: one.headers.get("authorization") for one in hub.seen}
    assert told == {"127.0.0.1": "Bearer secret", "localhost": None}


def test_pausing_keeps_the_bytes_and_the_next_run_goes_on(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(stall=1_500_000)]
    target = tmp_path / "model.gguf"

    async def pause_in_the_middle() -> None:
        fetching = asyncio.create_task(download(Found(f"{server.elsewhere}/model", SHA256, len(CONTENT)), target,
                                                Line(Patience(stall=20.0))))
        while Partial(target).size < 1_000_000:     # noqa: ASYNC110  the file is what is waited for
            await asyncio.sleep(0.01)
        fetching.cancel()
        with pytest.raises(asyncio.CancelledError):
            await fetching

    asyncio.run(pause_in_the_middle())
    kept = Partial(target).size
    assert kept > 1_000_000
    fetch(server, target)
    assert server.ranges()[-1] == f"bytes={kept}-"
    assert target.read_bytes() == CONTENT
