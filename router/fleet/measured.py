"""What workers really take of memory, and how far their footprints were off. It knows processes by number only."""

from __future__ import annotations

import asyncio
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
    """What was measured, in bytes, for each specialist, context and GPU setting.

    Bytes and not their ratio to the footprint: they stay true when more becomes known of the file, and with it the
    footprint changes.
    """

    def __init__(self, path: Path | None = None) -> None:
        self._measured = Notebook(path, int)

    def corrected(self, key: str, load: Load, footprint: int) -> int:
        """The footprint, in the light of what was measured before: that, but LEAST to MOST times the footprint."""
        measured = self._measured.get(_name(key, load))
        return footprint if measured is None else int(min(MOST * footprint, max(LEAST * footprint, measured)))

    def learn(self, key: str, load: Load, measured: int, *, settled: bool) -> None:
        """It took `measured` bytes.

        settled: it has answered; before that not all of it may be in use yet, and only a larger number is believed.
        """
        known = self._measured.get(_name(key, load))
        if measured > 0 and (known is None or settled or measured > known):
            self._measured.put(_name(key, load), measured)

    def flush(self) -> None:
        """Write down what is not on disk yet."""
        self._measured.flush()


def _name(key: str, load: Load) -> str:
    return f"{key} context={load.context} gpu_layers={load.gpu_layers}"
