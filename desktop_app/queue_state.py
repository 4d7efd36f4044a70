"""The downloads, in their order, as the window shows them. Part of the view state; no Qt.

The router tells the whole queue now and then, and each step of a download at once; both end in one list of lines.
What is shown of one download never goes backwards while it is the same file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from desktop_app.shown import Shown
from router import messages as m
from router.model_views import QueuedInstall

INSTALL = "install:"            # a request that begins so is about a download; what follows is what was ordered
IMPORT = "import:"              # a request that begins so is about a file of the person's own; then comes its path
IN_PLACE = "import"             # the source of a file of the person's own: it is read and not fetched
UNFINISHED = ("running", "waiting")


class QueueState:
    """What is on its way. Attributes: limit, bytes per second for all together, 0 none."""

    def __init__(self, name_of: Callable[[str], str], size_of: Callable[[str], int]) -> None:
        self._name_of, self._size_of = name_of, size_of
        self._lines: dict[str, QueuedInstall] = {}
        self._ordered: set[str] = set()         # what was ordered and not answered yet
        self._requests: dict[str, str] = {}     # a request for a repository of the Hub → the repository
        self._told: frozenset[str] = frozenset()        # what the router itself has in its queue
        self.became: dict[str, str] = {}        # a repository of the Hub → the specialist that it became
        self.limit = 0

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────
    def lines(self) -> tuple[QueuedInstall, ...]:
        """Every download, the one that runs first."""
        return tuple(self._lines.values())

    def line(self, specialist: str) -> QueuedInstall | None:
        """The download of one specialist; None when nothing of it is on its way."""
        return self._lines.get(specialist)

    def of_repository(self, repo: str) -> QueuedInstall | None:
        """The download of one of a repository's quantisations."""
        names = {repo, self.became.get(repo, repo)}
        return next((each for key, each in self._lines.items() if key.partition(":")[0] in names), None)

    def knows(self, specialist: str) -> bool:
        """Whether the router has it in its queue; else it is only what it refused."""
        return specialist in self._told

    def active(self) -> tuple[QueuedInstall, ...]:
        """Those that run or wait for their turn."""
        return tuple(each for each in self._lines.values() if each.state in UNFINISHED)

    def share(self) -> float:
        """How much of what is being fetched is here, 0…1, over all that run or wait and whose size is known."""
        sized = [each for each in self.active() if each.total > 0]
        total = sum(each.total for each in sized)
        return min(1.0, sum(done_of(each) for each in sized) / total) if total else 0.0

    # ── doing ─────────────────────────────────────────────────────────────────────────────────────────────
    def sent(self, command: m.Install | m.UpdateModel) -> Shown:
        """It is on its way until the router says otherwise."""
        specialist = command.specialist
        self._ordered.add(specialist)
        if "/" in specialist:
            self._requests[command.request] = specialist.partition(":")[0]
        before = self._lines.get(specialist)
        state: Any = "waiting" if any(each.state == "running" for each in self.active()) else "running"
        if before is None:
            before = QueuedInstall(specialist, self._name_of(specialist), state, total=self._size_of(specialist))
        self._lines[specialist] = replace(before, state=state, phase="asking", bytes_per_second=0.0, seconds_left=0.0,
                                          error="", hint="")
        return Shown.INSTALLS

    def installed(self, event: m.Installed) -> None:
        """It is here."""
        self.learn(event.request, event.specialist)
        self.removed(event.request.removeprefix(INSTALL))
        self.removed(event.specialist)

    def _known_as(self, ordered: str) -> str:
        """The specialist that an order is for, as far as that is known."""
        base = ordered.partition(":")[0]
        return self.became.get(base, base)

    def learn(self, request: str, specialist: str) -> None:
        """The first one told about is the one that was ordered; others may come along with it."""
        if request in self._requests:
            self.became.setdefault(self._requests[request], specialist)

    def removed(self, specialist: str) -> None:
        """Nothing of it is on its way any more: it is here, or what was fetched was thrown away."""
        self._lines.pop(specialist, None)
        self._ordered.discard(specialist)

    def refused(self, event: m.Refused) -> bool:
        """Whether the refusal was about a download: it is shown there and not as a notice."""
        if not event.request.startswith(INSTALL):
            return False
        ordered = event.request.removeprefix(INSTALL)
        specialist = event.subject if event.subject in self._lines or ordered not in self._lines else ordered
        specialist = specialist or ordered
        if specialist != ordered:
            self._lines.pop(ordered, None)
        before = self._lines.get(specialist) or QueuedInstall(specialist, self._name_of(specialist), "failed")
        self._lines[specialist] = replace(before, state="failed", bytes_per_second=0.0, seconds_left=0.0,
                                          error=event.text, hint=event.hint)
        self._ordered.discard(ordered)
        return True

    # ── what happened ─────────────────────────────────────────────────────────────────────────────────────
    def changed(self, event: m.QueueChanged) -> Shown:
        """The router's order counts. What it does not know yet, and what has failed, stays on show behind it."""
        before, self.limit = self._lines, event.limit
        self._told = frozenset(each.specialist for each in event.installs)
        told = {each.specialist: forward(before.get(each.specialist), each) for each in event.installs}
        self._ordered -= {each for each in self._ordered if self._known_as(each) in told}
        kept = {key: line for key, line in before.items()
                if key not in told and (line.state == "failed" or key in self._ordered)}
        self._lines = told | kept
        return Shown.INSTALLS

    def moved(self, event: m.InstallMoved) -> Shown:
        """More of one download is here. A file of the person's own is read where it lies: that is none."""
        if event.source == IN_PLACE:
            return Shown.NOTHING
        specialist = event.specialist
        ordered = event.request.removeprefix(INSTALL) or specialist
        self.learn(event.request, specialist)
        if self._known_as(ordered) == specialist and ordered in self._ordered:
            self._ordered.discard(ordered)
            if ordered != specialist:
                self._lines.pop(ordered, None)
        before = self._lines.get(specialist)
        left = (event.total - event.done) / event.bytes_per_second if event.bytes_per_second > 0 else 0.0
        moved = QueuedInstall(specialist, before.name if before else self._name_of(specialist), "running", event.phase,
                              event.done, event.total, event.bytes_per_second, max(left, 0.0), event.source)
        self._lines[specialist] = forward(before, moved)
        return Shown.INSTALLS

    def paused(self, event: m.InstallPaused) -> Shown:
        """It stands still and keeps what it has."""
        self._ordered.discard(event.specialist)
        before = self._lines.get(event.specialist) or QueuedInstall(event.specialist, self._name_of(event.specialist),
                                                                    "paused")
        self._lines[event.specialist] = replace(
            before, state="paused", phase="fetching", done=event.done or before.done, total=event.total or before.total,
            bytes_per_second=0.0, seconds_left=0.0)
        return Shown.INSTALLS


def done_of(line: QueuedInstall) -> int:
    """Bytes that are here: once all is fetched, what is left is checking and counts as done."""
    return line.total if line.phase in ("joining", "checking", "testing") else line.done


def forward(before: QueuedInstall | None, now: QueuedInstall) -> QueuedInstall:
    """The newest of two tellings about the same file, whichever of them is further: they come on two ways."""
    if before is None or before.total != now.total or before.phase != now.phase:
        return now
    return replace(now, done=max(before.done, now.done)) if before.state == now.state else now
