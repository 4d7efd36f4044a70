"""`consort ps`: the specialists in memory as processes, what they take, what has happened; unload, pin, unpin."""

from __future__ import annotations

import argparse
import time

from router.command_line.front import Front, new_id, size_in_words
from router.command_line.tables import print_table
from router.messages import ListProcesses, PinSpecialist, ProcessesListed, Unload
from router.views import ProcessView


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort ps`."""
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--unload", default="", metavar="ID", help="send it out of memory, after it is done")
    what.add_argument("--pin", default="", metavar="ID", help="keep it in memory as long as others can leave")
    what.add_argument("--unpin", default="", metavar="ID", help="let it leave like any other")
    parser.add_argument("--history", action="store_true", help="also what was loaded and what had to leave, and why")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Do what was asked, then show how things stand."""
    command: ListProcesses | Unload | PinSpecialist = ListProcesses(new_id())
    if arguments.unload:
        command = Unload(arguments.unload, new_id())
    elif arguments.pin or arguments.unpin:
        command = PinSpecialist(arguments.pin or arguments.unpin, bool(arguments.pin), new_id())
    listed = await front.ask_core(command, ProcessesListed)
    front.show(listed)
    if front.as_json:
        return 0
    if listed.processes:
        print_table(("id", "state", "memory", "measured", "context", "used", "pinned"),
                    [_row(one) for one in listed.processes])
    else:
        print(nothing_there(front.joined))
    print(f"{_size(listed.used)} of the {_size(listed.budget)} that models may take.")
    if listed.pages:
        print(f"{listed.pages} conversations can go on without being read again ({_size(listed.page_bytes)} on disk).")
    if arguments.history:
        print()
        print_table(("when", "id", "what", "why"),
                    [(time.strftime("%H:%M:%S", time.localtime(one.at)), one.specialist, one.what, one.why)
                     for one in listed.history] or [("", "", "nothing has happened yet", "")])
    return 0


def nothing_there(joined: bool) -> str:
    """Why the table is empty. Models live in the program that uses them, and a lone command has just begun."""
    if joined:
        return "Nothing is in memory. A specialist is loaded when somebody asks it."
    return ("Nothing is in memory. No window is open: a specialist is loaded when somebody asks it, and leaves with "
            "the program that asked.")


def _row(process: ProcessView) -> tuple[str, ...]:
    return (process.id, process.state, _size(process.memory), _size(process.measured) if process.measured else "",
            f"{process.context_used:,} of {process.context:,}", _ago(time.time() - process.last_used),
            "pinned" if process.pinned else "")


def _ago(seconds: float) -> str:
    if seconds < 2:
        return "now"
    return f"{seconds:.0f} s ago" if seconds < 120 else f"{seconds / 60:.0f} min ago"


def _size(size: int) -> str:
    return size_in_words(size) if size else "0 MB"
