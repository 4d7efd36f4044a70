"""`consort bench router`: how well and how fast requests are routed here, and what routing is worth.

Decisions are measured on everyday requests that come with Consort and that nobody tuned on, or on the person's own.
With `--mixed` every installed specialist answers a set of requests whose answers can be checked, too.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from router import router_training
from router.benchmark import decisions, mixed
from router.benchmark.decisions import TARGETS, Decided
from router.benchmark.mixed import MEASURED, Answer, Task
from router.choose.request import Request
from router.choose.training import Row
from router.command_line.front import Front, new_id
from router.command_line.route import ensure_encoder
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.messages import Ask, ListSpecialists, RequestRouted, RouteRequest, SpecialistsListed, TurnFinished
from router.views import SpecialistView

MOST_TOKENS = 256
EVERY = 50                      # decisions between two words of progress


def add_arguments(parser: argparse._ArgumentGroup) -> None:
    """The options of `consort bench router`."""
    parser.add_argument("--requests", type=Path, metavar="FILE",
                        help='decide these: {"text": …, "skill": …} a line (default: those that come with Consort)')
    parser.add_argument("--mixed", action="store_true",
                        help="also have every installed specialist answer 60 requests (Python they write is run, with "
                             "limits): the router beside the best single one and the oracle")
    parser.add_argument("--answers", type=Path, metavar="FILE",
                        help="where the answers to --mixed are kept, so that a run that was stopped goes on")
    parser.add_argument("--yes", action="store_true", help="install the encoder without asking")
    parser.add_argument("--no-install", action="store_true", help="decide with what is there")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Tables on stdout, and as the last line the same as JSON."""
    measured = Path(str(files("resources"))) / "router" / "measured"
    rows = router_training.read_rows(arguments.requests or measured / "everyday.jsonl")
    if not rows:
        raise UserFacingError(f"There is no request in {arguments.requests}.",
                              'Write one a line: {"text": …, "skill": …}')
    await ensure_encoder(front, arguments.yes, arguments.no_install)
    await routed(rows[0], front)                            # the first one warms the encoder
    decided = []
    for number, row in enumerate(rows, start=1):
        decided.append(Decided(row, await routed(row, front)))
        if number % EVERY == 0:
            front.note(f"{number} of {len(rows)} decided")
    weights, _ = router_training.load_weights(front.folder)
    found: dict[str, Any] = {"event": "RouterBenchmarked", **decisions.report(decided, weights)}
    if arguments.mixed or arguments.answers:
        tasks = [Task(**json.loads(line)) for line in (measured / "mixed.jsonl").read_text("utf-8").splitlines()]
        found["mixed"] = await measure_mixed(tasks, arguments.answers, front)
    if not front.as_json:
        print_decisions(found)
        if "mixed" in found:
            print_ways(found["mixed"]["ways"])
    print(json.dumps(found))
    return 0


async def routed(row: Row, front: Front) -> RequestRouted:
    """The router's decision."""
    request = row.request
    return await front.ask_core(RouteRequest(request.text, request.before, request.attached, new_id()), RequestRouted)


# ── the mixed set ────────────────────────────────────────────────────────────────────────────────────────────────────
async def measure_mixed(tasks: Sequence[Task], path: Path | None, front: Front) -> dict[str, Any]:
    """Everybody answers everything that is not answered yet. Raises UserFacingError."""
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    installed = [one for one in listed.specialists if one.kind == "language" and is_usable(one)]
    if len(installed) < 2:
        raise UserFacingError("Two specialists are needed to see what routing is worth.",
                              "Install another one; `consort list` shows them.")
    answers = read_answers(path)
    for one in installed:
        for number, task in enumerate(tasks, start=1):
            if (one.id, task.text) in answers:
                continue
            front.note(f"{one.name}: {number} of {len(tasks)}")
            answers[one.id, task.text] = said = await answer(one.id, task.text, front)
            keep(said, path)
    decided = [await routed(Row(Request(task.text), task.skill), front) for task in tasks]
    here = {one.id: one.size for one in installed}
    return mixed.report(tasks, {key: said for key, said in answers.items() if key[0] in here}, decided, here)


def is_usable(one: SpecialistView) -> bool:
    """Can it be asked?"""
    return one.state in ("installed", "loading", "ready", "busy")


async def answer(specialist: str, text: str, front: Front) -> Answer:
    """One answer, the same every time, kept in no conversation. Raises UserFacingError when it fails."""
    ask = Ask(new_id(), text, temporary=True, specialist=specialist, temperature=0.0, seed=1, max_tokens=MOST_TOKENS)
    began = time.perf_counter()
    front.send(ask)
    async for event in front.events():
        if isinstance(event, TurnFinished) and event.turn == ask.turn:
            if event.reason == "failed":
                raise UserFacingError(event.error, event.hint)
            return Answer(specialist, text, event.text, time.perf_counter() - began - event.load_seconds)
    raise AssertionError("events() never ends")


def read_answers(path: Path | None) -> dict[tuple[str, str], Answer]:
    """Those of an earlier run, by specialist and request. Raises UserFacingError."""
    if path is None or not path.exists():
        return {}
    try:
        found = [Answer(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError, TypeError) as error:
        raise UserFacingError(f"{path} holds no answers of an earlier run.", "Name another file.") from error
    return {(one.specialist, one.text): one for one in found}


def keep(said: Answer, path: Path | None) -> None:
    """Write the answer behind the others. Raises UserFacingError."""
    if path is None:
        return
    try:
        with path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(said.__dict__, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UserFacingError(f"{path} cannot be written: {(error.strerror or str(error)).lower()}.",
                              "Choose another place with --answers, or make room.") from error


# ── tables ───────────────────────────────────────────────────────────────────────────────────────────────────────────
def print_decisions(found: dict[str, Any]) -> None:
    """One number a line, and what was taken for what."""
    for name, value in found.items():
        if name not in ("event", "confusion", "mixed"):
            shown = "–" if value is None else str(value)
            print(f"{name:28} {shown:>8}   {f'wanted {TARGETS[name]:g}' if name in TARGETS else ''}".rstrip())
    confusion = found["confusion"]
    said = sorted({name for row in confusion.values() for name in row})
    print()
    print_table(("right \\ said", *said),
                [(right, *(str(row.get(name, "")) for name in said)) for right, row in confusion.items()])


def print_ways(ways: dict[str, dict[str, float]]) -> None:
    """Each way to choose with its quality and seconds an answer."""
    print()
    print_table(("way", "quality", "seconds", *MEASURED),
                [(name, f"{line['quality']:.1%}", f"{line['seconds']:.2f}",
                  *(f"{line[skill]:.0%}" if skill in line else "" for skill in MEASURED))
                 for name, line in ways.items()])
