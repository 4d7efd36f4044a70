"""The seconds on the card against what then happened: questions short and long, new and going on, with switches.

    python -m tests.benchmarks.expected_seconds --data-dir DIR [--questions 24] [--json]

DIR is a data folder with at least one specialist; with two or more the questions go to them in turn, so that some must
load first. The first question to each only teaches how fast it is and is not counted. The baseline is a guess that
never changes: the median of what happened. Prints a table (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from pathlib import Path

from router.assistant import Assistant, open_assistant
from router.messages import Ask, Event, Routed, TurnFinished

TARGET = 0.30           # median relative error
TOKENS = 24             # an answer; only its beginning is measured
LONG = "This sentence is here so that there is something to read before an answer can begin. " * 40
QUESTIONS = ("What is a haiku?", f"{LONG}\n\nWhat did I just say, in three words?", "And why?",
             "Name a river in France.", f"{LONG[:900]}\n\nShorter, please.", "Say it again.")


async def ask(core: Assistant, events: asyncio.Queue[Event], turn: str, text: str, conversation: str,
              specialist: str) -> tuple[float, TurnFinished]:
    """The seconds that the card showed, and the turn."""
    core.send(Ask(turn, text, conversation, specialist=specialist, max_tokens=TOKENS, temperature=0.0))
    promised = 0.0
    while True:
        event = await events.get()
        if isinstance(event, Routed):
            promised = event.routing.seconds
        if isinstance(event, TurnFinished):
            if event.error:
                raise SystemExit(f"{event.error} {event.hint}")
            return promised, event


async def measure(folder: Path, questions: int) -> list[tuple[float, float]]:
    """(promised, happened) for each question that counts."""
    core = await open_assistant(folder)
    events: asyncio.Queue[Event] = asyncio.Queue()
    core.subscribe(events.put_nowait)
    pairs = []
    try:
        specialists = [one.id for one in core.roster.answerers()]
        if not specialists:
            raise SystemExit("There is no specialist; see consort install.")
        conversations = dict.fromkeys(specialists, "")
        for number in range(questions + 2 * len(specialists)):
            who = specialists[number % len(specialists)]
            text = QUESTIONS[number // len(specialists) % len(QUESTIONS)]
            if number % 7 == 6:
                await core.fleet.unload(who)        # as after a pause: it must load again
            promised, end = await ask(core, events, f"t{number}", text, conversations[who], who)
            conversations[who] = end.conversation if number % 5 else ""
            if number >= 2 * len(specialists):
                pairs.append((promised, end.load_seconds + end.seconds_to_first_token))
    finally:
        await core.close()
    return pairs


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--questions", type=int, default=24)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    pairs = asyncio.run(measure(arguments.data_dir, arguments.questions))
    usual = statistics.median(happened for _, happened in pairs)
    ours = statistics.median(abs(promised - happened) / happened for promised, happened in pairs)
    constant = statistics.median(abs(usual - happened) / happened for _, happened in pairs)
    if not arguments.json:
        for promised, happened in pairs:
            error = abs(promised - happened) / happened
            print(f"promised {promised:7.2f} s   happened {happened:7.2f} s   {error:6.0%}")
        print(f"median error {ours:.0%} (wanted {TARGET:.0%} at most); always guessing {usual:.2f} s: {constant:.0%}")
    print(json.dumps({"benchmark": "expected_seconds", "questions": len(pairs), "median_error": round(ours, 4),
                      "constant_guess_error": round(constant, 4), "wanted": TARGET}))


if __name__ == "__main__":
    main()
