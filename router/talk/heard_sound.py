"""The microphone's sound as far back as it is needed, and how loud it is. Pure.

Before somebody speaks only the last moment is kept, so that the first syllable is not lost; nothing is stored longer.
"""

from __future__ import annotations

import math

import numpy as np

RATE = 16_000                   # samples a second of everything that is heard
BYTES = 2                       # of a sample
PRE_ROLL = 0.4                  # seconds before speech was noticed


def level(pcm: bytes) -> float:
    """The root mean square of 16-bit samples, 0 to 1."""
    samples = np.frombuffer(pcm[:len(pcm) // BYTES * BYTES], "<i2").astype(np.float64)
    return math.sqrt(float(np.mean(samples * samples))) / 32768.0 if len(samples) else 0.0


def seconds_of(pcm: bytes, rate: int = RATE) -> float:
    """How long 16-bit mono sound is."""
    return len(pcm) / BYTES / rate


class HeardSoundRing:
    """Positions are samples from the first one. `samples`: how many have come in all."""

    def __init__(self) -> None:
        self._kept = bytearray()
        self._begin = 0

    @property
    def samples(self) -> int:
        return self._begin + len(self._kept) // BYTES

    def add(self, pcm: bytes) -> None:
        """More sound."""
        self._kept += pcm

    def forget_before(self, sample: int) -> None:
        """What came before is not needed any more."""
        gone = min(max(0, sample - self._begin), len(self._kept) // BYTES)
        del self._kept[:gone * BYTES]
        self._begin += gone

    def cut(self, begin: int, end: int) -> bytes:
        """The sound between two positions, as far as it is still there."""
        return bytes(self._kept[max(0, begin - self._begin) * BYTES:max(0, end - self._begin) * BYTES])
