"""Stop: seconds from Cancel until the worker has answered something else, while writing and while reading a prompt.

    python -m tests.benchmarks.stop_speed --model PATH [--times 5] [--json]

Prints a table for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from pathlib import Path

from specialists.wire import (
    Cancel,
    ChatMessage,
    Counted,
    CountTokens,
    Finished,
    Generate,
    Load,
    Reading,
    Ready,
    Sampling,
    Token,
)
from tests.worker_pipe import Pipe, worker

TARGETS = {"writing": 0.3, "reading": 1.0}
CONTEXT = 4096


def stop(pipe: Pipe, number: int, while_: str) -> float:
    """Seconds until the worker is free again."""
    words = f"{number} " + ("The fox goes to the river. " * 400 if while_ == "reading" else "Tell me a long story.")
    request = Generate(f"r{number}{while_}", (ChatMessage("user", words),), Sampling(seed=number), 2000)
    pipe.say(request)
    if while_ == "writing":
        pipe.until(lambda reply: isinstance(reply, Token))
    else:
        pipe.until(lambda reply: isinstance(reply, Reading))
    time.sleep(0.05 + 0.03 * number)            # Stop comes at any moment, also in the middle of a batch
    started = time.perf_counter()
    pipe.say(Cancel(request.request), CountTokens("after", ("a",)))
    heard = pipe.until(lambda reply: isinstance(reply, Counted))
    seconds = time.perf_counter() - started
    ends = [reply for reply in heard if isinstance(reply, Finished)]
    if [end.reason for end in ends] != ["stopped"]:
        raise SystemExit(f"The answer was over before it could be stopped: {ends}")
    return seconds


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--times", type=int, default=5)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    found: dict[str, list[float]] = {}
    with worker() as pipe:
        ready = pipe.ask(Load("llama", str(chosen.model), context=CONTEXT))[-1]
        if not isinstance(ready, Ready):
            raise SystemExit(f"{chosen.model} could not be loaded: {ready}")
        for while_, target in TARGETS.items():
            found[while_] = [stop(pipe, number, while_) for number in range(chosen.times)]
            if not chosen.json:
                print(f"while {while_}: median {statistics.median(found[while_]):.3f} s   worst "
                      f"{max(found[while_]):.3f} s   at most {target} s", flush=True)
    medians = {while_: round(statistics.median(seconds), 3) for while_, seconds in found.items()}
    print(json.dumps({"benchmark": "stop_speed", "model": chosen.model.name, "seconds": medians,
                      "worst": {while_: round(max(seconds), 3) for while_, seconds in found.items()},
                      "targets": TARGETS, "ok": all(medians[while_] <= TARGETS[while_] for while_ in TARGETS)}))


if __name__ == "__main__":
    main()
