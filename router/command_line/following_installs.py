"""Installs followed to their end on a terminal: a line of progress, a sentence for each outcome, Ctrl-C pauses them."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import signal
import sys
from collections.abc import Iterable, Mapping

from router.command_line.following import erase
from router.command_line.front import Front, new_id, size_in_words
from router.errors import UserFacingError
from router.messages import (
    Event,
    Install,
    Installed,
    InstallMoved,
    InstallPaused,
    ModelChecked,
    Noticed,
    PauseInstall,
    QueueChanged,
    Refused,
    SpecialistChanged,
)
from router.queue_lines import Pace

SOURCE_NAMES = {"hub": "the Hugging Face Hub", "index": "the package index"}
PHASES = {"asking": "Looking for it", "fetching": "Fetching", "waiting": "Waiting for the network:",
          "joining": "Unpacking", "checking": "Checking", "testing": "Trying out"}
REFUSED_HINT = ("It stays on this computer, but is never asked. `consort info ID` says more, `consort remove ID` frees "
                "the disk.")


class Following:
    """What was ordered by one command, and what comes along with it. names: id → what people call it."""

    def __init__(self, front: Front, names: Mapping[str, str], request: str) -> None:
        self.waiting = set(names)
        self._front = front
        self._names = dict(names)
        self._asked = frozenset(names)
        self._request = request
        self._checks: dict[str, str] = {}           # refused by its check: why
        self._failures: list[UserFacingError] = []
        self._paces: dict[str, Pace] = {}
        self._lines: dict[str, str] = {}            # of progress, of those that run
        self._said: dict[str, str] = {}             # where no line is drawn: what was said last of each

    def take(self, event: Event) -> None:
        """Show what concerns us, and note what is over."""
        about = self._subject(event)
        match event:
            case Noticed() if not event.turn:
                self._front.note(erase() + event.text, event.hint)
            case SpecialistChanged() if event.request == self._request and event.specialist.state == "installing":
                self._names[event.specialist.id] = event.specialist.name
                self.waiting.add(event.specialist.id)
            case QueueChanged():
                for one in event.installs:
                    if one.specialist in self.waiting and one.state == "waiting":
                        self._say(one.specialist, f"{one.name} waits for its turn.")
            case _ if about not in self.waiting:
                pass
            case ModelChecked() if event.check.state == "refused":
                self._front.show(event)
                self._checks[about] = f"{self._names[about]} failed its check. {event.check.problems[0]}"
            case InstallMoved():
                self._front.show(event)
                self._lines[about] = in_a_line(event, self._names[about], self._paces.setdefault(about, Pace()))
                draw(self._lines.values())
                if event.phase == "waiting":
                    self._say(about, f"{self._names[about]}: waiting for the network. What is fetched is kept.")
                else:
                    self._said.pop(about, None)
            case Installed() | InstallPaused() | Refused():
                self._front.show(event)
                self._over(about, event)

    def outcome(self) -> None:
        """Raises UserFacingError when something that was asked for did not come."""
        if len(self._failures) == 1 and len(self._asked) == 1:
            raise self._failures[0]
        for failure in self._failures:
            self._front.note(failure.text, failure.hint)
        if self._failures:
            raise UserFacingError(f"{len(self._failures)} of {len(self._asked)} are not installed.",
                                  "The same command goes on with them.")

    def _over(self, about: str, event: Installed | InstallPaused | Refused) -> None:
        self.waiting.discard(about)
        self._lines.pop(about, None)
        if isinstance(event, Installed) and about not in self._checks:
            served = SOURCE_NAMES.get(event.source, event.source)
            self._front.note(f"{erase()}{self._names[about]} is installed, from {served}; its checksum is right.")
            return
        failure = self._failure(about, event)
        if about in self._asked:
            self._failures.append(failure)
        elif not isinstance(event, InstallPaused):      # what came along is not there, but what was asked for is
            self._front.note(failure.text, failure.hint)

    def _failure(self, about: str, event: Installed | InstallPaused | Refused) -> UserFacingError:
        match event:
            case Refused():
                return UserFacingError(erase() + event.text, event.hint)
            case InstallPaused():
                which = f"{self._names[about]} is paused" if len(self._asked) > 1 else "Paused"
                amount = f"{size_in_words(event.done)} of {size_in_words(event.total)}" if event.done else "the start"
                return UserFacingError(f"{erase()}{which} at {amount}.", "The same command goes on from there.")
            case Installed():
                return UserFacingError(erase() + self._checks[about], REFUSED_HINT)

    def _subject(self, event: Event) -> str:
        """The id of the specialist whose install the event is about."""
        if isinstance(event, Refused):
            alone = event.request == self._request and not event.subject and len(self._asked) == 1
            return next(iter(self._asked)) if alone else event.subject
        return event.specialist if isinstance(event, InstallMoved | Installed | InstallPaused | ModelChecked) else ""

    def _say(self, about: str, sentence: str) -> None:
        """Once, and only where no line of progress is drawn."""
        if not sys.stderr.isatty() and self._said.get(about) != sentence:
            self._said[about] = sentence
            self._front.note(sentence)


async def follow_installs(front: Front, orders: Mapping[str, str], names: Mapping[str, str], *, agreed: bool,
                          source: str = "") -> None:
    """Install them all. orders: id → how it was ordered (with its quantisation). Raises UserFacingError."""
    request = new_id()
    following = Following(front, names, request)

    def pause() -> None:
        for specialist in tuple(following.waiting):
            front.send(PauseInstall(specialist, request))

    loop = asyncio.get_running_loop()
    for ending in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(ending, pause)
    for ordered in orders.values():
        front.send(Install(ordered, agreed, source, request))       # type: ignore[arg-type]
    async for event in front.events():
        following.take(event)
        if isinstance(event, Refused) and event.request == request and not event.subject and len(orders) > 1:
            raise UserFacingError(event.text, event.hint)
        if not following.waiting:
            return following.outcome()
    return None


def in_a_line(moved: InstallMoved, name: str, pace: Pace) -> str:
    """How far an install is."""
    if moved.phase in ("fetching", "waiting"):
        pace.at(moved.done)
    percent = f"{100 * moved.done / moved.total:3.0f} %" if moved.total else ""
    fetching = moved.phase == "fetching" and pace.bytes_per_second
    speed = f"{pace.bytes_per_second / 1e6:.1f} MB/s" if fetching else ""
    left = f"{pace.seconds_left(moved.done, moved.total):.0f} s left" if fetching and moved.total else ""
    amount = f"{size_in_words(moved.done)} of {size_in_words(moved.total)}" if moved.total else ""
    return "  ".join(piece for piece in (f"{PHASES[moved.phase]} {name}", percent, amount, speed, left) if piece)


def draw(lines: Iterable[str]) -> None:
    """What runs, in one line that is drawn over and never wider than the terminal; on a terminal only."""
    if sys.stderr.isatty():
        line = "  |  ".join(lines)[:max(shutil.get_terminal_size().columns - 1, 20)]
        print(f"{erase()}{line}", end="", file=sys.stderr, flush=True)
