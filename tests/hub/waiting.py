"""Waiting for what another process does, which no event tells of."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable


def wait_until(holds: Callable[[], bool], child: subprocess.Popen[str], seconds: float = 60.0) -> None:
    """Look again and again while `child` lives. Raises AssertionError when it ended, or after `seconds`."""
    deadline = time.monotonic() + seconds
    while not holds():
        assert child.poll() is None, child.communicate()
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.01)
