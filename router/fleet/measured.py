"""What workers really take of memory, and how far their footprints were off. It knows processes by number only."""

from __future__ import annotations

import asyncio
import math
import sys
from pathlib import Path

import psutil

from router.fleet.notebook import Notebook
from specialists.wire import Load

LEAST, MOST = 0.5, 2.0          # a footprint is never corrected by more: then the measurement is the doubtful part


async def memory_of(pid: int) -> int:
    """Bytes of memory that the process takes up now, 0 when that cannot be said.

    On Linux its proportional set size (proc_pid_smaps(5), Pss): weights that two workers map count once, half to each.
    Elsewhere the resident set size. Takes 5 to 20 ms of a thread's time (page tables are walked).
    """
    return await asyncio.to_thread(_memory_of, pid)


def _memory_of(pid: int) -> int:
    try:
        process = psutil.Process(pid)
        if sys.platform == "linux":
            try:
                return int(process.memory_full_info().pss)
            except psutil.AccessDenied:
                pass
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


class Corrections:
    """Measured bytes ÷ footprint, remembered for each specialist, context and GPU setting."""

    def __init__(self, path: Path | None = None) -> None:
        self._ratios = Notebook(path, float)

    def corrected(self, key: str, load: Load, footprint: int) -> int:
        """The footprint, in the light of what was measured before."""
        ratio = self._ratios.get(_name(key, load))
        return footprint if ratio is None or not math.isfinite(ratio) else int(footprint * _sane(ratio))

    def learn(self, key: str, load: Load, footprint: int, measured: int, *, settled: bool) -> None:
        """`measured` bytes were taken where `footprint` were expected.

        settled: it has answered; before that not all of it may be in use yet, and only a larger number is believed.
        """
        if footprint <= 0 or measured <= 0:
            return
        ratio = _sane(measured / footprint)
        known = self._ratios.get(_name(key, load))
        if known is None or settled or ratio > known:
            self._ratios.put(_name(key, load), round(ratio, 4))

    def flush(self) -> None:
        """Write down what is not on disk yet."""
        self._ratios.flush()


def _name(key: str, load: Load) -> str:
    return f"{key} context={load.context} gpu_layers={load.gpu_layers}"


def _sane(ratio: float) -> float:
    return min(MOST, max(LEAST, ratio))
