"""Rooms for tests: what comes back from a loudspeaker into a microphone, and one that has its echo cancelled."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from router.echo_cancelling import EchoCanceller
from router.talk.heard_sound import RATE
from router.talk.sound import BLOCK, AudioIn
from router.talk.sound_files import FileLoudspeaker

Samples = NDArray[np.int16]


@dataclass
class Room:
    """An impulse response: the direct sound after `delay` seconds, then noise that falls by 60 dB in `reverberation`
    seconds and has as much energy as the direct sound less `direct` dB. clip: the loudspeaker distorts near this
    amplitude (0: not at all)."""

    delay: float = 0.08
    reverberation: float = 0.3
    direct: float = 6.0
    clip: float = 0.0
    seed: int = 1
    _tail: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    def __post_init__(self) -> None:
        length = round(self.reverberation * RATE)
        falling = np.random.default_rng(self.seed).standard_normal(length) * 10 ** (-3 * np.arange(length) / length)
        falling *= 10 ** (-self.direct / 20) / np.sqrt((falling ** 2).sum())
        falling[0] = 1.0
        self._response = np.concatenate((np.zeros(round(self.delay * RATE)), falling))
        self._tail = np.zeros(len(self._response) - 1)

    def answer(self, played: Samples) -> NDArray[np.float64]:
        """What arrives at the microphone while this is played; blocks follow each other."""
        sound = played.astype(np.float64)
        if self.clip:
            sound = np.tanh(sound / self.clip) * self.clip
        size = 1 << (len(sound) + len(self._response) - 2).bit_length()
        whole = np.fft.irfft(np.fft.rfft(sound, size) * np.fft.rfft(self._response, size), size)
        whole = whole[:len(sound) + len(self._response) - 1]
        whole[:len(self._tail)] += self._tail
        self._tail = whole[len(sound):]
        return whole[:len(sound)]


def just_played(speaker: FileLoudspeaker, size: int) -> Samples:
    """The last block, in the microphone's rate."""
    sound = np.zeros(size, np.int16)
    part = speaker.just_played(BLOCK, RATE)[:size]
    sound[:len(part)] = part
    return sound


class CancellingMicrophone:
    """Another one, without what the loudspeaker beside it plays."""

    def __init__(self, heard: AudioIn, speaker: FileLoudspeaker) -> None:
        self._heard, self._speaker, self._canceller = heard, speaker, EchoCanceller()

    @property
    def over(self) -> bool:
        return self._heard.over

    def next(self, waits: bool) -> bytes:
        """See `AudioIn`."""
        block = self._heard.next(waits)
        return self._canceller.clean(block, just_played(self._speaker, len(block) // 2).tobytes())


def loud_seconds(samples: Samples, rate: int = RATE, level: float = 500.0) -> float:
    """How much of a sound is loud: in stretches of 20 ms, by their root mean square."""
    size = rate // 50
    frames = samples[:len(samples) // size * size].astype(np.float64).reshape(-1, size)
    return float(np.count_nonzero(np.sqrt((frames ** 2).mean(axis=1)) > level)) / 50
