"""The sound of any audio or video file, as samples that can be heard. The only door to FFmpeg (PyAV).

A file is read through our own handle and may open nothing else: a playlist must not make FFmpeg fetch what it names.
It runs in a worker process, because the file comes from outside and FFmpeg is C.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from specialists.speech_wire import HEARING_RATE

NO_SOUND = "There is no sound in this file."
NOT_READABLE = "This is no audio or video file that can be read."
BROKEN_PIECES = 100             # damaged pieces in a row after which the rest is given up


class NoSound(Exception):
    """`sentence` says to a person what is wrong with the file; the text itself is for the log."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(detail or sentence)
        self.sentence = sentence


class SoundFile:
    """An open file. Use as a context manager. `seconds`: how long it says it is, 0 when it does not.

    broke_off: it ended in the middle of something. Raises NoSound, and OSError for the disk.
    """

    def __init__(self, path: str) -> None:
        import av

        self.broke_off = False
        self._file = Path(path).open("rb")      # noqa: SIM115 (closed with this object)
        try:
            self._container: Any = av.open(self._file, mode="r", metadata_errors="replace",
                                           options={"protocol_whitelist": "none"})
        except (av.FFmpegError, ValueError, OSError, EOFError) as error:
            self._file.close()
            raise NoSound(NOT_READABLE, str(error)) from error
        self._stream = next(iter(self._container.streams.audio), None)
        if self._stream is None:
            self.close()
            raise NoSound(NO_SOUND, "no audio stream")
        duration = self._container.duration
        self.seconds = duration / 1e6 if duration and duration > 0 else 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._container.close()
        self._file.close()

    def blocks(self) -> Iterator[NDArray[np.int16]]:
        """All samples at HEARING_RATE, mono, some thousands at a time. Damaged pieces are left out.

        Raises NoSound when nothing can be decoded.
        """
        import av

        resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARING_RATE)
        found = False
        for frame in self._frames((av.FFmpegError, ValueError, OSError, EOFError)):
            frame.pts = None                    # gaps in the times of a damaged file are not filled
            try:
                for out in resampler.resample(frame):
                    found = True
                    yield out.to_ndarray().reshape(-1).astype(np.int16, copy=False)
            except (av.FFmpegError, ValueError):        # its form changes in the middle
                self.broke_off = True
                resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARING_RATE)
        if found:
            for out in resampler.resample(None):
                yield out.to_ndarray().reshape(-1).astype(np.int16, copy=False)
        else:
            raise NoSound(NOT_READABLE if self.broke_off else NO_SOUND, "nothing could be decoded")

    def _frames(self, broken: tuple[type[Exception], ...]) -> Iterator[Any]:
        packets = self._container.demux(self._stream)
        in_a_row = 0
        while in_a_row < BROKEN_PIECES:
            try:
                packet = next(packets)
            except StopIteration:
                return
            except broken:
                self.broke_off = True
                return
            try:
                yield from packet.decode()
                in_a_row = 0
            except broken:
                self.broke_off = True
                in_a_row += 1
