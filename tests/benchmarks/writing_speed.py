"""Writing speed through a real Consort worker ÷ a bare llama-cpp-python loop: same file, prompt, settings and threads.

    python -m tests.benchmarks.writing_speed --model PATH [--pairs 5] [--tokens 128] [--json]

Each side is a process of its own, so neither sees the other's threads; they take turns, so that both meet the same
machine. The bare side is `Llama.generate` in a loop, timed in the same way: tokens ÷ seconds from first to last.
Prints a table for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import statistics
import time
from pathlib import Path
from typing import Any

from specialists.wire import ChatMessage, Finished, Generate, Load, Ready, Sampling, Token
from tests.worker_pipe import Pipe, worker

QUESTION = "Tell me a long story about a fox, a crow and a river."
SAMPLING = Sampling(temperature=0.8, seed=42)
CONTEXT = 2048
TARGET = 0.97


def bare(path: str, threads: int, pipe: Any) -> None:
    """The child to compare with: answers each number received with the tokens per second of writing so many."""
    import llama_cpp

    llama = llama_cpp.Llama(path, n_ctx=CONTEXT, n_threads=threads, n_threads_batch=threads, verbose=False)
    prompt = llama.tokenize(f"<|im_start|>user\n{QUESTION}<|im_end|>\n<|im_start|>assistant\n".encode(), special=True)
    pipe.send(0.0)
    while tokens := pipe.recv():
        times = []
        for token in llama.generate(prompt, temp=SAMPLING.temperature, top_p=SAMPLING.top_p, top_k=SAMPLING.top_k,
                                    min_p=SAMPLING.min_p, repeat_penalty=SAMPLING.repeat_penalty):
            llama.detokenize([token])
            times.append(time.perf_counter())
            if len(times) == tokens:
                break
        pipe.send((len(times) - 1) / (times[-1] - times[0]))


def through_worker(pipe: Pipe, number: int, tokens: int) -> float:
    """Tokens per second as they arrive at our end, from the first frame to the last, whatever the worker says."""
    request = Generate(f"r{number}", (ChatMessage("user", QUESTION),), SAMPLING, tokens)
    pipe.say(request)
    first = last = 0.0
    frames = 0
    while not isinstance(reply := pipe.hear(), Finished):
        if isinstance(reply, Token):
            last = time.perf_counter()
            first = first or last
            frames += 1
    if frames < 2:
        raise SystemExit("The model ended its answer at once; choose another one.")
    return (reply.written_tokens - 1) / (last - first)


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--tokens", type=int, default=128)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    spawn = multiprocessing.get_context("spawn")
    with worker() as pipe:
        ready = pipe.ask(Load("llama", str(chosen.model), context=CONTEXT))[-1]
        if not isinstance(ready, Ready):
            raise SystemExit(f"{chosen.model} could not be loaded: {ready}")
        ours, theirs = spawn.Pipe()
        other = spawn.Process(target=bare, args=(str(chosen.model), ready.threads, theirs), daemon=True)
        other.start()
        ours.recv()
        pairs = []
        for number in range(-1, chosen.pairs):          # the first pair warms both up and is not counted
            ours.send(chosen.tokens)
            reference = ours.recv()
            pair = (through_worker(pipe, number, chosen.tokens), reference)
            if number >= 0:
                pairs.append(pair)
                if not chosen.json:
                    print(f"pair {number + 1}: worker {pair[0]:7.1f} tokens/s   bare {pair[1]:7.1f}   "
                          f"ratio {pair[0] / pair[1]:.3f}", flush=True)
        ours.send(0)
        other.join()
    ratio = statistics.median(one / reference for one, reference in pairs)
    print(json.dumps({"benchmark": "writing_speed", "model": chosen.model.name, "threads": ready.threads,
                      "ratio": round(ratio, 3), "target": TARGET, "ok": ratio >= TARGET,
                      "worker": [round(one, 1) for one, _ in pairs], "bare": [round(one, 1) for _, one in pairs]}))


if __name__ == "__main__":
    main()
