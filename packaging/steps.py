"""Running one step of the setup: a line when it begins, a sign of life while it lasts, its log when it fails.

Everything goes to stderr, so `run ask … --json` keeps stdout for the answer. It does not know what the steps do.
"""

from __future__ import annotations

import re
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from pathlib import Path

SIGN_OF_LIFE_SECONDS = 20
LAST_LINES = 30
NINJA_COUNT = re.compile(r"\[(\d+)/(\d+)\]")     # ninja's default status line, "[finished/total]"


class CannotGoOn(Exception):
    """Setup stops here: `text` says why, `remedy` what to type."""

    def __init__(self, text: str, remedy: str) -> None:
        super().__init__(text)
        self.text = text
        self.remedy = remedy


def say(text: str) -> None:
    """One line of progress."""
    print(f"→ {text}", file=sys.stderr, flush=True)


def step(text: str, command: list[str], log: Path, environment: Mapping[str, str] | None = None) -> None:
    """Run the command with its output kept in `log`. Raises CannotGoOn, after showing the log's end, when it fails."""
    say(text)
    started = time.monotonic()
    over = threading.Event()
    log.parent.mkdir(parents=True, exist_ok=True)

    def sign_of_life() -> None:
        while not over.wait(SIGN_OF_LIFE_SECONDS):
            minutes, seconds = divmod(int(time.monotonic() - started), 60)
            print(f"  … {minutes} min {seconds:02} s{_compiled(log)}", file=sys.stderr, flush=True)

    reporter = threading.Thread(target=sign_of_life, daemon=True)
    reporter.start()
    try:
        with log.open("wb") as output:
            done = subprocess.run(command, stdout=output, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL,
                                  env=environment, check=False)
    finally:
        over.set()
        reporter.join()
    if done.returncode != 0:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        print("\n".join(lines[-LAST_LINES:]), file=sys.stderr)
        raise CannotGoOn(f"That step did not succeed: {text}", f"read the lines above; the whole log is {log}")


def _compiled(log: Path) -> str:
    """How far a ninja build in the log is, or nothing."""
    counts = NINJA_COUNT.findall(log.read_text(encoding="utf-8", errors="replace"))
    return f", {counts[-1][0]} of {counts[-1][1]} parts compiled" if counts else ""
