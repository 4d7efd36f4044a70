"""The whole router on the fakes that write, hear and speak, with files for devices: real processes, no model."""

from __future__ import annotations

import asyncio
import wave
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from router.assistant import Assistant
from router.machine import Machine
from router.memory.store import Store
from router.messages import Command, Event, LevelMoved, StartTalking
from router.ownership import Ownership
from router.roster import Opening
from router.talk.carrying import Carrier
from router.talk.sound import BLOCK
from router.talk.sound_files import FileLoudspeaker, FileMicrophone
from specialists.engines.echo_speech import sound_of
from specialists.manifest import Manifest
from specialists.wire import Load
from tests.echo_core import CODER, ECHO, EchoLibrary, EchoRoster
from tests.rooms import Room, just_played

Expected = TypeVar("Expected")
RATE = 16_000
EARS = Manifest("ears", "Ears", "Hears.", kind="speech-in", engine="echo-speech", languages=("en",))
VOICE = Manifest("voice", "Voice", "Speaks.", kind="speech-out", engine="echo-speech", languages=("en",))
STIMME = Manifest("stimme", "Stimme", "Spricht.", kind="speech-out", engine="echo-speech", languages=("de",))
ACTIVITY = Manifest("activity", "Activity", "Detects.", kind="speech-activity", engine="echo-speech")
ALL = (ECHO, CODER, EARS, VOICE, STIMME, ACTIVITY)


class TalkLibrary(EchoLibrary):
    """With what hears and speaks."""

    def __init__(self, folder: Path, there: tuple[str, ...]) -> None:
        super().__init__(folder, there)
        self._catalogue = {one.id: one for one in ALL}

    def manifests(self) -> dict[str, Manifest]:
        return self._catalogue


class TalkRoster(EchoRoster):
    """speech: the script of each specialist of speech, by its id. real: how real models are opened instead."""

    speech: dict[str, dict[str, str]]
    real: dict[str, Load]

    def opening(self, manifest: Manifest) -> Opening:
        opening = super().opening(manifest)
        if manifest.id in self.real:
            return replace(opening, load=self.real[manifest.id], bytes_needed=400_000_000, max_tokens=120)
        if not manifest.kind.startswith("speech"):
            return opening
        return replace(opening, load=replace(opening.load, options=self.speech.get(manifest.id, {}), context=0),
                       bytes_needed=50_000_000)


@dataclass
class SpokenTalk:
    """A core, its events, and the files of the last conversation held with it."""

    core: Assistant
    roster: TalkRoster
    folder: Path
    events: list[Event] = field(default_factory=list)
    watch: Callable[[Event], None] = lambda _: None

    def told(self, kind: type[Expected]) -> list[Expected]:
        """All events of a kind, in order."""
        return [event for event in self.events if isinstance(event, kind)]

    async def until(self, kind: type[Expected], *, seconds: float = 20.0, **fields: object) -> Expected:
        """The first such event, now or later."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self.told(kind):
                    if all(getattr(event, name) == value for name, value in fields.items()):
                        return event
                await asyncio.sleep(0.005)

    async def hold(self, heard: NDArray[np.int16], start: StartTalking | None = None, *, polite: bool = True,
                   seconds: float = 60.0,
                   commands: Callable[[Carrier, Event], Command | None] | None = None) -> Carrier:
        """A conversation with `heard` at the microphone, as fast as it goes; `said` has what the loudspeaker played."""
        start = start or StartTalking("talk")
        write_wave(self.folder / "in.wav", heard)
        speaker = FileLoudspeaker(self.folder / "out.wav")
        carrier = Carrier(start.talk, FileMicrophone(self.folder / "in.wav"), speaker, self.core.send,
                          real_time=False, polite=polite)

        def take(event: Event) -> None:
            carrier.take(event)
            if commands is not None and (command := commands(carrier, event)) is not None:
                asyncio.get_running_loop().call_soon(self.core.send, command)

        leave = self.core.subscribe(take)
        self.core.send(start)
        async with asyncio.timeout(seconds):
            await carrier.run()
        leave()
        speaker.close()
        return carrier

    @property
    def said(self) -> NDArray[np.int16]:
        with wave.open(str(self.folder / "out.wav")) as file:
            return np.frombuffer(file.readframes(file.getnframes()), "<i2")


class ScriptedMicrophone:
    """Hears what a test says into it, and silence otherwise. `began`: when each began, on its own clock."""

    def __init__(self, speaker: FileLoudspeaker | None = None, gain: float = 1.0, room: Room | None = None) -> None:
        self.over = False
        self.began: list[float] = []
        self.said = 0.0
        self._queue = np.zeros(0, np.int16)
        self._seconds, self._speaker, self._gain, self._room = 0.0, speaker, gain, room

    def say(self, samples: NDArray[np.int16]) -> None:
        """From the next block on."""
        self.began.append(self._seconds)
        self._queue = np.concatenate((self._queue, samples))

    @property
    def idle(self) -> bool:
        return not len(self._queue)

    def next(self, waits: bool) -> bytes:
        """See `AudioIn`. With a loudspeaker beside it, what that plays comes back into it, as its room has it."""
        size = round(BLOCK * RATE)
        block = np.zeros(size, np.float64)
        block[:len(self._queue[:size])] = self._queue[:size]
        self._queue = self._queue[size:]
        if self._speaker is not None:
            played = just_played(self._speaker, size)
            block += self._gain * (played if self._room is None else self._room.answer(played))
        self._seconds += BLOCK
        return np.clip(block, -32768, 32767).astype(np.int16).tobytes()


def silence(seconds: float) -> NDArray[np.int16]:
    """Nobody speaks."""
    return np.zeros(round(seconds * RATE), np.int16)


def speech(text: str) -> NDArray[np.int16]:
    """As the fake that hears can hear it."""
    return np.frombuffer(sound_of(text), "<i2")


def together(*parts: NDArray[np.int16]) -> NDArray[np.int16]:
    """One after another."""
    return np.concatenate(parts)


def write_wave(path: Path, samples: NDArray[np.int16], rate: int = RATE) -> None:
    """A WAV file of 16-bit mono samples."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.astype("<i2").tobytes())


@asynccontextmanager
async def speaking(folder: Path, there: tuple[str, ...] = ("echo", "ears", "voice", "activity"),
                   speech: dict[str, dict[str, str]] | None = None, real: dict[str, Load] | None = None,
                   **script: str) -> AsyncIterator[SpokenTalk]:
    """A core whose specialists follow `script`, and those of speech `speech`."""
    ownership = Ownership.take(folder)
    assert ownership is not None
    store = Store.open(folder)
    library = TalkLibrary(folder, there)
    machine = Machine.this()
    roster = TalkRoster(library, machine, store.settings)
    roster.script, roster.speech, roster.real = script, speech or {}, real or {}
    core = Assistant(folder, ownership, store, library, roster, machine)
    talk = SpokenTalk(core, roster, folder)
    core.subscribe(lambda event: None if isinstance(event, LevelMoved) else talk.events.append(event))
    try:
        yield talk
    finally:
        with suppress(TimeoutError):
            async with asyncio.timeout(20):
                await core.close()
