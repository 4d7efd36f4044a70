"""One warm request's vector through the fleet and a real worker, beside a bare llama-cpp-python loop on the same file.

    python -m tests.benchmarks.encoder_speed --model PATH [--requests 200] [--json]

Both sides have one thread and a process of their own, and take turns request by request, so that both meet the same
machine. Ours is timed from `Encoder.vector` to its answer: cache look-up, lease, JSON both ways, tokens, model. Every
request is a new text, so the cache never helps. Prints a table for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import multiprocessing
import statistics
import time
from pathlib import Path
from typing import Any

from router.choose.encoder import CONTEXT, Encoder, EncoderOpening
from router.fleet.fleet import Fleet
from specialists.wire import Load

TARGET_MS = (10.0, 30.0)    # median and 95th percentile on a quiet machine: what routing may add to a turn's beginning
TARGET = 1.5                # our median ÷ the bare one's, on any machine: the way there and back takes 1.2 to 1.5 ms
WARM_UP = 20
REQUESTS = (
    "Write a Python function that reverses the order of {} words in a sentence.",
    "What is {} times seven, and how did you work it out?",
    "Why is the sky blue? Explain it to a child of {} years.",
    "Summarise my notes of the {}. of May in three sentences, please; keep the names.",
    "hi {}",
    "Schreibe mir eine höfliche Absage für die Einladung am {}. Juni.",
    "I get `IndexError: list index out of range` in line {} of my script when the input is empty. What is wrong?",
)


def bare(path: str, pipe: Any) -> None:
    """The child to compare with: answers each text with the milliseconds its vector took."""
    import llama_cpp

    llama = llama_cpp.Llama(path, embedding=True, n_ctx=CONTEXT, n_batch=CONTEXT, n_ubatch=CONTEXT, n_threads=1,
                            n_threads_batch=1, verbose=False)
    pipe.send(0.0)
    while text := pipe.recv():
        began = time.perf_counter()
        llama.embed(text, normalize=True)
        pipe.send((time.perf_counter() - began) * 1000)


async def measure(path: Path, requests: int) -> tuple[list[float], list[float]]:
    """Milliseconds per request: ours, bare."""
    ours, theirs = multiprocessing.get_context("spawn").Pipe()
    other = multiprocessing.get_context("spawn").Process(target=bare, args=(str(path), theirs), daemon=True)
    other.start()
    fleet = Fleet(budget_bytes=10**9, tell=lambda *what: None)
    opening = EncoderOpening(Load("llama-encoder", str(path), context=CONTEXT, threads=1), 10**8)
    encoder = Encoder(fleet, lambda: opening, lambda text: None, patience=60.0)
    await encoder.warm()
    await asyncio.to_thread(ours.recv)
    mine, reference = [], []
    for number in range(-WARM_UP, requests):
        text = REQUESTS[number % len(REQUESTS)].format(number + WARM_UP)
        ours.send(text)
        their_time = await asyncio.to_thread(ours.recv)
        began = time.perf_counter()
        if await encoder.vector(text) is None:
            raise SystemExit("The encoder gave no vector; is the file an encoder?")
        if number >= 0:
            mine.append((time.perf_counter() - began) * 1000)
            reference.append(their_time)
    ours.send("")
    await asyncio.to_thread(other.join)
    await encoder.close()
    await fleet.close()
    return mine, reference


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--requests", type=int, default=200)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    mine, reference = asyncio.run(measure(chosen.model, chosen.requests))
    rows = {name: (round(statistics.median(times), 2), round(statistics.quantiles(times, n=20)[-1], 2))
            for name, times in (("consort", mine), ("bare", reference))}
    added = round(statistics.median(one - other for one, other in zip(mine, reference, strict=True)), 2)
    ratio = statistics.median(mine) / statistics.median(reference)
    if not chosen.json:
        print(f"{'':10}{'median ms':>12}{'95th %':>12}")
        for name, (median, worst) in rows.items():
            print(f"{name:10}{median:12.2f}{worst:12.2f}")
        print(f"median of what Consort adds: {added:.2f} ms, ratio {ratio:.3f}")
    print(json.dumps({"benchmark": "encoder_speed", "model": chosen.model.name, "requests": chosen.requests,
                      "consort_ms": rows["consort"], "bare_ms": rows["bare"], "quiet_target_ms": TARGET_MS,
                      "added_ms": added, "ratio": round(ratio, 3), "target": TARGET, "ok": ratio <= TARGET}))


if __name__ == "__main__":
    main()
