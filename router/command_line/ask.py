"""`consort ask`: one question, its answer on stdout. Installs the starter first when nobody can answer."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys
from pathlib import Path

from router.command_line.cited import show_cited
from router.command_line.front import Front, confirmed, new_id
from router.command_line.install import install, offer_text
from router.errors import UserFacingError
from router.messages import (
    Ask,
    Event,
    ListSpecialists,
    Noticed,
    PlanMoved,
    SpecialistsListed,
    Stop,
    TextAdded,
    ToolAnswered,
    ToolAsked,
    TurnFinished,
)
from router.parts import DocumentsPart
from router.views import SpecialistView


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort ask`."""
    parser.add_argument("text", nargs="+", help="the question; - reads it from standard input")
    parser.add_argument("--specialist", default="", metavar="ID", help="who answers (default: the router chooses)")
    parser.add_argument("--conversation", default="", metavar="ID", help="go on in this conversation")
    parser.add_argument("--temporary", action="store_true", help="keep nothing of this question")
    parser.add_argument("--docs", action="store_true", help="answer from your documents, and say where it stands")
    parser.add_argument("--file", action="append", default=[], type=Path, metavar="PATH",
                        help="answer from this file or folder (may be given several times)")
    parser.add_argument("--max-tokens", type=positive, default=None, metavar="N", help="write at most N tokens")
    parser.add_argument("--seed", type=int, default=None, metavar="N", help="the same seed gives the same answer")
    parser.add_argument("--temperature", type=float, default=None, metavar="T", help="0 is the most likely answer")
    parser.add_argument("--overflow", choices=("refuse", "head", "tail"), default="refuse",
                        help="a question longer than the context: refuse it, or read its head or tail")
    parser.add_argument("--tools", choices=("auto", "none"), default="auto", help="whether tools may be used")
    parser.add_argument("--no-install", action="store_true", help="never install anything; say what to do instead")
    parser.add_argument("--yes", action="store_true", help="answer yes to every question")


def positive(text: str) -> int:
    """argparse type: a whole number of at least 1."""
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when answered, 1 with a sentence on stderr when not."""
    text = " ".join(arguments.text)
    if text == "-":
        text = sys.stdin.buffer.read().decode("utf-8", errors="replace").rstrip("\r\n")
    if not text.strip():
        raise UserFacingError("There is no question.", "Write it after `consort ask`, or pipe it in with -.")
    await ensure_specialist(arguments, front)
    ask = Ask(new_id(), text, arguments.conversation, temporary=arguments.temporary, specialist=arguments.specialist,
              temperature=arguments.temperature, seed=arguments.seed, max_tokens=arguments.max_tokens,
              overflow=arguments.overflow, documents=documents_of(arguments), tools=arguments.tools)
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):       # Windows: Ctrl-C arrives as KeyboardInterrupt
            loop.add_signal_handler(ending, front.send, Stop(ask.turn))
    front.send(ask)
    shown = show if ask.documents is None else show_cited
    async for event in front.events():
        if getattr(event, "turn", None) == ask.turn:
            shown(event, front)
            if isinstance(event, TurnFinished):
                return end(event, front)
    raise AssertionError("events() never ends")


def documents_of(arguments: argparse.Namespace) -> DocumentsPart | None:
    """Which documents the question is to be answered from; None: from none. Raises UserFacingError."""
    if not arguments.docs and not arguments.file:
        return None
    paths = tuple(str(path.expanduser().resolve()) for path in arguments.file)
    for path in paths:
        if not Path(path).exists():
            raise UserFacingError(f"There is no file or folder {path}.", "Look at how it is written.")
    return DocumentsPart(paths)


async def ensure_specialist(arguments: argparse.Namespace, front: Front) -> None:
    """Install who is asked, or the starter when nobody is there. Raises UserFacingError when that is not to be done."""
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    missing = who_is_missing(listed.specialists, arguments.specialist)
    if missing is None:
        return
    what = f"{missing.name} is not installed." if arguments.specialist else "No specialist is installed yet."
    if arguments.no_install:
        raise UserFacingError(what, f"Install one with: consort install {missing.id}")
    front.note(f"{what} {offer_text(missing)}")
    if not confirmed("Install it now?", arguments.yes):
        raise UserFacingError("Nothing was installed.", f"Whenever you like: consort install {missing.id}")
    await install(missing, front, agreed=arguments.yes or sys.stdin.isatty())


def who_is_missing(specialists: tuple[SpecialistView, ...], picked: str) -> SpecialistView | None:
    """Who has to be installed before the question can be answered; None when nobody. Raises UserFacingError."""
    there = ("installed", "loading", "ready", "busy")
    unusable = ("broken", "refused")        # no reason to fetch it again: the turn says what is wrong with it
    if picked:
        chosen = next((one for one in specialists if one.id == picked), None)
        if chosen is None:
            raise UserFacingError(f"There is no specialist called “{picked}”.", "`consort list` shows them all.")
        return None if chosen.state in (*there, *unusable) else chosen
    if any(one.state in there and one.kind == "language" for one in specialists):
        return None
    return next((one for one in specialists if one.starter and one.state not in unusable), None)


def show(event: Event, front: Front) -> None:
    """The event for a person, or as JSON."""
    front.show(event)
    if isinstance(event, Noticed):
        front.note(event.text, event.hint)
    elif isinstance(event, PlanMoved) and all(step.state == "waiting" for step in event.steps):
        front.note("The plan: " + "; ".join(f"{number}. {step.do}" for number, step in enumerate(event.steps, 1)) + ".")
    elif isinstance(event, ToolAsked):
        front.note(f"Asked {event.name}: {event.arguments}")
    elif isinstance(event, ToolAnswered):
        front.note(f"It answered: {event.text}")
    elif isinstance(event, TextAdded) and not event.thought and not front.as_json:
        sys.stdout.write(event.text)
        sys.stdout.flush()


def end(finished: TurnFinished, front: Front) -> int:
    """The exit code, with the sentence that belongs to it."""
    if not front.as_json and finished.text:
        print()
    if finished.reason == "failed":
        front.note(finished.error, finished.hint)
        return 1
    if finished.reason == "stopped":
        front.note("Stopped. What was written is kept.")
        return 1
    return 0
