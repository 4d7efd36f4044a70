"""Coming back to a conversation: time to the first word with its state on disk ÷ reading it again, model loaded.

    python -m tests.benchmarks.resume --model PATH [--pairs 5] [--tokens 2000] [--json]

Two workers with the same model and settings. In each pair both have just answered another conversation (a switch), or
were just started (a restart); then both are asked the same follow-up to a history of so many tokens, one with the kept
state, one without. They take turns in time, so that both meet the same machine. Seconds are wall clock here, from
saying the question to hearing the first word; loading is not counted. A pair of answers that differ is pointed out:
at temperature 0 they may differ by rounding, since a state was read in other batches than the history is now.
Prints a table for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from specialists.wire import (
    ChatMessage,
    Counted,
    CountTokens,
    Finished,
    Generate,
    KeepState,
    Load,
    Ready,
    Sampling,
    StateKept,
    Token,
)
from tests.worker_pipe import Pipe, worker

OTHER = (ChatMessage("user", "Say hello, then tell me what a river is."),)
FOLLOW_UP = ChatMessage("user", "Which of these animals comes first?")
GREEDY = Sampling(temperature=0.0, repeat_penalty=1.0)
WORDS = 12                      # tokens of each answer
TARGET = 0.05


def history(pipe: Pipe, tokens: int) -> tuple[ChatMessage, ...]:
    """Questions and answers of about so many tokens together."""
    def turn(number: int) -> tuple[ChatMessage, ChatMessage]:
        return (ChatMessage("user", f"Tell me story number {number} about a fox, a crow and the river they live by."),
                ChatMessage("assistant", f"The fox of story {number} goes to the river, where the crow waits. "
                                         "They look at each other and talk about the weather until it rains."))

    counted = pipe.ask(CountTokens("c", tuple(one.content for one in turn(10))))[-1]
    assert isinstance(counted, Counted)
    turns = tokens // (sum(counted.tokens) + 10)        # about ten of the template's own
    return tuple(message for number in range(turns) for message in turn(number))


def first_word(pipe: Pipe, messages: tuple[ChatMessage, ...],
               pages: tuple[str, ...] = ()) -> tuple[float, str, Finished]:
    """Seconds from asking to the first word heard here, the answer, and what the worker says of it."""
    begun = time.perf_counter()
    pipe.say(Generate("r", messages, GREEDY, WORDS, pages=pages))
    seconds, said = 0.0, ""
    while not isinstance(reply := pipe.hear(), Finished):
        if isinstance(reply, Token):
            seconds = seconds or time.perf_counter() - begun
            said += reply.text
    if not seconds:
        raise SystemExit("The model ended its answer at once; choose another one.")
    return seconds, said, reply


def opened(stack: ExitStack, load: Load) -> Pipe:
    """A new worker with the model in memory."""
    pipe = stack.enter_context(worker(patience=600))
    if not isinstance(ready := pipe.ask(load)[-1], Ready):
        raise SystemExit(f"{load.path} could not be loaded: {ready}")
    return pipe


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--model", type=Path, required=True)
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument("--tokens", type=int, default=2000)
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    load = Load("llama", str(chosen.model), context=2 * chosen.tokens)
    with ExitStack() as stack, tempfile.TemporaryDirectory() as folder:
        resuming, reading = opened(stack, load), opened(stack, load)
        messages = history(resuming, chosen.tokens)
        _, said, read = first_word(resuming, messages[:-1])
        page = str(Path(folder) / "a.page")
        begun = time.perf_counter()
        kept = resuming.ask(KeepState("k", page))[-1]
        keep_seconds = time.perf_counter() - begun
        assert isinstance(kept, StateKept) and kept.tokens, kept
        pairs, alike = [], 0
        asked = (*messages[:-1], ChatMessage("assistant", said), FOLLOW_UP)
        for number in range(chosen.pairs):
            after = "restart" if number % 3 == 2 else "switch"
            if after == "restart":
                with ExitStack() as fresh:
                    one, other = opened(fresh, load), opened(fresh, load)
                    quick, slow = first_word(one, asked, (page,)), first_word(other, asked)
            else:
                first_word(resuming, OTHER)
                first_word(reading, OTHER)
                quick, slow = first_word(resuming, asked, (page,)), first_word(reading, asked)
            if not quick[2].resumed_tokens or slow[2].reused_tokens > 64:
                raise SystemExit(f"nothing was resumed, or something was not read again: {quick[2]}, {slow[2]}")
            pairs.append((quick[0], slow[0]))
            alike += quick[1] == slow[1]
            if not chosen.json:
                print(f"pair {number + 1} after a {after}: resumed {quick[0]:6.3f} s ({quick[2].resumed_tokens} of "
                      f"{quick[2].prompt_tokens} tokens)   read again {slow[0]:7.3f} s   "
                      f"ratio {quick[0] / slow[0]:.4f}", flush=True)
    ratios = [quick / slow for quick, slow in pairs]
    ratio = statistics.median(ratios)
    if not chosen.json:
        print(f"median ratio {ratio:.4f} ({min(ratios):.4f} to {max(ratios):.4f}), target at most {TARGET}; "
              f"{alike} of {len(pairs)} answers alike; kept in {keep_seconds:.2f} s, {kept.bytes / 1e6:.0f} MB")
    print(json.dumps({"benchmark": "resume", "model": chosen.model.name, "history_tokens": read.prompt_tokens,
                      "ratio": round(ratio, 4), "target": TARGET, "ok": ratio <= TARGET,
                      "resumed": [round(one, 4) for one, _ in pairs], "read_again": [round(one, 3) for _, one in pairs],
                      "alike": alike, "keep_seconds": round(keep_seconds, 3), "bytes": kept.bytes}))


if __name__ == "__main__":
    main()
