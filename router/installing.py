"""Installs as they run: in the order of their queue, a few at a time; started, paused, moved, removed, told as events.

The library does the fetching. The queue outlives the program: what was ordered in a window goes on by itself when a
window opens again, because there it is seen and one click stops it. What a command line ordered waits for a person: a
later command, that asks for something else, must not begin to fetch gigabytes. So does what was paused or failed.
What a model is little use without comes along (`companions`), unless it was paused or removed since the start.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from router.choose import encoder
from router.companions import HINT, Companion, comes_after, comes_with
from router.errors import UserFacingError, sentence_for
from router.fleet.fleet import Fleet
from router.install_queue import InstallQueue, Order
from router.library import bandwidth
from router.library.disk import NotEnoughRoom
from router.library.files import size_in_all
from router.library.library import Library
from router.library.naming import parse, resolve
from router.library.offer import require_agreement
from router.messages import (
    Event,
    Install,
    Installed,
    InstallMoved,
    InstallPaused,
    MoveInQueue,
    Noticed,
    PauseInstall,
    QueueChanged,
    Refused,
    Remove,
    Removed,
    SpecialistChanged,
    SpecialistsListed,
)
from router.model_commands import QueueCommand
from router.model_views import QueuedInstall
from router.queue_lines import Run, line
from router.roster import Roster
from specialists.manifest import Manifest

TryOut = Callable[[str, str], Awaitable[None]]      # a specialist, the request that brought it
AT_ONCE = "downloads_at_once"                       # a preference; two, so that a small model passes a large one
TELL_EVERY = 0.25                                   # seconds between two looks at the whole queue


class Installing:
    """All installs. try_out: checks a model before anybody is offered it. in_window: somebody sees the queue."""

    def __init__(self, library: Library, roster: Roster, fleet: Fleet, tell: Callable[[Event], None],
                 try_out: TryOut | None = None, queue: InstallQueue | None = None, *, in_window: bool = False) -> None:
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._tell = tell
        self._try_out = try_out
        self._queue = queue or InstallQueue()
        self._in_window = in_window
        self._at_once = 2
        self._tasks: dict[str, asyncio.Task[Event]] = {}
        self._runs: dict[str, Run] = {}
        self._again: dict[str, str] = {}        # ordered anew while it was being paused: by which request
        self._held: set[str] = set()            # left over by an earlier run; a person has to say go on
        self._showing: asyncio.TimerHandle | None = None
        self._changed_since = False
        self._closing = False
        self._unwanted: set[str] = set()        # companions that a person has paused or removed

    # ── commands ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def go_on(self) -> None:
        """After a start: what may go on by itself does, the rest is shown as paused."""
        known, here = self._library.manifests(), self._library.installed()
        for order in self._queue.orders():
            if order.specialist not in known or (order.name == order.specialist and order.specialist in here):
                self._queue.drop(order.specialist)          # the catalogue lost it, or it came to its end after all
            elif order.state == "waiting" and self._in_window and order.in_window:
                self._roster.installing.add(order.specialist)
            else:
                self._held.add(order.specialist)
        self._fill()
        self._show()

    def start(self, command: Install) -> None:
        """Begin or go on. A second order for the same specialist joins the first. Raises UserFacingError."""
        specialist, name = self._wanted(command.specialist)
        manifest, before = resolve(name, self._library.manifests()), self._queue.get(specialist)
        present = self._library.installed().get(specialist)
        there = present is not None and (name == specialist or present.path.name == manifest.file_name)
        agreed = command.agreed or (before is not None and before.agreed)
        if not there:
            require_agreement(manifest, agreed)
        task = self._tasks.get(specialist)
        if task is not None and before is not None and before.name != name and not task.cancelling():
            raise UserFacingError(f"{manifest.name} is being installed already, as another file.",
                                  "Wait for that to end, or pause it first.")
        self._held.discard(specialist)
        source = command.source or (before.source if before is not None else "")
        self._queue.put(Order(specialist, name, source, agreed, self._in_window))
        if task is None:
            self._begin(specialist, command.request)
            if there:
                self._run(self._queue.get(specialist))      # nobody has to wait for what is there
            else:
                self._bring(comes_with(manifest, self._roster), source, command.request)
        elif task.cancelling():
            self._again[specialist] = command.request
        self._fill()
        self._show()

    def pause(self, command: PauseInstall) -> None:
        """Stop fetching, or do not begin; what is there stays for the next time."""
        specialist = self._id(command.specialist)
        self._unwanted.add(specialist)
        if specialist in self._tasks:
            self._queue.change(specialist, "paused")
            self._tasks[specialist].cancel()
        elif specialist in self._roster.installing:
            self._queue.change(specialist, "paused")
            self._left(specialist)
            self._tell(InstallPaused(specialist, *self._so_far(specialist), command.request))
            self._changed(specialist)
        elif (left_over := self._queue.get(specialist)) is not None and left_over.state == "waiting":
            self._queue.change(specialist, "paused")        # not even a window goes on with it by itself
        self._show()

    def answer(self, command: QueueCommand) -> None:
        """Tell the queue. Raises UserFacingError."""
        if isinstance(command, MoveInQueue):
            specialist = self._id(command.specialist)
            if self._queue.get(specialist) is None:
                raise UserFacingError(f"{self._roster.name(specialist)} is not in the queue.",
                                      "`consort queue` shows what is.")
            before = sum(one.specialist in self._tasks for one in self._queue.orders())
            self._arrange()
            if specialist not in self._tasks:
                self._queue.move(specialist, before + command.place)
        self._tell(self._lines(command.request))
        if isinstance(command, MoveInQueue):
            self._fill()

    def preference_changes(self, key: str, value: str) -> None:
        """Follow a preference that concerns downloads, also while they run."""
        if key == bandwidth.PREFERENCE:
            self._library.fetching.bandwidth.change(bandwidth.limit_of(value))
        elif key == AT_ONCE and value.isdigit() and int(value) > 0:
            self._at_once = int(value)
            self._fill()
        else:
            return
        self._show()

    async def remove(self, command: Remove) -> None:
        """Delete the model's file, after its worker has left, or what was fetched of it. Raises UserFacingError."""
        specialist = command.specialist
        ordered = self._queue.get(specialist) is not None
        self._queue.drop(specialist)
        if (task := self._tasks.get(specialist)) is not None:
            task.cancel()
            await asyncio.wait([task])
        self._unwanted.add(specialist)
        if specialist == encoder.SPECIALIST:
            await self._fleet.unload(encoder.KEY)
        await self._fleet.unload(specialist)
        self._roster.states.pop(specialist, None)
        self._left(specialist)
        self._show()
        try:
            freed = self._library.remove(specialist)
        except UserFacingError:
            if not ordered:
                raise
            freed = 0               # it was only in the queue
        self._tell(Removed(specialist, freed, command.request))
        self._changed(specialist)

    async def close(self) -> None:
        """Stop everything; the queue stays as it is for the next time."""
        self._closing = True
        if self._showing is not None:
            self._showing.cancel()
        tasks = tuple(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # ── one install ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _fill(self) -> None:
        """Let the next ones run, as many as may at once."""
        for order in self._queue.orders():
            if len(self._tasks) >= self._at_once or self._closing:
                return
            if order.state == "waiting" and order.specialist not in self._tasks and order.specialist not in self._held:
                self._run(order)

    def _run(self, order: Order | None) -> None:
        assert order is not None
        run = self._runs.setdefault(order.specialist, Run())
        task = asyncio.create_task(self._install(order, run))
        self._tasks[order.specialist] = task
        task.add_done_callback(lambda task: self._ended(order, run, task))      # also of one that never began

    async def _install(self, order: Order, run: Run) -> Event:
        def moved(step: InstallMoved) -> None:
            run.take(step)
            self._tell(step)
            self._show()

        specialist = order.specialist
        try:
            before = self._library.installed().get(specialist)
            installed = await self._library.install(
                order.name, agreed=order.agreed, source=order.source, tell=moved, request=run.request,
                note=lambda text: self._tell(Noticed(text)))
            if before is not None and str(before.path) != installed.path:
                await self._fleet.unload(specialist)        # who asks next is answered by the new one
                self._library.sweep(specialist)
            if self._try_out is not None:
                with contextlib.suppress(asyncio.CancelledError):      # it is there; its first use will check it
                    await self._try_out(specialist, run.request)
            return installed
        except NotEnoughRoom as full:
            if not self._so_far(specialist)[0]:
                return self._failed(order, run, full)
            self._queue.change(specialist, "paused", full.text, full.hint)
            self._tell(Noticed(full.text, full.hint, level="warning"))
            return InstallPaused(specialist, *self._so_far(specialist), run.request)
        except Exception as error:
            return self._failed(order, run, sentence_for(error))

    def _failed(self, order: Order, run: Run, sentence: UserFacingError) -> Refused:
        self._queue.change(order.specialist, "failed", sentence.text, sentence.hint)
        return Refused(sentence.text, sentence.hint, run.request, order.specialist)

    def _ended(self, order: Order, run: Run, task: asyncio.Task[Event]) -> None:
        """Tell what came of it; one that was cancelled is paused."""
        specialist = order.specialist
        outcome = InstallPaused(specialist, *self._so_far(specialist), run.request) \
            if task.cancelled() else task.result()
        self._left(specialist)
        again = self._again.pop(specialist, None)
        if isinstance(outcome, Installed):
            again = None
            self._queue.drop(specialist)
            # First: who waits for the outcome may then wait for both.
            self._bring(comes_after(specialist, self._roster), order.source, run.request)
        self._tell(outcome)
        if again is not None and not self._closing:
            self._queue.change(specialist, "waiting")
            self._begin(specialist, again)
        else:
            self._changed(specialist)
        self._fill()
        self._show()

    def _begin(self, specialist: str, request: str) -> None:
        """It is on its way, if only in the queue."""
        self._roster.installing.add(specialist)
        self._runs[specialist] = Run(request)
        self._changed(specialist, request)

    def _left(self, specialist: str) -> None:
        """It neither runs nor waits any more."""
        self._roster.installing.discard(specialist)
        self._tasks.pop(specialist, None)
        self._runs.pop(specialist, None)

    def _bring(self, companion: Companion | None, source: str, request: str) -> None:
        """Fetch it, too, unless it is there or the person has refused it since the start."""
        if companion is None or self._closing or (specialist := companion.manifest.id) in self._unwanted \
                or specialist in self._roster.installing or specialist in self._library.installed():
            return
        self._tell(Noticed(companion.sentence, HINT))
        with contextlib.suppress(UserFacingError):      # terms that changed: the person can still order it
            self.start(Install(specialist, source=source, request=request))     # type: ignore[arg-type]

    # ── what is told ─────────────────────────────────────────────────────────────────────────────────────────────────
    def _show(self) -> None:
        """Tell the queue, now or in a moment, if it was told just now."""
        self._changed_since = True
        if self._showing is None and not self._closing:
            self._tell_queue()

    def _tell_queue(self) -> None:
        self._showing = None
        if self._changed_since:
            self._changed_since = False
            self._showing = asyncio.get_running_loop().call_later(TELL_EVERY, self._tell_queue)
            self._tell(self._lines())

    def _arrange(self) -> None:
        """Those that run stand first."""
        for place, specialist in enumerate([one.specialist for one in self._queue.orders()
                                            if one.specialist in self._tasks]):
            self._queue.move(specialist, place)

    def _lines(self, request: str = "") -> QueueChanged:
        orders = sorted(self._queue.orders(), key=lambda one: one.specialist not in self._tasks)
        known = self._library.manifests()
        return QueueChanged(tuple(self._line(one, known[one.specialist]) for one in orders if one.specialist in known),
                            self._library.fetching.bandwidth.limit, request)

    def _line(self, order: Order, manifest: Manifest) -> QueuedInstall:
        run = self._runs.get(order.specialist) if order.specialist in self._tasks else None
        done, total = (0, 0) if run is not None and run.moved is not None else self._so_far(order.specialist)
        return line(order, self._title(manifest, order), run, done, total, held=order.specialist in self._held)

    def _title(self, manifest: Manifest, order: Order) -> str:
        quantisation = parse(order.name).quantisation
        return f"{manifest.name} ({quantisation})" if quantisation else manifest.name

    def _so_far(self, specialist: str) -> tuple[int, int]:
        """Bytes fetched and in all (0: not known)."""
        order = self._queue.get(specialist)
        name = order.name if order is not None else specialist
        with contextlib.suppress(UserFacingError):
            return self._library.partial(name) or (0, size_in_all(resolve(name, self._library.manifests())))
        return 0, 0

    def _wanted(self, name: str) -> tuple[str, str]:
        """The id of what is ordered, and its name; without a quantisation it is that of an order that is there."""
        manifest = resolve(name, self._library.manifests())
        if parse(name).quantisation:
            return manifest.id, f"{manifest.id}:{manifest.quantisation}"
        before = self._queue.get(manifest.id)
        return manifest.id, before.name if before is not None else manifest.id

    def _id(self, name: str) -> str:
        """The id of what is meant; the name itself where nobody has it."""
        try:
            return resolve(name, self._library.manifests()).id
        except UserFacingError:
            return name

    def _changed(self, specialist: str, request: str = "") -> None:
        if self._roster.manifest(specialist) is None:       # one of the person's own, forgotten
            self._tell(SpecialistsListed(self._roster.views(), request))
        else:
            self._tell(SpecialistChanged(self._roster.view(specialist), request))
