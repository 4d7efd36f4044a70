"""Downloads through random faults: is every file byte-identical in the end, and how much is fetched twice?

    python -m tests.benchmarks.faulty_downloads [--faults 200] [--seed 4]

A child process installs one model after another from a stand-in Hub, each with one fault: the connection is cut (FIN
or RST) or falls silent after a random number of bytes, the child is ended with kill -9 and started anew, the server
answers 500, 502, 503 or 429 a few times, or sends a wrong byte. What was fetched twice is counted by the server, as
bytes that it gave to the network more than once; it sends at the pace of a fast line, so that little lies in buffers
that no program can see. Prints a table, and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

from router.library.hub import Hub
from router.library.install import Fetching
from router.library.library import Library
from router.library.network import Patience
from specialists.manifest import HubSource, Licence, Manifest, Sources
from tests.hub.faults import Fault, sent_twice
from tests.hub.stand_in import StandInHub

REPOSITORY = Path(__file__).parents[2]
MIB = 1 << 20
KINDS = ("cut", "reset", "stall", "kill -9", "server error", "wrong byte")
LARGE = 24 * MIB                        # fetched in parts
SMALL = 3 * MIB                         # fetched in one
PACE = 12_000_000                       # bytes per second and connection, of which there are four: 400 Mbit/s
STALL_SECONDS = 0.5
CUTS = ("cut", "reset", "stall", "kill -9")


@dataclass(frozen=True)
class Trouble:
    """One model and what happens to it. at: bytes sent in all, or in one answer, when it happens."""

    name: str
    kind: str
    size: int
    at: int
    errors: tuple[int, ...] = ()

    def faults(self) -> list[Fault]:
        """For the server. A kill comes from outside."""
        match self.kind:
            case "cut" | "reset":
                return [Fault(cut=self.at, reset=self.kind == "reset", slow=PACE)]
            case "stall":
                return [Fault(stall=self.at, slow=PACE)]
            case "server error":
                return [Fault(status=status) for status in self.errors]
            case "wrong byte":
                return [Fault(wrong=True, slow=PACE)]
        return []


@dataclass
class Outcome:
    """Totals. twice: by kind of fault, bytes that left the server more than once, for each download."""

    faults: int = 0
    identical: int = 0
    left_over: int = 0
    twice: dict[str, list[int]] = field(default_factory=dict)

    @property
    def worst_per_cut(self) -> int:
        return max((amount for kind in CUTS for amount in self.twice.get(kind, [])), default=0)


def troubles(count: int, seed: int) -> list[Trouble]:
    """`count` of them, every kind alike, in any order."""
    dice = random.Random(seed)
    found = []
    for number in range(count):
        kind = KINDS[number % len(KINDS)]
        size = LARGE if dice.random() < 0.7 else SMALL
        at = dice.randrange(size) if kind == "kill -9" else dice.randrange(min(size, 4 * MIB))
        errors = tuple(dice.choice((500, 502, 503, 429)) for _ in range(dice.randint(1, 4)))
        found.append(Trouble(f"m{number:03d}", kind, size, at, errors))
    dice.shuffle(found)
    return found


def content_of(trouble: Trouble) -> bytes:
    """Bytes that no other model has."""
    return random.Random(trouble.name).randbytes(trouble.size)


class Child:
    """The process that installs. It is told names, and says when each is there."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.benchmarks.faulty_downloads", "--child", str(folder), endpoint],
            cwd=REPOSITORY, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        assert self._read() == "ready"

    def ask(self, name: str, size: int) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{name} {size}\n")
        self._process.stdin.flush()

    def answer(self) -> str:
        """`installed NAME`, or what went wrong; empty when it was killed."""
        return self._read()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            assert pipe is not None
            pipe.close()

    def _read(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


def install_what_is_asked(folder: Path, endpoint: str) -> None:
    """The child: a library whose catalogue grows with every name."""
    patience = Patience(connect=5.0, stall=STALL_SECONDS, pause=0.05, outage=300.0, trouble=300.0)
    catalogue: dict[str, Manifest] = {}

    async def look(path: Path) -> None:
        """Nobody looks into bytes that are no model."""

    library = Library(folder, catalogue, Fetching(Hub(endpoint), patience=patience, free=lambda _: 10**12), look)
    print("ready", flush=True)
    for line in sys.stdin:
        name, size = line.split()
        catalogue[name] = Manifest(name, name, "A test.", file_name="m.gguf", size=int(size), licence=Licence("MIT"),
                                   sources=Sources(HubSource(f"maker/{name}", "m.gguf")))
        try:
            asyncio.run(library.install(name, agreed=True, tell=lambda moved: None))
            print(f"installed {name}", flush=True)
        except Exception as error:
            print(f"failed {name}: {error}", flush=True)


def suffer(count: int, seed: int) -> Outcome:
    """Go through them all."""
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder, StandInHub(always=Fault(slow=PACE)) as hub:
        models = Path(folder) / "models"
        child = Child(models, hub.endpoint)
        for trouble in troubles(count, seed):
            content = content_of(trouble)
            hub.files = {(f"maker/{trouble.name}", "m.gguf"): content}
            hub.sent.clear()
            hub.faults[:] = trouble.faults()
            child.ask(trouble.name, trouble.size)
            if trouble.kind == "kill -9":
                wait_for_bytes(hub, trouble.at)
                child.kill()
                time.sleep(0.05)        # what is in the server's hands is counted, then the next one begins
                child = Child(models, hub.endpoint)
                child.ask(trouble.name, trouble.size)
            said = child.answer()
            if said != f"installed {trouble.name}":
                print(f"{trouble}: {said}", file=sys.stderr)
            file = models / trouble.name / "m.gguf"
            outcome.faults += 1
            outcome.identical += file.exists() and hashlib.sha256(file.read_bytes()).digest() \
                == hashlib.sha256(content).digest()
            outcome.left_over += (models / ".partial" / trouble.name).exists()
            outcome.twice.setdefault(trouble.kind, []).append(sent_twice(hub.sent, hub.sent[0].path))
            hub.released.set()
            hub.released = threading.Event()
            file.unlink(missing_ok=True)
        child.kill()
    return outcome


def wait_for_bytes(hub: StandInHub, amount: int) -> None:
    """Until the server has sent so many in all, or all of them."""
    deadline = time.monotonic() + 60
    whole = sum(len(content) for content in hub.files.values() if isinstance(content, bytes))
    while sum(one.end - one.start for one in tuple(hub.sent)) < min(amount, whole) and time.monotonic() < deadline:
        time.sleep(0.001)


def main() -> None:
    parser = argparse.ArgumentParser(description="downloads through random faults")
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--seed", type=int, default=4)
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        install_what_is_asked(Path(given.child[0]), given.child[1])
        return
    begun = time.monotonic()
    outcome = suffer(given.faults, given.seed)
    print(f"{'fault':<16}{'times':>8}{'bytes sent twice: median':>28}{'worst':>12}")
    for kind in KINDS:
        amounts = sorted(outcome.twice.get(kind, [0]))
        print(f"{kind:<16}{len(amounts):>8}{amounts[len(amounts) // 2]:>28,}{amounts[-1]:>12,}")
    print(f"{'byte-identical':<40}{outcome.identical:>6} of {outcome.faults}")
    print(f"{'unfinished files left behind':<40}{outcome.left_over:>6}")
    print(f"{'worst fetched twice by a cut (1 MiB at most)':<46}{outcome.worst_per_cut:>12,}")
    passed = outcome.identical == outcome.faults and not outcome.left_over and outcome.worst_per_cut <= MIB
    print(json.dumps({"benchmark": "faulty_downloads", "passed": passed, "faults": outcome.faults,
                      "identical": outcome.identical, "worst_bytes_twice_per_cut": outcome.worst_per_cut,
                      "seed": given.seed, "seconds": round(time.monotonic() - begun)}))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
