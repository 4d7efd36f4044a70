"""`consort queue`: the downloads in their order; move, pause or continue one; one limit for the speed of all."""

from __future__ import annotations

import argparse
import re

from router.command_line.following_installs import PHASES, follow_installs
from router.command_line.front import Front, new_id, size_in_words
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.library.bandwidth import PREFERENCE
from router.messages import (
    ChangePreference,
    InstallPaused,
    ListQueue,
    MoveInQueue,
    PauseInstall,
    PreferencesRead,
    QueueChanged,
)
from router.model_views import QueuedInstall

_RATE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmg]?)b?(?:/s)?", re.IGNORECASE)
_TIMES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort queue`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--move", nargs=2, default=(), metavar=("ID", "PLACE"), help="PLACE 1 is next")
    what.add_argument("--pause", default="", metavar="ID", help="stop fetching it; what is there stays")
    what.add_argument("--continue", dest="go_on", default="", metavar="ID|all",
                      help="go on with it, or with all that are paused or failed, and wait for the end")
    what.add_argument("--limit", default="", metavar="RATE", help="for all downloads together: 500k, 2M, 0 for none")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Do what was asked, then show the queue."""
    if arguments.limit:
        change = ChangePreference(PREFERENCE, str(rate(arguments.limit)), new_id())
        await front.ask_core(change, PreferencesRead)
    if arguments.go_on:
        await _go_on(arguments.go_on, front)
    if arguments.pause:
        await _require(arguments.pause, front)
        front.send(PauseInstall(arguments.pause, new_id()))
        await _until_paused(arguments.pause, front)
    if arguments.move and not arguments.move[1].isdigit():
        raise UserFacingError(f"“{arguments.move[1]}” is no place in the queue.", "1 is next, 2 the one after it.")
    listed = await front.ask_core(
        MoveInQueue(arguments.move[0], max(int(arguments.move[1]) - 1, 0), new_id()) if arguments.move
        else ListQueue(new_id()), QueueChanged)
    front.show(listed)
    if not front.as_json:
        if listed.installs:
            print_table(("id", "state", "so far", "speed", "left", "why"), [_row(one) for one in listed.installs])
        else:
            print("Nothing is being fetched.")
        if listed.limit:
            print(f"All together at most {listed.limit / 1e6:.2f} MB/s.")
    return 0


def rate(text: str) -> int:
    """Bytes per second, from `500k`, `2M`, `1.5 MB/s`. Raises UserFacingError."""
    found = _RATE.fullmatch(text.strip())
    if found is None:
        raise UserFacingError(f"“{text}” is no speed.", "Write 500k, 2M (bytes per second), or 0 for no limit.")
    return int(float(found[1]) * _TIMES[found[2].lower()])


async def _go_on(specialist: str, front: Front) -> None:
    listed = await front.ask_core(ListQueue(new_id()), QueueChanged)
    wanted = [one for one in listed.installs if specialist in ("all", one.specialist)]
    if not wanted:
        raise UserFacingError(f"{specialist} is not in the queue." if specialist != "all" else "The queue is empty.",
                              "`consort install ID` begins.")
    await follow_installs(front, {one.specialist: one.specialist for one in wanted},
                          {one.specialist: one.name for one in wanted}, agreed=False)


async def _until_paused(specialist: str, front: Front) -> None:
    """Only what runs or waits says that it paused."""
    listed = await front.ask_core(ListQueue(new_id()), QueueChanged)
    if all(one.state in ("paused", "failed") for one in listed.installs if one.specialist == specialist):
        return
    async for event in front.events():
        if isinstance(event, InstallPaused) and event.specialist == specialist:
            return


async def _require(specialist: str, front: Front) -> None:
    listed = await front.ask_core(ListQueue(new_id()), QueueChanged)
    if all(one.specialist != specialist for one in listed.installs):
        raise UserFacingError(f"{specialist} is not in the queue.", "`consort queue` shows what is.")


def _row(one: QueuedInstall) -> tuple[str, ...]:
    state = PHASES.get(one.phase, one.phase).lower().rstrip(":") if one.state == "running" else one.state
    done = f"{size_in_words(one.done)} of {size_in_words(one.total)}" if one.done else size_in_words(one.total)
    speed = f"{one.bytes_per_second / 1e6:.1f} MB/s" if one.bytes_per_second else ""
    left = f"{one.seconds_left:.0f} s" if one.seconds_left else ""
    return one.specialist, state, done, speed, left, one.error
