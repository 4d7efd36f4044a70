"""How much memory does the window's process take more while it installs a large model?

    python -m tests.benchmarks.install_memory [--gigabytes 1.0]

The real window (off screen) is opened, a command line joins it and installs a model from a stand-in Hub on loopback.
Idle is the resident memory some seconds after the start; the peak is what the system noted (VmHWM) from then until the
model is in its place. Linux only. Prints a table, and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.hub.stand_in import StandInHub
from tests.hub.waiting import wait_until

REPOSITORY = Path(__file__).parents[2]
MOST = 60_000_000
SETTLE_SECONDS = 8.0
ENTRY = """
[[specialist]]
id = "my-large"
name = "Large"
description = "A test."
kind = "encoder"
engine = "echo"
file_name = "m.gguf"
size = {size}
licence = {{ name = "MIT" }}
sources.hub = {{ repo = "maker/large", file = "m.gguf" }}
sources.order = ["hub"]
"""


def status(process: int, line: str) -> int:
    """Bytes that the system tells of a process (VmRSS, VmHWM)."""
    found = re.search(rf"{line}:\s+(\d+) kB", Path(f"/proc/{process}/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def measure(folder: Path, size: int) -> tuple[int, int, float]:
    """Idle and peak bytes, and the seconds that the install took."""
    large = folder / "large.bin"
    with large.open("wb") as file:
        for _ in range(size // 1_000_000):
            file.write(os.urandom(1_000_000))
    data = folder / "data"
    (data / "catalog").mkdir(parents=True)
    (data / "catalog" / "large.toml").write_text(ENTRY.format(size=large.stat().st_size))
    with StandInHub(files={("maker/large", "m.gguf"): large}) as hub:
        settings = {**os.environ, "HF_ENDPOINT": hub.endpoint, "QT_QPA_PLATFORM": "offscreen"}
        window = subprocess.Popen([sys.executable, "-m", "desktop_app", "--data-dir", str(data)], cwd=REPOSITORY,
                                  env=settings, text=True)
        try:
            wait_until(lambda: any(data.glob("consort.db*")), window)
            time.sleep(SETTLE_SECONDS)
            idle = status(window.pid, "VmRSS")
            Path(f"/proc/{window.pid}/clear_refs").write_text("5")      # the peak is counted from now on
            begun = time.monotonic()
            subprocess.run([sys.executable, "-m", "router", "--data-dir", str(data), "install", "my-large"],
                           cwd=REPOSITORY, env=settings, check=True)
            return idle, status(window.pid, "VmHWM"), time.monotonic() - begun
        finally:
            window.terminate()
            window.wait()


def main() -> None:
    parser = argparse.ArgumentParser(description="memory of the window's process during an install")
    parser.add_argument("--gigabytes", type=float, default=1.0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        idle, peak, seconds = measure(Path(folder), int(given.gigabytes * 1e9))
    print(f"{'idle, MB':<44}{idle / 1e6:>10.1f}")
    print(f"{'peak while installing, MB':<44}{peak / 1e6:>10.1f}")
    print(f"{'more than idle, MB (60 at most)':<44}{(peak - idle) / 1e6:>10.1f}")
    passed = peak - idle <= MOST
    print(json.dumps({"benchmark": "install_memory", "passed": passed, "idle": idle, "peak": peak,
                      "more": peak - idle, "seconds": round(seconds, 1)}))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
