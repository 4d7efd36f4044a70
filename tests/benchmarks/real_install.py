"""A real install over the real network, ended twice with kill -9, then finished, checked and asked a question.

    python -m tests.benchmarks.real_install [--specialist qwen2.5-coder-1.5b] [--source index] [--data-dir DIR]

It types what a person would: `consort install … --json`, killed at a third and at two thirds, then once more to its
end; `consort verify`; `consort ask`. What a kill costs is the bytes that were there before it and not after it, and it
is said of the first step of the next run. Prints each command with what it said, and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from router.library.catalogue import load_catalogue
from router.library.library import Library
from router.library.partial import sha256_of

REPOSITORY = Path(__file__).parents[2]
QUESTION = "Write a Python function that adds two numbers. Only the code."


def consort(folder: Path, *words: str) -> subprocess.Popen[str]:
    print(f"$ consort {' '.join(words)}", flush=True)
    return subprocess.Popen([sys.executable, "-m", "router", "--data-dir", str(folder), *words], cwd=REPOSITORY,
                            stdout=subprocess.PIPE, text=True)


def install(folder: Path, specialist: str, source: str, kill_at: float = 0.0) -> tuple[int, int]:
    """Run the command, and kill it when so much (0…1) is fetched. Bytes at its first step, and at its last."""
    first, last = -1, 0
    with consort(folder, "install", specialist, "--source", source, "--yes", "--json") as child:
        assert child.stdout is not None
        for line in child.stdout:
            event = json.loads(line)
            if event["event"] == "InstallMoved" and event["phase"] in ("fetching", "joining"):
                first, last = (event["done"] if first < 0 else first), event["done"]
                if kill_at and last >= kill_at * event["total"]:
                    child.kill()
                    print(f"  kill -9 at {last:,} of {event['total']:,} bytes")
                    break
            elif event["event"] in ("Installed", "InstallPaused"):
                print(f"  {line.strip()}")
    return first, last


def main() -> None:
    parser = argparse.ArgumentParser(description="a real install with two kills")
    parser.add_argument("--specialist", default="qwen2.5-coder-1.5b")
    parser.add_argument("--source", default="index")
    parser.add_argument("--data-dir", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.data_dir) as name:
        folder, begun = Path(name), time.monotonic()
        lost = []
        for share in (1 / 3, 2 / 3):
            install(folder, given.specialist, given.source, share)
            library = Library(folder / "models", load_catalogue())
            kept, total = library.partial(given.specialist) or (0, 0)
            print(f"  on disk: {kept:,} of {total:,}")
            lost.append(kept)
        starts = [install(folder, given.specialist, given.source)[0]]
        seconds = time.monotonic() - begun
        model = Library(folder / "models", load_catalogue()).installed()[given.specialist]
        wanted = load_catalogue()[given.specialist].sha256
        right = sha256_of(model.path) == wanted
        print(f"  sha256 {wanted}: {'right' if right else 'WRONG'}")
        print(consort(folder, "verify", given.specialist).communicate()[0].strip())
        answer = consort(folder, "ask", QUESTION).communicate()[0].strip()
        print(answer)
    passed = right and "def " in answer
    print(json.dumps({"benchmark": "real_install", "passed": passed, "sha256": wanted, "kept_after_each_kill": lost,
                      "last_run_began_at": starts[0], "seconds": round(seconds), "answered": bool(answer)}))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
