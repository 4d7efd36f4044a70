"""When the parent is gone, however it went, its workers are gone too: idle, at work, hanging or deep in C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

pytestmark = pytest.mark.process
PARENT = Path(__file__).with_name("orphan_parent.py")
SECONDS = 2.0                   # a process that is left after so long is an orphan
STUCK = ["holding_the_lock"] if sys.platform == "linux" else []     # elsewhere only a thread can watch the parent


def parent_in(state: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, str(PARENT), state], text=True,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})


def ready(parent: subprocess.Popen[str]) -> list[psutil.Process]:
    """Its descendants, once it said that they are as wished."""
    assert parent.stdout is not None
    assert parent.stdout.readline() == "as you wished\n"
    family = psutil.Process(parent.pid).children(recursive=True)
    assert sum("spawn_main" in " ".join(one.cmdline()) for one in family) == 2
    return family


def survivors(family: list[psutil.Process]) -> list[psutil.Process]:
    """Who is left in the end. A zombie is dead; when it is buried is the business of the system's first process."""
    until = time.monotonic() + SECONDS
    while (left := [one for one in family if lives(one)]) and time.monotonic() < until:
        time.sleep(0.01)
    return left


def lives(one: psutil.Process) -> bool:
    try:
        return bool(one.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


@pytest.mark.parametrize("state", ["idle", "answering", "hanging", "starting", *STUCK])
def test_kill_9_of_the_parent_leaves_no_process(state: str) -> None:
    with parent_in(state) as parent:
        family = ready(parent)
        parent.kill()
        parent.wait()
        left = survivors(family)
    assert left == []


def test_workers_that_are_suspended_when_the_parent_is_killed_go_too() -> None:
    with parent_in("answering") as parent:
        family = ready(parent)
        for one in family:
            if "spawn_main" in " ".join(one.cmdline()):
                one.suspend()
        parent.kill()
        parent.wait()
        left = survivors(family)
        for one in left:
            one.kill()
    assert left == []


@pytest.mark.parametrize("state", ["idle", *STUCK])
def test_sigterm_leaves_no_process(state: str) -> None:
    with parent_in(state) as parent:
        family = ready(parent)
        parent.send_signal(signal.SIGTERM)
        parent.wait()
        left = survivors(family)
    assert left == []


def test_a_parent_that_ends_without_closing_its_workers_is_not_held_up_by_them() -> None:
    with parent_in("leaving") as parent:
        family = ready(parent)
        parent.communicate("that will do\n", timeout=10)
        left = survivors(family)
    assert parent.returncode == 0 and left == []
