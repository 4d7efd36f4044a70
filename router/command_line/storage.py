"""`consort storage` and `consort verify`: what models take on the disk, and whether their bytes are still right."""

from __future__ import annotations

import argparse
import time

from router.command_line.following import draw_progress, follow
from router.command_line.front import Front, new_id, size_in_words
from router.command_line.tables import print_table
from router.messages import Event, ListStorage, StorageListed, Verified, VerifyModel, VerifyMoved
from router.model_views import StoredModel

STATES = {"installed": "installed", "unfinished": "partly fetched", "missing": "not there"}


async def run_storage(arguments: argparse.Namespace, front: Front) -> int:
    """What takes how much, and when it was last used."""
    listed = await front.ask_core(ListStorage(new_id()), StorageListed)
    front.show(listed)
    if front.as_json:
        return 0
    if listed.models:
        print_table(("id", "size", "state", "last used", "file"),
                    [(one.specialist, size_in_words(one.size) if one.size else "", _state(one), _day(one.last_used),
                      one.path) for one in listed.models])
    ours = sum(one.size for one in listed.models if not one.in_place)
    print(f"Models take {size_in_words(ours) if ours else 'nothing'} in {listed.folder}"
          + (f", kept states {size_in_words(listed.pages)}" if listed.pages else "")
          + f"; {size_in_words(listed.free)} of {size_in_words(listed.total)} are free on that disk.")
    return 0


def add_verify_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort verify`."""
    parser.add_argument("specialist", metavar="ID", nargs="?", default="", help="which one (default: all of them)")


async def run_verify(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 1 if any model is not as it was installed."""

    def shown(event: Event) -> None:
        if isinstance(event, VerifyMoved):
            draw_progress(f"Reading {event.specialist}", event.done, event.total)

    verified = await follow(front, VerifyModel(arguments.specialist, new_id()), Verified, shown)
    if not front.as_json:
        for specialist in verified.sound:
            print(f"✓ {specialist}: every byte is right")
        for specialist in verified.changed:
            print(f"✗ {specialist}: its file was changed")
            print(f"    Have it again: consort remove {specialist}, then install it; or import your file anew.")
        for specialist in verified.missing:
            print(f"✗ {specialist}: its file is not there")
            print(f"    Install it again, show where it is (consort install PATH --instead-of {specialist}), or "
                  f"forget it (consort remove {specialist}).")
        if not (verified.sound or verified.changed or verified.missing):
            print("No model is installed.")
    return 1 if verified.changed or verified.missing else 0


def _state(one: StoredModel) -> str:
    return f"{STATES[one.state]}, your file" if one.in_place else STATES[one.state]


def _day(moment: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(moment)) if moment else "never"
