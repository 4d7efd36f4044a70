"""Echo: what the loudspeaker plays is taken out of what the microphone hears, and nothing else is."""

from __future__ import annotations

import numpy as np
import pytest

from desktop_app.echo_reference import EchoReference
from router.echo_cancelling import EchoCanceller
from tests.rooms import Room, loud_seconds

RATE, BLOCK = 16_000, 1024
Sound = np.ndarray


def voice(seconds: float, pitch: float, seed: int) -> Sound:
    """Something like a voice: a buzz in syllables, with breath in it."""
    time = np.arange(round(seconds * RATE)) / RATE
    buzz = sum(np.sin(2 * np.pi * pitch * number * time + number) / number for number in range(1, 12))
    breath = np.random.default_rng(seed).standard_normal(len(time)) * 0.3
    return ((buzz + breath) * (np.sin(2 * np.pi * 3 * time) > -0.4) * 3000).astype(np.int16)


def cleaned(heard: Sound, played: Sound) -> Sound:
    canceller = EchoCanceller()
    parts = [canceller.clean(heard[at:at + BLOCK].tobytes(), played[at:at + BLOCK].tobytes())
             for at in range(0, len(heard), BLOCK)]
    return np.frombuffer(b"".join(parts), "<i2")


def power(sound: Sound) -> float:
    return float(np.mean(sound.astype(float) ** 2))


@pytest.mark.parametrize("room", [Room(0.02, 0.2), Room(0.16, 0.4)])
def test_the_loudspeaker_is_hardly_heard_any_more(room: Room) -> None:
    played = voice(8, 110, 1)
    heard = np.clip(room.answer(played), -32768, 32767).astype(np.int16)
    left = cleaned(heard, played)
    assert power(left[3 * RATE:]) < power(heard[3 * RATE:]) / 100


def test_who_speaks_over_it_stays(room: Room | None = None) -> None:
    played, person = voice(8, 110, 1), voice(2, 190, 2)
    heard = Room(0.05, 0.2).answer(played) * 0.5
    heard[5 * RATE:7 * RATE] += person
    left = cleaned(np.clip(heard, -32768, 32767).astype(np.int16), played)
    assert loud_seconds(left[5 * RATE:7 * RATE]) > 0.5 * loud_seconds(person)
    assert loud_seconds(left[3 * RATE:5 * RATE]) == 0


def test_nothing_is_heard_while_it_learns_the_room_and_all_while_nothing_plays() -> None:
    person = voice(1, 190, 2)
    assert power(cleaned(person, np.zeros_like(person))) > power(person) / 4
    assert power(cleaned(person, voice(1, 110, 1))) == 0


def test_blocks_of_any_size_come_out_whole() -> None:
    canceller = EchoCanceller()
    sizes = [100, 1024, 7, 333, 160]
    out = b"".join(canceller.clean(bytes(2 * size), b"") for size in sizes)
    assert len(out) == sum(sizes) // 160 * 160 * 2


def test_what_was_given_to_the_device_comes_in_the_microphones_rate_once_and_in_order() -> None:
    reference = EchoReference()
    time = np.arange(22_050) / 22_050
    tone = (8000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)
    for at in range(0, len(tone), 997):         # as a device takes it
        reference.given(tone[at:at + 997].tobytes(), 22_050)
    found = np.frombuffer(reference.take(2 * RATE), "<i2")
    turn = 2 * np.pi * 440 * np.arange(RATE) / RATE
    waves = np.stack((np.sin(turn), np.cos(turn)), axis=1)
    (in_phase, across), *_ = np.linalg.lstsq(waves, found.astype(float), rcond=None)
    assert power(found - waves @ np.array([in_phase, across])) < power(found) / 1000
    assert in_phase > 10 * abs(across), "it is not later than it was given"
    assert reference.take(64) == bytes(64)


def test_what_the_device_dropped_is_no_reference() -> None:
    reference = EchoReference()
    reference.given(b"\x10\x10" * 500, RATE)
    reference.forget()
    assert reference.take(200) == bytes(200)
