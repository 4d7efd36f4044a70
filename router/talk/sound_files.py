"""A microphone and a loudspeaker that are WAV files, so that a whole conversation runs without sound hardware.

What the loudspeaker writes has the true timing: silence where nothing was played, from the first moment on.
"""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from router.errors import UserFacingError
from router.talk.heard_sound import BYTES, RATE
from router.talk.sound import BLOCK
from router.voice.wave_file import cannot_write

MOST_MINUTES = 60
UNKNOWN = 0x3FFFFFFF            # samples from which on the header only says that the writer did not know
Samples = NDArray[np.int16]


def read_wave(path: Path, rate: int = RATE) -> Samples:
    """A WAV file of 16-bit samples, mixed to mono, at `rate`. Raises UserFacingError."""
    return read_wave_or_part(path, rate)[0]


def read_wave_or_part(path: Path, rate: int = RATE) -> tuple[Samples, bool]:
    """The same, and whether there is less of it than its header says. Raises UserFacingError."""
    try:
        with wave.open(str(path), "rb") as file:
            width, channels = file.getsampwidth(), file.getnchannels()
            own, count = file.getframerate(), file.getnframes()
            if width != BYTES or not channels or not own:
                raise UserFacingError(f"{path.name} is not a WAV file of 16-bit samples.",
                                      "Convert it, then try again.")
            if count > own * 60 * MOST_MINUTES:
                raise UserFacingError(f"{path.name} is longer than {MOST_MINUTES} minutes.",
                                      "To write a long recording down, use: consort transcribe")
            raw = file.readframes(count)
    except (wave.Error, EOFError) as error:
        raise UserFacingError(f"{path.name} is not a WAV file that can be read ({error}).",
                              "Convert it, then try again.") from error
    except OSError as error:
        raise UserFacingError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.",
                              "Look whether the file is there and may be read.") from error
    whole = np.frombuffer(raw[:len(raw) // (BYTES * channels) * BYTES * channels], "<i2")
    mono = whole.reshape(-1, channels).mean(axis=1).astype(np.int16)
    return resampled(mono, own, rate), count < UNKNOWN and len(mono) < count


def resampled(samples: Samples, own: int, rate: int) -> Samples:
    """The same sound at another number of samples a second."""
    if own == rate or not len(samples):
        return samples
    from scipy.signal import resample_poly

    other: Samples = np.clip(resample_poly(samples.astype(np.float64), rate, own), -32768, 32767).astype(np.int16)
    return other


class FileMicrophone:
    """Hears a WAV file, block by block; behind its end, silence. `over`: its end was reached. `cut`: the file is
    shorter than it says."""

    def __init__(self, path: Path) -> None:
        self._samples, self.cut = read_wave_or_part(path)
        self._at = 0

    @property
    def over(self) -> bool:
        return self._at >= len(self._samples)

    def next(self, waits: bool) -> bytes:
        """See `AudioIn`."""
        size = round(BLOCK * RATE)
        block = np.zeros(size, np.int16)
        if not waits:
            part = self._samples[self._at:self._at + size]
            block[:len(part)] = part
            self._at += size
        return block.tobytes()


class FileLoudspeaker:
    """Plays into a WAV file. Its rate is that of the first sound."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._rate = 0
        self._before = 0.0          # seconds of silence before the rate was known
        self._queue = np.zeros(0, np.int16)
        self._played = 0            # samples
        self._owed = 0.0            # part of a sample that the clock is ahead
        self._file: wave.Wave_write | None = None
        self._last = np.zeros(0, np.int16)

    @property
    def played(self) -> float:
        return self._played / self._rate if self._rate else 0.0

    @property
    def waiting(self) -> float:
        return len(self._queue) / self._rate if self._rate else 0.0

    def play(self, pcm: bytes, rate: int) -> None:
        """See `AudioOut`."""
        if not pcm or not rate:
            return
        if not self._rate:
            self._begin(rate)
        sound = resampled(np.frombuffer(pcm, "<i2").astype(np.int16), rate, self._rate)
        self._queue = np.concatenate((self._queue, sound))

    def silence(self) -> None:
        """See `AudioOut`."""
        self._queue = np.zeros(0, np.int16)
        self._played = 0

    def advance(self, seconds: float) -> None:
        """See `AudioOut`."""
        if not self._rate:
            self._before += seconds
            return
        wanted = seconds * self._rate + self._owed
        size = int(wanted)
        self._owed = wanted - size
        part, self._queue = self._queue[:size], self._queue[size:]
        self._played += len(part)
        self._write(np.concatenate((part, np.zeros(size - len(part), np.int16))))

    def just_played(self, seconds: float, rate: int) -> Samples:
        """The last seconds, as a microphone beside it would hear them."""
        return resampled(self._last[-round(seconds * self._rate):], self._rate or rate, rate)

    def close(self) -> None:
        """The file is whole. Raises UserFacingError."""
        if not self._rate:
            self._begin(RATE)
        assert self._file is not None
        try:
            self._file.close()
            self._raw.close()
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def _begin(self, rate: int) -> None:
        self._rate = rate
        try:
            self._raw = self._path.open("wb")
            self._file = wave.open(self._raw, "wb")    # noqa: SIM115 (closed by `close`)
            self._file.setnchannels(1)
            self._file.setsampwidth(BYTES)
            self._file.setframerate(rate)
        except OSError as error:
            raise cannot_write(self._path, error) from error
        self._write(np.zeros(round(self._before * rate), np.int16))

    def _write(self, samples: Samples) -> None:
        assert self._file is not None
        self._last = samples
        try:
            self._file.writeframes(samples.astype("<i2").tobytes())
        except OSError as error:
            raise cannot_write(self._path, error) from error
