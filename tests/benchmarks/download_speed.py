"""How fast is a download beside curl's, of the same file from the same server on this machine?

    python -m tests.benchmarks.download_speed [--megabytes 400] [--pairs 7] [--folder DIR]

In turn: curl writes the file; Consort fetches it, checks its sha256, makes it durable (fsync) and gives it its name, in
a process that has fetched something before. curl does none of the last three, so what curl takes for the same result
(`curl`, `sync -d`, `sha256sum`, each by the system's own programs) is measured, too. Beside the real folder the same
is measured in memory (/dev/shm), where the disk plays no part. Then how well a limit of the bandwidth is kept by two
downloads together. Prints a table, and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from router.library.bandwidth import Bandwidth
from router.library.download import download
from router.library.line import Line
from router.library.progress import Phase
from router.library.sources import Found
from tests.hub.file_server import serving

WANTED = 0.9


@dataclass
class Pairs:
    """Seconds in each pair: curl, curl with sync and sha256sum, Consort."""

    curl: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)
    ours: list[float] = field(default_factory=list)

    def ratio(self, against: list[float]) -> float:
        """Consort's throughput ÷ the other's: the median over the pairs."""
        return statistics.median(other / own for other, own in zip(against, self.ours, strict=True))


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def measure(address: str, sha256: str, size: int, folder: Path, pairs: int) -> Pairs:
    """`pairs` pairs, after one that is not counted."""
    found = Pairs()
    for number in range(pairs + 1):
        theirs, own = folder / "curl.bin", folder / "ours.bin"
        curl = seconds(lambda: subprocess.run(["curl", "-s", "-o", str(theirs), address], check=True))      # noqa: B023
        checked = seconds(lambda: subprocess.run(
            f"sync -d {theirs} && sha256sum {theirs} > {os.devnull}", shell=True, check=True))              # noqa: B023
        theirs.unlink()
        ours = seconds(lambda: asyncio.run(download(Found(address, sha256, size), own, Line())))            # noqa: B023
        own.unlink()
        if number:
            found.curl.append(curl)
            found.whole.append(curl + checked)
            found.ours.append(ours)
    return found


def rate_under(limit: int, folder: Path, megabytes: int = 60) -> float:
    """Bytes per second of two downloads together under a limit, from the first step that is told to the last."""
    file = folder / "small.bin"
    content = os.urandom(megabytes * 1_000_000)
    file.write_bytes(content)
    steps: list[tuple[float, int, int]] = []

    async def both(address: str) -> None:
        line = Line(bandwidth=Bandwidth(limit))
        found = Found(address, hashlib.sha256(content).hexdigest(), len(content))

        def moved(which: int, phase: Phase, done: int, total: int, speed: float) -> None:
            if phase == "fetching":
                steps.append((time.perf_counter(), which, done))

        await asyncio.gather(*(download(found, folder / f"limited{which}", line, partial(moved, which))
                               for which in range(2)))

    with serving(file) as address:
        asyncio.run(both(address))
    for name in ("small.bin", "limited0", "limited1"):
        (folder / name).unlink()
    began, first = steps[0][0], steps[0][2]
    return (2 * len(content) - first) / (steps[-1][0] - began)


def main() -> None:
    parser = argparse.ArgumentParser(description="a download beside curl's")
    parser.add_argument("--megabytes", type=int, default=400)
    parser.add_argument("--pairs", type=int, default=7)
    parser.add_argument("--folder", type=Path, help="on the disk to measure (default: the temporary folder)")
    given = parser.parse_args()
    results: dict[str, float] = {}
    print(f"{'MB/s':<12}{'curl':>12}{'curl, sync, sha256':>20}{'Consort':>10}{'÷ curl':>9}{'÷ the same work':>18}")
    with tempfile.TemporaryDirectory(dir=given.folder) as disk, tempfile.TemporaryDirectory(
            dir="/dev/shm" if Path("/dev/shm").is_dir() else None) as memory:
        file = Path(memory) / "file.bin"
        with file.open("wb") as writing:
            for _ in range(given.megabytes):
                writing.write(os.urandom(1_000_000))
        sha256, size = hashlib.sha256(file.read_bytes()).hexdigest(), file.stat().st_size
        with serving(file) as address:
            for name, folder in (("disk", Path(disk)), ("memory", Path(memory))):
                pairs = measure(address, sha256, size, folder, given.pairs)
                rates = [size / 1e6 / statistics.median(times) for times in (pairs.curl, pairs.whole, pairs.ours)]
                results[name], results[f"{name}_same_work"] = pairs.ratio(pairs.curl), pairs.ratio(pairs.whole)
                print(f"{name:<12}{rates[0]:>12.0f}{rates[1]:>20.0f}{rates[2]:>10.0f}{results[name]:>9.2f}"
                      f"{results[f'{name}_same_work']:>18.2f}")
        for limit in (5_000_000, 20_000_000, 40_000_000):
            share = rate_under(limit, Path(memory), max(limit // 500_000, 20)) / limit
            results[f"limit_{limit // 10**6}"] = share
            print(f"two downloads under one limit of {limit / 1e6:.0f} MB/s: {100 * share:.1f} % of it")
    passed = results["disk"] >= WANTED
    print(json.dumps({"benchmark": "download_speed", "passed": passed, "pairs": given.pairs, "load": os.getloadavg()[0],
                      **{name: round(value, 3) for name, value in results.items()}}))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
