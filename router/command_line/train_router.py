"""`consort train-router`: refit the router's weights to requests whose skill is known, and say what they are worth."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from router.command_line.following import erase
from router.command_line.front import Front, new_id
from router.command_line.route import ensure_encoder
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.messages import Refused, RouterTrained, TrainingMoved, TrainRouter

PHASES = {"understanding": "Reading the requests", "measuring": "Measuring on requests left out"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort train-router`."""
    parser.add_argument("data", nargs="*", type=Path, metavar="DATA.jsonl",
                        help='rows such as {"text": …, "skill": …, "source": …}, beside those that are shipped')
    parser.add_argument("--out", type=Path, default=None, metavar="FILE",
                        help="write the weights here (default: the data folder, where they win over the shipped ones)")
    parser.add_argument("--only", action="store_true", help="leave the requests that are shipped out")
    parser.add_argument("--reset", action="store_true", help="go back to the shipped weights")
    parser.add_argument("--yes", action="store_true", help="install the encoder without asking")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """The report as tables, or with --json as one event."""
    if not arguments.reset:
        await ensure_encoder(front, arguments.yes, no_install=False)
    request = new_id()
    paths = tuple(str(path.absolute()) for path in arguments.data)
    out = str(arguments.out.absolute()) if arguments.out else ""
    front.send(TrainRouter(paths, out, arguments.only, arguments.reset, request))
    async for event in front.events():
        if getattr(event, "request", None) != request:
            continue
        match event:
            case TrainingMoved():
                draw(event)
            case RouterTrained():
                front.show(event)
                if not front.as_json:
                    print_report(event)
                return 0
            case Refused():
                raise UserFacingError(erase() + event.text, event.hint)
    raise AssertionError("events() never ends")


def draw(moved: TrainingMoved) -> None:
    """One line that is drawn over, on a terminal only."""
    if sys.stderr.isatty():
        print(f"{erase()}{PHASES[moved.phase]}  {moved.fraction:4.0%}", end="", file=sys.stderr, flush=True)


def print_report(trained: RouterTrained) -> None:
    """For people: accuracies, calibration, and what was taken for what."""
    print(erase(), end="")
    if not trained.rows:
        print(f"The shipped weights count again; {trained.path} is gone.")
        return
    print_table(("measured on requests left out", ""), [
        ("skill, all rows in turn", f"{trained.held_out:.1%}"), ("skill, our own requests", f"{trained.ours:.1%}"),
        *((("skill, the other rows", f"{trained.others:.1%}"),) if trained.others else ()),
        ("skill, without the encoder", f"{trained.words_alone:.1%}"),
        ("expected calibration error", f"{trained.calibration:.3f}"),
        ("none of these, area under the curve", f"{trained.none_area:.3f}"),
        *((f"without the source {source}", f"{share:.1%}") for source, share in trained.by_source.items()),
    ])
    skills = tuple(trained.confusion)
    print_table(("right \\ said", *skills), [
        (skill, *(str(trained.confusion[skill][said]) for said in skills)) for skill in skills])
    print(f"{trained.rows:,} requests, {trained.size / 1000:.0f} kB of weights in {trained.path}.")
