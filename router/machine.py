"""What this computer is, and the defaults that follow from it. Knows no model and no worker.

Whether a GPU can be used is not asked here: only the worker's build of llama.cpp can say.
"""

from __future__ import annotations

import locale
import math
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path

import psutil

FREE_CORE_ABOVE = 4             # with more cores than this, one is left to the person
BUDGET = 0.6                    # share of memory that models may take in all; the rest is the person's
SHORTEST_CONTEXT = 4096         # tokens
UNLIMITED = 2**60               # bytes; version 1 of cgroups writes a number near 2**63 for "no limit"


@dataclass(frozen=True)
class Machine:
    """Facts that do not change while the program runs. Bytes; `memory_total` is what this process may have of it."""

    platform: str
    physical_cores: int
    memory_total: int

    @classmethod
    def this(cls) -> Machine:
        """The computer we run on, containers' limits included."""
        memory = int(psutil.virtual_memory().total)
        return cls(_platform(), _cores(), min(memory, memory_limit() or memory))

    def memory_available(self) -> int:
        """Bytes that could be had right now without swapping."""
        return min(int(psutil.virtual_memory().available), self.memory_total)

    def default_threads(self) -> int:
        """Physical cores: llama.cpp gains nothing from the second thread of a core."""
        return self.physical_cores - 1 if self.physical_cores > FREE_CORE_ABOVE else self.physical_cores

    def default_context(self, trained: int) -> int:
        """Tokens: as much as the model was trained for, within what memory makes comfortable. 0 is "not known"."""
        gigabytes = self.memory_total / 2**30
        comfortable = SHORTEST_CONTEXT * (4 if gigabytes >= 15 else 2 if gigabytes >= 7 else 1)
        return min(trained, comfortable) if trained else SHORTEST_CONTEXT

    def default_memory_budget(self) -> int:
        """Bytes that all models together may take."""
        return int(self.memory_total * BUDGET)


def default_gpu_layers(gpu_available: bool) -> int:
    """All layers (-1) where the worker's build has a GPU, else none."""
    return -1 if gpu_available else 0


def language() -> str:
    """The person's language as the system says it, in ISO 639-1; English where it says nothing."""
    said = next(filter(None, map(os.environ.get, ("LC_ALL", "LC_MESSAGES", "LANG"))), None) or locale.getlocale()[0]
    code = locale.normalize(said or "").partition("_")[0].lower()
    return code if len(code) == 2 else "en"


def memory_limit(root: Path = Path("/")) -> int | None:
    """The tightest memory limit on this process's control group and those above it, in bytes; None without one.

    cgroups(7); version 2 writes `memory.max`, version 1 `memory.limit_in_bytes`.
    """
    limits = [limit for file in _group_files(root, "memory", "memory.max", "memory.limit_in_bytes")
              if (limit := _number(_read(file))) is not None and limit < UNLIMITED]
    return min(limits, default=None)


def cpu_limit(root: Path = Path("/")) -> float | None:
    """Processors' worth of time this process may use per second of clock; None without a limit.

    Version 2 writes quota and period in `cpu.max`, version 1 in `cpu.cfs_quota_us` and `cpu.cfs_period_us`.
    """
    shares = []
    for file in _group_files(root, "cpu", "cpu.max", "cpu.cfs_quota_us"):
        text = _read(file) if file.name == "cpu.max" else f"{_read(file)} {_read(file.with_name('cpu.cfs_period_us'))}"
        quota, _, period = text.partition(" ")
        if (share := _number(quota)) is not None and share > 0 and (of := _number(period)):
            shares.append(share / of)
    return min(shares, default=None)


def _group_files(root: Path, controller: str, name: str, old_name: str) -> list[Path]:
    """The files that may limit this process: its group's and those of all groups above, in both versions."""
    files = []
    for line in _read(root / "proc/self/cgroup").splitlines():
        _, controllers, group = [*line.split(":", 2), "", ""][:3]
        if controllers and controller not in controllers.split(","):
            continue
        top = root / "sys/fs/cgroup" / (controller if controllers else "")
        here = top / group.lstrip("/")
        files += [folder / (old_name if controllers else name)
                  for folder in (here, *here.parents) if folder.is_relative_to(top)]
    return files


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace").strip()
    except OSError:
        return ""


def _number(text: str) -> int | None:
    try:
        return int(text)
    except ValueError:
        return None     # "max", or no such file


def _cores() -> int:
    cores = psutil.cpu_count(logical=False) or os.cpu_count() or 1
    if sys.platform == "linux":
        cores = min(cores, len(os.sched_getaffinity(0)))
    return max(1, min(cores, math.ceil(cpu_limit() or cores)))


def _platform() -> str:
    name, version = platform.system() or sys.platform, platform.release()
    if name == "Darwin":
        name, version = "macOS", platform.mac_ver()[0]
    return f"{name} {version}, {platform.machine()}"
