"""What the loudspeaker is given, second by second as it plays it: what an echo canceller compares the microphone with.

A device takes sound ahead of time and plays it at its own pace, which is the microphone's: as much as was heard since
the last time has been played since then, too. It knows no device.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 16_000               # samples a second of what comes out
MOST = RATE                 # samples that wait at most: no device holds a second


class EchoReference:
    """`given` all that the device takes, silence too; `take` as much as the microphone has heard."""

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """The device has dropped what it had."""
        self._waiting: NDArray[np.int16] = np.zeros(0, np.int16)
        self._last = 0.0        # the last sample, from which the next one is reached
        self._phase = 0.0       # where between two given samples the next one of ours lies

    def given(self, pcm: bytes, rate: int) -> None:
        """The device has taken this. Mono, 16 bit, `rate` samples a second."""
        samples = np.frombuffer(pcm, "<i2").astype(np.float64)
        if not len(samples) or rate <= 0:
            return
        step = rate / RATE
        known = np.concatenate(([self._last], samples))
        places = np.arange(self._phase, len(samples), step)
        ours = np.interp(places, np.arange(len(known)), known)
        self._phase = float(places[-1]) + step - len(samples) if len(places) else self._phase - len(samples)
        self._last = float(samples[-1])
        self._waiting = np.concatenate((self._waiting, np.rint(ours).astype(np.int16)))[-MOST:]

    def take(self, size: int) -> bytes:
        """As many bytes as the microphone has heard; silence where nothing was playing."""
        wanted = size // 2
        part, self._waiting = self._waiting[:wanted], self._waiting[wanted:]
        return part.astype("<i2").tobytes() + bytes(2 * (wanted - len(part)))
