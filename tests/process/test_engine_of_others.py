"""A package of somebody else brings an engine, and a catalogue file of theirs a voice that it speaks with."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.fleet.worker import Worker, WorkerFailed
from router.library.library import Library
from router.library.own_catalogue import FOLDER
from specialists.wire import Audio, Finished, Load, Speak

pytestmark = pytest.mark.process

ENGINE = '''
from specialists.wire import Audio, Finished, Loading, Ready

class Beeper:
    """Says each clause as one beep."""

    def open(self, load, tell):
        tell(Loading(1.0))
        return Ready("beeper", 0, 0, False, 0.0, threads=1)

    def answer(self, request, stopped):
        for number, clause in enumerate(request.clauses):
            yield Audio(request.request, number, 16_000, b"\\x00\\x40" * len(clause))
        yield Finished(request.request, "end")

    def perform(self, errand, stopped):
        raise AssertionError("nothing asks this of it")

    def close(self):
        pass
'''
VOICE = """
[[specialist]]
id = "beeps"
name = "Beeps"
description = "Beeps in Esperanto."
kind = "speech-out"
engine = "beeper"
languages = ["eo"]
file_name = "beeps.bin"
sources.hub = { repo = "a/b", file = "beeps.bin" }
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package, where Python finds packages."""
    (tmp_path / "beeper.py").write_text(ENGINE, encoding="utf-8")
    about = tmp_path / "beeper-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: beeper\nVersion: 1.0\n", encoding="utf-8")
    (about / "entry_points.txt").write_text("[consort.engines]\nbeeper = beeper:Beeper\n", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)


@pytest.mark.usefixtures("installed")
async def test_an_engine_of_another_package_speaks() -> None:
    worker = await Worker.start(Load("beeper", "anything"))
    try:
        replies = [one async for one in worker.request(Speak("s", ("Saluton", "mondo")))]
    finally:
        await worker.close()
    assert [len(one.samples) for one in replies if isinstance(one, Audio)] == [14, 10]
    assert isinstance(replies[-1], Finished)


async def test_an_engine_that_nobody_brings_is_refused() -> None:
    with pytest.raises(WorkerFailed, match="no engine “beeper”"):
        await Worker.start(Load("beeper", "anything"))


def test_its_voice_is_in_the_catalogue_like_all_others(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "beeps.toml").write_text(VOICE, encoding="utf-8")
    voice = Library.open(tmp_path).manifests()["beeps"]
    assert (voice.kind, voice.engine, voice.languages) == ("speech-out", "beeper", ("eo",))
