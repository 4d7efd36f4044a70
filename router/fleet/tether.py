"""The first lines that run in a worker process: tie its life to ours, then hand over to its own `main`.

A worker must be gone when the window is gone, also after `kill -9` and also while it is deep in C code that
holds the interpreter lock. So the kernel is asked to kill it as soon as the *lifeline*, a pipe whose other
end only the parent has, is hung up. (PR_SET_PDEATHSIG would not do: it follows the parent's *thread*, not
its process.) This module runs in the child, so it imports neither asyncio nor multiprocessing: an idle
worker stays small. It knows no engine; `target` names the function to call, so the router never imports the
specialists' code.
"""

from __future__ import annotations

import contextlib
import os
import pkgutil
import signal
import sys
import threading
from pathlib import Path
from typing import Protocol


class Connection(Protocol):
    """What is needed of a `multiprocessing` connection."""

    def fileno(self) -> int: ...
    def poll(self, timeout: float = 0.0) -> bool: ...
    def recv_bytes(self) -> bytes: ...


def run(connection: Connection, lifeline: Connection, target: str) -> None:
    """Be a worker: `target` ("package.module:function") gets `connection` and serves it until it returns."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)    # Ctrl-C in a terminal is the parent's business
    _die_with(lifeline)
    _go_first_when_memory_runs_out()
    pkgutil.resolve_name(target)(connection)


def _die_with(lifeline: Connection) -> None:
    if not _ask_kernel(lifeline.fileno()):
        threading.Thread(target=_wait_for_end, args=(lifeline,), name="lifeline", daemon=True).start()
    if lifeline.poll():     # hung up before the kernel was asked; nothing is ever written to it
        os._exit(1)


def _ask_kernel(fd: int) -> bool:
    """SIGKILL to this process when the pipe is hung up (fcntl(2), F_SETSIG). False where that cannot be."""
    if sys.platform != "linux":
        return False
    import fcntl

    try:
        fcntl.fcntl(fd, fcntl.F_SETOWN, os.getpid())
        fcntl.fcntl(fd, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(fd, fcntl.F_SETFL, fcntl.fcntl(fd, fcntl.F_GETFL) | os.O_ASYNC)
    except OSError:
        return False
    return True


def _wait_for_end(lifeline: Connection) -> None:
    with contextlib.suppress(EOFError, OSError):
        lifeline.recv_bytes()
    os._exit(1)


def _go_first_when_memory_runs_out() -> None:
    """Prefer a model's process to the window's when the kernel must kill one (proc(5), oom_score_adj)."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError):
            Path("/proc/self/oom_score_adj").write_text("500", encoding="ascii")
