"""A WAV file that grows, for whoever writes sound: 16-bit mono."""

from __future__ import annotations

import wave
from pathlib import Path
from types import TracebackType
from typing import Self

from router.errors import UserFacingError
from specialists.wire import BYTES_PER_SAMPLE


class GrowingWave:
    """Grows under a name of its own and gets its name at the end; without sound none is left. Raises UserFacingError.

    Its rate is that of the first sound.
    """

    def __init__(self, path: Path) -> None:
        self._path, self._part = path, path.with_name(f".{path.name}.part")
        self._file: wave.Wave_write | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def add(self, samples: bytes, rate: int) -> None:
        """Behind what is there."""
        try:
            if self._file is None:
                self._raw = self._part.open("wb")       # opened first: wave.open leaves a wreck when it cannot
                self._file = wave.open(self._raw, "wb")     # noqa: SIM115 (closed by `close`)
                self._file.setnchannels(1)
                self._file.setsampwidth(BYTES_PER_SAMPLE)
                self._file.setframerate(rate)
            self._file.writeframes(samples)
        except OSError as error:
            raise cannot_write(self._path, error) from error

    def close(self) -> None:
        """It is whole."""
        if self._file is None:
            return
        try:
            self._file.close()
            self._raw.close()
            self._part.replace(self._path)
        except OSError as error:
            raise cannot_write(self._path, error) from error


def cannot_write(path: Path, error: OSError) -> UserFacingError:
    """What to say of a file that cannot be written."""
    return UserFacingError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.",
                           "Choose another place with --out, or make room on the disk.")
