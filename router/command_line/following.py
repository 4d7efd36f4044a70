"""A long piece of work followed to its end: its events as they come, Ctrl-C stops it, one line of progress."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from collections.abc import Callable
from typing import TypeVar

from router.command_line.front import Front, size_in_words
from router.errors import UserFacingError
from router.messages import Command, Event, InstallPaused, Noticed, PauseInstall, Refused

Answer = TypeVar("Answer")


async def follow(front: Front, command: Command, expected: type[Answer], shown: Callable[[Event], None]) -> Answer:
    """Send a command that has a `request` and hear its events until the `expected` one; each goes to `--json` too.

    Raises UserFacingError when it is refused or stopped.
    """
    request = getattr(command, "request", "")
    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(ending, lambda: front.send(PauseInstall("", request)))
    front.send(command)
    async for event in front.events():
        if isinstance(event, Noticed) and not event.turn:
            front.note(f"{erase()}{event.text}", event.hint)
        if getattr(event, "request", None) != request:
            continue
        if not isinstance(event, Refused) or event.subject:
            front.show(event)
        if isinstance(event, Refused) and not event.subject:
            raise UserFacingError(f"{erase()}{event.text}", event.hint)
        if isinstance(event, InstallPaused) and event.specialist == getattr(command, "specialist", ""):
            raise UserFacingError(f"{erase()}Stopped.", "The same command begins again.")
        shown(event)
        if isinstance(event, expected):
            print(erase(), end="", file=sys.stderr, flush=True)
            return event
    raise AssertionError("events() never ends")


def draw_progress(what: str, done: int, total: int) -> None:
    """One line that is drawn over, on a terminal only."""
    if sys.stderr.isatty():
        percent = f"{100 * done / total:3.0f} %" if total else ""
        print(f"{erase()}{what}  {percent}  {size_in_words(done)} of {size_in_words(total)}", end="",
              file=sys.stderr, flush=True)


def erase() -> str:
    """What clears the progress line, on a terminal."""
    return "\r\x1b[K" if sys.stderr.isatty() else ""
