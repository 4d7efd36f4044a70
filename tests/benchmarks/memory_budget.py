"""What the workers really take in 50 switches among three models ÷ the budget they were given.

    python -m tests.benchmarks.memory_budget --model SMALL --model MIDDLE --model LARGE [--switches 50] [--json]

The budget is what the largest and the smallest need by their headers, so the middle one never fits beside the largest.
A thread looks at the worker processes some twenty times a second (proportional set size on Linux, resident set size
elsewhere); the highest sum counts, those that are loading and leaving included. The order is drawn with a fixed seed.
Prints what happened (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import time
from collections import Counter
from pathlib import Path

from router.fleet.fleet import Fleet
from router.fleet.footprint import Shape, footprint
from router.library.header import look_into
from specialists.wire import ChatMessage, Finished, Generate, Load, Sampling
from tests.worker_memory import MemoryWatch

CONTEXT = 4096
QUESTION = ChatMessage("user", "Tell me about a fox, a crow and a river. " * 15)
TARGET = 1.1


async def footprint_of(path: Path) -> int:
    """By the file's own header. Ends the program when it has none."""
    facts = await look_into(path)
    if facts is None:
        raise SystemExit(f"{path} is no model file.")
    size = (await asyncio.to_thread(path.stat)).st_size
    return footprint(Shape.of(facts, size), CONTEXT)


async def switch(paths: list[Path], switches: int, talkative: bool) -> dict[str, object]:
    """Ask one after the other; the measured numbers by name."""
    sizes = {path.stem: await footprint_of(path) for path in paths}
    files = {path.stem: path for path in paths}
    budget = max(sizes.values()) + min(sizes.values())
    fleet = Fleet(budget_bytes=budget, tell=lambda *_: None)
    order = random.Random(1)
    name, accounted, began = "", 0, time.monotonic()
    with MemoryWatch() as watch:
        for number in range(switches):
            name = order.choice([other for other in files if other != name])
            async with fleet.lease(name, Load("llama", str(files[name]), CONTEXT), sizes[name]) as lease:
                request = Generate(f"r{number}", (QUESTION,), Sampling(0.0), max_tokens=2)
                said = [reply async for reply in lease.worker.request(request)]
                if not isinstance(said[-1], Finished):
                    raise SystemExit(f"{name} did not answer: {said[-1]}")
            accounted = max(accounted, sum(one.memory for one in fleet.processes()))
            if talkative:
                print(f"{number + 1:3} {name:40} {watch.peak / budget:.3f} of the budget at most", flush=True)
    found = {one.id: {"footprint": sizes[one.id], "measured": one.measured} for one in fleet.processes()}
    corrected = {name: fleet.expected_bytes(name, Load("llama", str(path), CONTEXT), sizes[name])
                 for name, path in files.items()}
    events = Counter(one.what for one in fleet.history.newest_first())
    await fleet.close()
    ratio = watch.peak / budget
    return {"benchmark": "memory_budget", "models": list(files), "switches": switches, "budget": budget,
            "peak": watch.peak, "ratio": round(ratio, 3), "target": TARGET, "ok": ratio <= TARGET,
            "most_accounted": accounted, "looks": watch.looks, "events": dict(events), "footprints": sizes,
            "corrected": corrected, "in_memory_last": found, "seconds": round(time.monotonic() - began, 1)}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, action="append", required=True)
    options.add_argument("--switches", type=int, default=50)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    if len(chosen.model) < 3:
        raise SystemExit("Three models are needed: with fewer there is nothing to switch among.")
    print(json.dumps(asyncio.run(switch(chosen.model, chosen.switches, not chosen.json))))


if __name__ == "__main__":
    main()
