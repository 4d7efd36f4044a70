"""The real models: Piper speaks, Whisper hears the words again; what is no speech becomes no words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from specialists.wire import HEARING_RATE, Audio, Detect, Detected, Failed, Finished, Hear, Heard, Load, Speak
from tests.installed_models import model_file
from tests.worker_pipe import Pipe, worker

pytestmark = pytest.mark.models


def paths(request: pytest.FixtureRequest) -> dict[str, str]:
    return {one: str(model_file(one, request.config)) for one in ("whisper-tiny.en", "piper-joe", "silero-vad")}


@pytest.fixture(scope="module")
def voice(request: pytest.FixtureRequest) -> Iterator[Pipe]:
    path = paths(request)["piper-joe"]
    with worker() as pipe:
        pipe.ask(Load("piper", path, threads=1, options={"configuration": f"{path}.json"}))
        yield pipe


@pytest.fixture(scope="module")
def ear(request: pytest.FixtureRequest) -> Iterator[Pipe]:
    found = paths(request)
    with worker() as pipe:
        pipe.ask(Load("whisper", found["whisper-tiny.en"], threads=2, options={"activity": found["silero-vad"]}))
        yield pipe


def say(voice: Pipe, *clauses: str, speed: float = 1.0) -> np.ndarray:
    """The clauses as samples at HEARING_RATE."""
    sounds = [one for one in voice.ask(Speak("s", clauses, speed=speed)) if isinstance(one, Audio)]
    assert [one.clause for one in sounds] == list(range(len(clauses)))
    samples = np.frombuffer(b"".join(one.samples for one in sounds), "<i2").astype(float)
    places = np.arange(0, len(samples), sounds[0].rate / HEARING_RATE)
    return np.interp(places, np.arange(len(samples)), samples).astype("<i2")


def hear(ear: Pipe, samples: np.ndarray, short: bool = True) -> list[Heard]:
    replies = ear.ask(Hear("h", short=short, samples=samples.tobytes()))
    assert isinstance(replies[-1], Finished)
    return [one for one in replies if isinstance(one, Heard)]


def test_what_is_spoken_is_heard(voice: Pipe, ear: Pipe) -> None:
    heard, = hear(ear, say(voice, "The committee will meet again on Thursday afternoon."))
    assert heard.text == "The committee will meet again on Thursday afternoon." and heard.probability > 0.6


def test_a_long_sound_is_heard_in_pieces_with_times(voice: Pipe, ear: Pipe) -> None:
    sentence, silence = say(voice, "We have to order more paper."), np.zeros(3 * HEARING_RATE, "<i2")
    heard = hear(ear, np.concatenate([sentence, silence, sentence, silence, sentence]), short=False)
    assert [one.text for one in heard] == ["We have to order more paper."] * 3
    step = len(sentence) / HEARING_RATE + 3
    assert [one.begin for one in heard] == pytest.approx([0, step, 2 * step], abs=0.5)


def music(times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chords that fade, four in a bar, with a drum."""
    beat = times % 0.5
    chord = sum(np.sin(2 * np.pi * note * 2 ** (np.floor(times / 2) % 4 / 12) * times) for note in (220, 277, 330, 440))
    drum = np.random.default_rng(2).standard_normal(len(times)) * np.exp(-60 * beat)
    return np.asarray(2500 * chord * np.exp(-3 * beat) + 6000 * drum)


@pytest.mark.parametrize("kind", ["silence", "noise", "loud noise", "tone", "music", "nothing"])
@pytest.mark.parametrize("short", [True, False])
def test_what_is_no_speech_becomes_no_words(kind: str, short: bool, ear: Pipe) -> None:
    random, times = np.random.default_rng(1), np.arange(10 * HEARING_RATE) / HEARING_RATE
    samples = {"silence": np.zeros(len(times)), "noise": random.standard_normal(len(times)) * 1000,
               "loud noise": random.standard_normal(len(times)) * 20000, "nothing": np.zeros(0),
               "tone": 8000 * np.sin(2 * np.pi * 440 * times), "music": music(times)}[kind]
    assert hear(ear, samples.clip(-32768, 32767).astype("<i2"), short) == []


def test_twice_the_speed_is_half_the_sound(voice: Pipe) -> None:
    text = "This is a sentence of a certain length, which is said twice."
    assert len(say(voice, text, speed=2.0)) == pytest.approx(len(say(voice, text)) / 2, rel=0.3)


def test_a_clause_that_is_too_long_is_refused_and_signs_are_no_trouble(voice: Pipe) -> None:
    refused, = voice.ask(Speak("s", ("word " * 200,)))
    assert isinstance(refused, Failed) and refused.code == "too_long"
    assert isinstance(voice.ask(Speak("s", ("...", "\N{PARTY POPPER}", "")))[-1], Finished)


def test_the_detector_says_when_speech_begins_and_ends(voice: Pipe, request: pytest.FixtureRequest) -> None:
    sentence, silence = say(voice, "Good morning everyone."), np.zeros(HEARING_RATE, "<i2")
    with worker() as pipe:
        pipe.ask(Load("silero", paths(request)["silero-vad"]))
        changes, sound = [], np.concatenate([silence, sentence, silence])
        for place in range(0, len(sound), 1000):        # pieces that are no whole frames
            detected, = pipe.ask(Detect("d", samples=sound[place:place + 1000].tobytes()))
            assert isinstance(detected, Detected)
            changes += detected.changes
    assert [one.what for one in changes] == ["began", "ended"]
    assert changes[0].at == pytest.approx(1.0, abs=0.2)
    assert changes[1].at == pytest.approx(1.0 + len(sentence) / HEARING_RATE, abs=0.3)


@pytest.mark.parametrize("engine", ["whisper", "piper", "silero"])
@pytest.mark.parametrize("content", [b"", b"what is this?" * 100, bytes(4000)])
def test_a_file_that_is_no_model_is_refused_and_ends_no_process(engine: str, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "m").write_bytes(content)
    with worker() as pipe:
        refused = pipe.ask(Load(engine, str(tmp_path / "m"), options={"configuration": str(tmp_path / "m")}))[-1]
        assert isinstance(refused, Failed) and refused.code == "bad_model" and pipe.process.is_alive()
