"""`consort bench`: how fast the installed specialists are here, asked like any question but kept nowhere.

`consort bench router` measures the router instead (`bench_router`).
"""

from __future__ import annotations

import argparse
import json
import statistics

from router.command_line import bench_router
from router.command_line.front import Front, new_id
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.messages import Ask, ListSpecialists, SpecialistsListed, TurnFinished

QUESTION = "Explain in a few sentences how a sailing boat can move against the wind."


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort bench`."""
    parser.add_argument("what", nargs="?", choices=("specialists", "router"), default="specialists",
                        help="the specialists' speed (default), or how well requests are routed")
    bench_router.add_arguments(parser.add_argument_group("bench router"))
    parser.add_argument("--specialist", default="", metavar="ID", help="only this one (default: all installed)")
    parser.add_argument("--runs", type=int, default=3, metavar="N", help="answers to measure, after the loading one")
    parser.add_argument("--max-tokens", type=int, default=64, metavar="N", help="tokens an answer")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """A table on stdout, and as its last line the same as JSON."""
    if arguments.what == "router":
        return await bench_router.run(arguments, front)
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    installed = [one.id for one in listed.specialists if one.kind == "language" and one.state in ("installed", "ready")
                 and arguments.specialist in ("", one.id)]
    if not installed:
        raise UserFacingError("There is no specialist to measure.", "Install one first; `consort list` shows them.")
    results = []
    for specialist in installed:
        first = await measure(specialist, arguments.max_tokens, front)
        later = [await measure(specialist, arguments.max_tokens, front) for _ in range(max(1, arguments.runs))]
        results.append({
            "specialist": specialist, "load_seconds": round(first.load_seconds, 3),
            "seconds_to_first_token": round(first.seconds_to_first_token, 3), "prompt_tokens": first.prompt_tokens,
            "tokens_per_second": round(statistics.median(one.tokens_per_second for one in later), 1),
        })
    if not front.as_json:
        print_table(("specialist", "load s", "first token s", "tokens/s"),
                    [(str(one["specialist"]), f"{one['load_seconds']}", f"{one['seconds_to_first_token']}",
                      f"{one['tokens_per_second']}") for one in results])
    print(json.dumps({"event": "Benchmarked", "results": results}))
    return 0


async def measure(specialist: str, tokens: int, front: Front) -> TurnFinished:
    """One answer's numbers. Raises UserFacingError when it fails."""
    ask = Ask(new_id(), QUESTION, temporary=True, specialist=specialist, temperature=0.0, seed=1, max_tokens=tokens)
    front.send(ask)
    async for event in front.events():
        if isinstance(event, TurnFinished) and event.turn == ask.turn:
            if event.reason == "failed":
                raise UserFacingError(event.error, event.hint)
            return event
    raise AssertionError("events() never ends")
