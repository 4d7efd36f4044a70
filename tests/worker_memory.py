"""What all worker processes of this program really take of memory, looked at some twenty times a second by a thread.

It knows no fleet: workers are found among our child processes.
"""

from __future__ import annotations

import sys
import threading
from types import TracebackType

import psutil

PAUSE = 0.05                    # seconds between two looks


class MemoryWatch:
    """`with MemoryWatch() as watch: …`. peak: the most bytes that all workers took at once; looks: how often we looked.

    On Linux proportional set sizes: pages that two processes share count once. Elsewhere resident set sizes.
    """

    def __init__(self) -> None:
        self.peak = self.looks = 0
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="memory watch", daemon=True)

    def __enter__(self) -> MemoryWatch:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(PAUSE):
            self.peak = max(self.peak, sum(map(_memory, psutil.Process().children())))
            self.looks += 1


def _memory(child: psutil.Process) -> int:
    try:
        if "spawn_main" not in " ".join(child.cmdline()):
            return 0
        return int(child.memory_full_info().pss if sys.platform == "linux" else child.memory_info().rss)
    except psutil.Error:        # it has just ended
        return 0
