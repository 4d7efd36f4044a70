"""`consort route`: which specialist would answer, and why. No specialist is loaded and nothing is answered."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from router.command_line.front import Front, confirmed, new_id
from router.command_line.install import install, offer_text
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.messages import ListSpecialists, RequestRouted, RouteRequest, SpecialistsListed

LONGEST_LINE = 4 * 2**20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort route`."""
    parser.add_argument("text", nargs="?", default="", help="the request; - reads it from standard input")
    parser.add_argument("--file", type=Path, metavar="FILE",
                        help='decide for each line {"text": …, "before": […], "attached": […]} of a JSONL file')
    parser.add_argument("--before", action="append", default=[], metavar="TEXT",
                        help="an earlier request of the conversation, the oldest first; may be repeated")
    parser.add_argument("--attached", action="append", default=[], metavar="NAME", help="the name of an attached file")
    parser.add_argument("--yes", action="store_true", help="install the encoder without asking")
    parser.add_argument("--no-install", action="store_true", help="decide with what is there")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """One decision a request: a table for people, with `--json` or `--file` one event a line."""
    if arguments.file is None and not arguments.text:
        raise UserFacingError("There is no request to route.", 'Write it behind: consort route "…", or give --file.')
    text = sys.stdin.read() if arguments.text == "-" else arguments.text
    requests = read(arguments.file) if arguments.file else iter(
        [RouteRequest(text, tuple(arguments.before), tuple(arguments.attached), new_id())])
    await ensure_encoder(front, arguments.yes, arguments.no_install)
    front.as_json = front.as_json or arguments.file is not None
    for request in requests:
        routed = await front.ask_core(request, RequestRouted)
        front.show(routed)
        if not front.as_json:
            print_decision(routed)
    return 0


async def ensure_encoder(front: Front, yes: bool, no_install: bool) -> None:
    """Install the encoder when there is none. Without it the words alone decide, and that is said."""
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    encoders = [one for one in listed.specialists if one.kind == "encoder"]
    if not encoders or any(one.state in ("installed", "loading", "ready", "busy") for one in encoders):
        return
    first = encoders[0]
    without = "Consort decides by the words alone, which is right less often."
    if no_install:
        front.note(f"The encoder is not installed: {without}", f"Install it with: consort install {first.id}")
        return
    front.note(f"The encoder, which understands requests, is not installed yet. {offer_text(first)}")
    if not confirmed("Install it?", yes):
        front.note(without)
        return
    try:
        await install(first, front, agreed=True)
    except UserFacingError as error:
        front.note(f"{error.text} {without}", error.hint)


def read(path: Path) -> Iterator[RouteRequest]:
    """The requests of a JSONL file, one by one. Raises UserFacingError that names the line that is wrong."""
    try:
        with path.open("rb") as lines:
            for number, line in enumerate(lines, start=1):
                if line.strip():
                    yield _request(line, number, path.name)
    except OSError as error:
        raise UserFacingError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.",
                              "Look whether the file is there and may be read.") from error


def _request(line: bytes, number: int, name: str) -> RouteRequest:
    try:
        row = json.loads(line.decode("utf-8")) if len(line) <= LONGEST_LINE else {}
        text, before, attached = row["text"], row.get("before", []), row.get("attached", [])
        if isinstance(text, str) and all(isinstance(one, str) for one in (*before, *attached)):
            return RouteRequest(text, tuple(before), tuple(attached), new_id())
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise UserFacingError(f"Line {number} of {name} is no request.",
                          'Each line is a JSON object such as {"text": "…"}.')


def print_decision(routed: RequestRouted) -> None:
    """For people: who, why, and everybody's numbers."""
    print(f"{routed.name or 'Nobody'}. {routed.why}")
    facts = [("skill", f"{routed.skill or 'not known'} {routed.confidence:.0%}"), ("tool", routed.tool),
             ("difficulty", f"{routed.difficulty:.1f} of 3" if routed.difficulty else "not judged"),
             ("none of these", f"{routed.none:.0%}"), ("decided by", routed.layer),
             ("decided in", f"{1000 * routed.seconds_taken:.1f} ms")]
    print_table(("", ""), facts)
    if routed.candidates:
        print_table(("specialist", "fit", "first word in", "why not"),
                    [(one.name, f"{one.score:.0%}", f"{one.seconds:.1f} s", one.why_not) for one in routed.candidates])
