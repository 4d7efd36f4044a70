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

from specialists.promised_sound import HEAD, TAIL, knows_its_length, ogg_is_cut, wave_seconds
from specialists.speech_wire import HEARING_RATE

NO_SOUND = "There is no sound in this file."
NOT_READABLE = "This is no audio or video file that can be read."
SHORT, SHORT_SHARE = 0.5, 0.01  # seconds, and a share, that may be missing without being missed
BROKEN_PIECES = 100             # damaged pieces in a row after which the rest is given up


class NoSound(Exception):
    """`sentence` says to a person what is wrong with the file; the text itself is for the log."""

    def __init__(self, sentence: str, detail: str = "") -> None:
        super().__init__(detail or sentence)
        self.sentence = sentence


class SoundFile:
    """An open file. Use as a context manager. `seconds`: how long it says it is, 0 when it does not.

    broke_off, once its blocks are read: it is damaged, or shorter than it says. Raises NoSound, and OSError for the
    disk.
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
        self._stream: Any = next(iter(self._container.streams.audio), None)
        if self._stream is None:
            self.close()
            raise NoSound(NO_SOUND, "no audio stream")
        self._promised = self._promise()
        duration = self._container.duration
        self.seconds = self._promised or (duration / 1e6 if duration and duration > 0 else 0.0)

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
        samples = 0
        for frame in self._frames((av.FFmpegError, ValueError, OSError, EOFError)):
            frame.pts = None                    # gaps in the times of a damaged file are not filled
            try:
                for out in resampler.resample(frame):
                    samples += out.samples
                    yield out.to_ndarray().reshape(-1).astype(np.int16, copy=False)
            except (av.FFmpegError, ValueError):        # its form changes in the middle
                self.broke_off = True
                resampler = av.AudioResampler(format="s16", layout="mono", rate=HEARING_RATE)
        if samples:
            seconds = samples / HEARING_RATE
            self.broke_off |= seconds < self._promised * (1 - SHORT_SHARE) - SHORT or self._cut_ogg
            for out in resampler.resample(None):
                yield out.to_ndarray().reshape(-1).astype(np.int16, copy=False)
        else:
            raise NoSound(NOT_READABLE if self.broke_off else NO_SOUND, "nothing could be decoded")

    def _promise(self) -> float:
        """Seconds of sound that the file itself says it holds; 0 where it does not say, or only FFmpeg guesses."""
        form = self._container.format.name
        self._cut_ogg = form == "ogg" and ogg_is_cut(self._read(max(0, self._size() - TAIL), TAIL))
        head = self._read(0, HEAD)
        if form == "wav":
            return wave_seconds(head)
        if not knows_its_length(form, head):
            return 0.0
        if self._stream.duration:
            return float(self._stream.duration * self._stream.time_base)
        alone = len(self._container.streams) == 1       # a film may be longer than its sound
        return self._container.duration / 1e6 if alone and self._container.duration else 0.0

    def _size(self) -> int:
        return Path(self._file.name).stat().st_size

    def _read(self, begin: int, size: int) -> bytes:
        """Some bytes of the file; FFmpeg's place in it stays."""
        place = self._file.tell()
        self._file.seek(begin)
        found = self._file.read(size)
        self._file.seek(place)
        return found

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
