"""Takes out of what the microphone hears what the loudspeaker plays: WebRTC's echo canceller (AEC3), in 10 ms frames.

For front-ends, which have the devices and so know what was played when. It learns the room from the first moments of
sound; until then nothing is heard while something plays, so that it cannot answer itself. It knows no device.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from router.errors import UserFacingError

if TYPE_CHECKING:
    import pywebrtc_audio

RATE = 16_000                   # samples a second
FRAME = RATE // 100             # samples of one step of the canceller
LEARNS = 150                    # frames of sound: in simulated rooms it answered itself in the first 1.3 s only
LOUD = 100.0                    # root mean square of 16 bit, above which a frame that is played teaches something
QUIET = 50.0                    # root mean square below which what is left is the room's last echo, not a person
AFTER = 30                      # frames that the room still sounds after the loudspeaker


class EchoCanceller:
    """One microphone and one loudspeaker. Attribute `learning`: nothing is heard yet while something plays."""

    def __init__(self) -> None:
        """Raises UserFacingError where the library cannot be used."""
        try:
            import pywebrtc_audio
        except ImportError as error:
            raise UserFacingError("Echo cannot be cancelled here: a library for it is missing.",
                                  "Install Consort again, or choose “Loudspeakers” or “Headphones” in Settings → Voice."
                                  ) from error
        self._canceller: pywebrtc_audio.EchoCanceller = pywebrtc_audio.EchoCanceller(RATE, 1)
        self._heard = np.zeros(0, np.int16)
        self._played = np.zeros(0, np.int16)
        self._learnt = 0            # frames of sound so far
        self._sounding = 0          # frames that the room still sounds

    @property
    def learning(self) -> bool:
        return self._learnt < LEARNS

    def clean(self, heard: bytes, played: bytes) -> bytes:
        """What is left of a block. heard, played: 16 kHz, mono, 16 bit, of the same time and length; what is not a
        whole frame comes with the next block. The echo may be up to half a second later than what was played."""
        self._heard = np.concatenate((self._heard, np.frombuffer(heard, "<i2")))
        self._played = np.concatenate((self._played, np.frombuffer(played, "<i2")))
        missing = len(self._heard) - len(self._played)
        if missing > 0:
            self._played = np.concatenate((self._played, np.zeros(missing, np.int16)))
        frames = len(self._heard) // FRAME
        left = b"".join(self._step(number * FRAME) for number in range(frames))
        self._heard, self._played = self._heard[frames * FRAME:], self._played[frames * FRAME:len(self._heard)]
        return left

    def _step(self, at: int) -> bytes:
        near: NDArray[np.int16] = np.ascontiguousarray(self._heard[at:at + FRAME])
        far: NDArray[np.int16] = np.ascontiguousarray(self._played[at:at + FRAME])
        if _loudness(far) > LOUD:
            self._learnt += 1
            self._sounding = AFTER
        else:
            self._sounding = max(0, self._sounding - 1)
        clean = self._canceller.process(near, far)
        if self._sounding and (self.learning or _loudness(clean) < QUIET):
            return bytes(2 * FRAME)
        return clean.astype("<i2").tobytes()


def _loudness(samples: NDArray[np.int16]) -> float:
    return float(np.sqrt(np.mean(samples.astype(np.float64) ** 2)))
