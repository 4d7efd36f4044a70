"""The commands about speech on the fake engine: files, sounds, Stop, and a sentence for everything that goes wrong."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.library.library import Library
from router.library.record import InstalledModel
from router.machine import Machine
from router.memory.store import Store
from router.messages import (
    ListVoices,
    SpeakingMoved,
    SpeakText,
    StopVoice,
    TextSpoken,
    Transcribe,
    Transcribed,
    VoicesListed,
)
from router.roster import Opening, Roster
from router.voice.files import SpeechFiles
from router.voice.speech import Speech
from specialists.engines.echo_speech import sound_of
from specialists.manifest import Manifest

pytestmark = pytest.mark.process

MODELS = tuple(Manifest(name, name.capitalize(), "A test.", kind=kind, engine="echo-speech", languages=languages)   # type: ignore[arg-type]
               for name, kind, languages in (("ear", "speech-in", ("en", "de")), ("english", "speech-in", ("en",)),
                                             ("joe", "speech-out", ("en",)), ("tina", "speech-out", ("de",)),
                                             ("vad", "speech-activity", ())))


class SpeechLibrary(Library):
    """Models without files."""

    def __init__(self, folder: Path, there: tuple[str, ...]) -> None:
        super().__init__(folder / "models", {one.id: one for one in MODELS})
        self._there, self._file = there, folder / "echo.model"
        self._file.write_bytes(b"no model")

    def installed(self) -> dict[str, InstalledModel]:
        return {name: InstalledModel(id=name, path=self._file, size=8, sha256="", source="hub") for name in self._there}

    def here(self, specialist: str) -> InstalledModel | None:
        return self.installed().get(specialist)

    def missing(self) -> dict[str, InstalledModel]:
        return {}

    def path(self, specialist: str) -> Path:
        return self._file


class ScriptedRoster(Roster):
    script: dict[str, str]

    def opening(self, manifest: Manifest) -> Opening:
        opening = super().opening(manifest)
        return replace(opening, load=replace(opening.load, options=self.script))


@asynccontextmanager
async def voice(folder: Path, there: tuple[str, ...] = ("ear", "joe", "vad"),
                **script: str) -> AsyncIterator[tuple[SpeechFiles, list[object]]]:
    roster = ScriptedRoster(SpeechLibrary(folder, there), Machine.this(), Store.in_memory().settings)
    roster.script = script
    fleet = Fleet(budget_bytes=4 * 10**9, tell=lambda *_: None)
    told: list[object] = []
    try:
        yield SpeechFiles(Speech(fleet, roster), told.append), told
    finally:
        await fleet.close()


async def first(told: list[object], kind: type[object], count: int = 1) -> None:
    """Until so many events of a kind have been told."""
    async with asyncio.timeout(20):
        while sum(isinstance(one, kind) for one in told) < count:      # noqa: ASYNC110 (told by callback)
            await asyncio.sleep(0.005)


def written(path: Path, *texts: str) -> Path:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(16_000)
        file.writeframes(bytes(20_000).join(sound_of(text) for text in texts))
    return path


async def test_a_file_becomes_a_transcript_with_times(tmp_path: Path) -> None:
    async with voice(tmp_path) as (desk, told):
        await desk.answer(Transcribe(str(written(tmp_path / "a.wav", "hello there", "good bye")), request="t"))
    done = told[-1]
    assert isinstance(done, Transcribed) and done.text == "hello there good bye" and not done.stopped
    assert [(one.begin, one.end) for one in done.segments] == [(0.0, 0.55), (1.18, 1.57)]
    assert (done.specialist, done.seconds, done.language) == ("ear", 1.57, "en")


async def test_a_text_becomes_a_file_that_says_it(tmp_path: Path) -> None:
    async with voice(tmp_path) as (desk, told):
        await desk.answer(SpeakText("**Hello** there. It costs $5!", out=str(tmp_path / "o.wav"), request="s"))
        spoken = told[-1]
        assert isinstance(spoken, TextSpoken) and (spoken.voice, spoken.language) == ("joe", "en")
        assert [one.done for one in told if isinstance(one, SpeakingMoved)] == [16, 29]
        await desk.answer(Transcribe(str(tmp_path / "o.wav"), request="t"))
    assert isinstance(told[-1], Transcribed) and told[-1].text == "Hello there. It costs 5 dollars!"
    assert not (tmp_path / ".o.wav.part").exists()


async def test_stopping_keeps_what_is_there(tmp_path: Path) -> None:
    async with voice(tmp_path, delay="0.05") as (desk, told):
        speaking = asyncio.create_task(desk.answer(SpeakText("Some words. " * 500, out=str(tmp_path / "o.wav"),
                                                             request="s")))
        await first(told, SpeakingMoved, 2)
        await desk.answer(StopVoice("s"))
        await speaking
    assert isinstance(told[-1], TextSpoken) and told[-1].stopped
    with wave.open(str(tmp_path / "o.wav"), "rb") as file:
        assert file.getnframes() / file.getframerate() == pytest.approx(told[-1].seconds, abs=0.01)


@pytest.mark.parametrize(("command", "there", "says", "hint"), [
    (Transcribe("/nowhere/a.wav"), ("ear", "vad"), "cannot be read", "is there"),
    (Transcribe("/"), ("ear", "vad"), "folder", "file"),
    (Transcribe(__file__), ("ear",), "speech from silence", "consort install vad"),
    (Transcribe(__file__), ("vad",), "Nothing that hears", "consort install"),
    (Transcribe(__file__, language="fr"), ("ear", "vad"), "French", "consort install"),
    (Transcribe(__file__, specialist="joe"), ("ear", "joe", "vad"), "hears no speech", "voices"),
    (SpeakText("Das ist ein Satz und er ist lang.", out="/tmp/o.wav"), ("joe",), "German", "consort install tina"),
    (SpeakText("Hello", language="sw", out="/tmp/o.wav"), ("joe",), "Swahili", "--voice"),
    (SpeakText("Hello", voice="ear", out="/tmp/o.wav"), ("joe",), "is no voice", "voices"),
    (SpeakText("\N{PARTY POPPER} ** --", out="/tmp/none.wav", language="de"), ("tina",), "nothing to read", "emoji"),
    (SpeakText("\N{PARTY POPPER}\N{THUMBS UP SIGN}", out="/tmp/none.wav", language="en"), ("joe",), "nothing to read",
     "emoji"),
    (SpeakText("Hello.", out="/nowhere/o.wav"), ("joe",), "cannot be written", "--out"),
])
async def test_what_cannot_be_done_is_said_with_what_to_do(command: Transcribe | SpeakText, there: tuple[str, ...],
                                                           says: str, hint: str, tmp_path: Path) -> None:
    async with voice(tmp_path, there) as (desk, _):
        with pytest.raises(UserFacingError) as trouble:
            await desk.answer(command)
    assert says in trouble.value.text and hint in trouble.value.hint


async def test_a_model_that_crashes_costs_one_sentence(tmp_path: Path) -> None:
    async with voice(tmp_path, crash_after="0") as (desk, _):
        with pytest.raises(UserFacingError, match="crashed"):
            await desk.answer(SpeakText("Hello.", out=str(tmp_path / "o.wav")))


async def test_voices_say_what_is_there_and_what_is_missing(tmp_path: Path) -> None:
    async with voice(tmp_path, ("tina",)) as (desk, told):
        await desk.answer(ListVoices("v"))
    listed = told[-1]
    assert isinstance(listed, VoicesListed)
    assert [one.id for one in listed.voices] == ["tina", "joe"]
    assert listed.to_hear == ("vad", "whisper-base") and listed.to_speak == ()
