"""Estimated memory ÷ what a worker really takes after an answer with a full context, for each model and context.

    python -m tests.benchmarks.memory_estimate --model FILE [--model FILE …] [--context 512 --context 2048 …] [--json]

The estimate is made from the file's header alone, as before a download (`router.fleet.footprint`). Measured is the
worker's resident set size once it has read a prompt that fills its context and written some tokens: unlike the
proportional one it does not shrink when another program has the same file open. Each pair gets a worker of its own.
Prints a table (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from router.fleet.fleet import Fleet
from router.fleet.footprint import Shape, footprint
from router.library.header import look_into
from specialists.wire import ChatMessage, Counted, CountTokens, Finished, Generate, Load, Sampling

LEAST, MOST = 0.9, 1.15
CONTEXTS = (512, 2048, 8192)
WRITTEN = 16                    # tokens
SENTENCE = "A fox met a crow by the river, and they spoke of the weather. "
UNLIMITED = 2**50


@dataclass(frozen=True)
class Pair:
    """One model with one context: bytes, tokens in its cache at the end, and the ratio."""

    model: str
    context: int
    tokens: int
    estimated: int
    measured: int
    ratio: float


async def compare(path: Path, context: int) -> Pair:
    """Open the model, fill its context, look at its process. Ends the program when that does not work."""
    facts = await look_into(path)
    if facts is None:
        raise SystemExit(f"{path} is no model file.")
    size = (await asyncio.to_thread(path.stat)).st_size
    estimated = footprint(Shape.of(facts, size), context)
    fleet = Fleet(budget_bytes=UNLIMITED, tell=lambda *_: None)
    try:
        async with fleet.lease(path.stem, Load("llama", str(path), context), estimated) as lease:
            counted = [one async for one in lease.worker.request(CountTokens("count", (SENTENCE * 20,)))][-1]
            if not isinstance(counted, Counted):
                raise SystemExit(f"{path.stem} does not count: {counted}")
            sentences = int((context - WRITTEN - 80) / (counted.tokens[0] / 20))
            asked = Generate("fill", (ChatMessage("user", SENTENCE * sentences),), Sampling(0.0), max_tokens=WRITTEN)
            said = [one async for one in lease.worker.request(asked)][-1]
            if not isinstance(said, Finished):
                raise SystemExit(f"{path.stem} did not answer: {said}")
            measured = int(psutil.Process(fleet.processes()[0].pid).memory_info().rss)
    finally:
        await fleet.close()
    return Pair(path.stem, context, said.prompt_tokens + said.written_tokens, estimated, measured,
                round(estimated / measured, 3))


async def run(paths: list[Path], contexts: list[int], talkative: bool) -> dict[str, object]:
    """Every pair in turn; all numbers."""
    pairs = []
    for path in paths:
        for context in contexts:
            pair = await compare(path, context)
            pairs.append(pair)
            if talkative:
                print(f"{pair.model[:40]:40} {context:6,} tokens, {pair.tokens:6,} in use: estimated "
                      f"{pair.estimated / 1e6:7.0f} MB, measured {pair.measured / 1e6:7.0f} MB: {pair.ratio:.3f}",
                      flush=True)
    ok = all(LEAST <= pair.ratio <= MOST for pair in pairs)
    return {"benchmark": "memory_estimate", "least": LEAST, "most": MOST, "ok": ok,
            "pairs": [asdict(one) for one in pairs]}


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, action="append", required=True)
    options.add_argument("--context", type=int, action="append")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    print(json.dumps(asyncio.run(run(chosen.model, chosen.context or list(CONTEXTS), not chosen.json))))


if __name__ == "__main__":
    main()
