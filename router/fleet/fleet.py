"""The specialists in memory: lease one, and it is loaded, busy and yours until you give it back.

All state belongs to the loop, and every decision (is it loaded? who must leave?) is made and acted on without an await
in between. Memory is accounted by our own numbers, corrected by what workers were measured to take; what is being
loaded counts from the moment it is decided.
The fleet knows no catalogue and no conversation; a specialist is a key, a `Load` and a number of bytes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, Literal, Protocol

from router.errors import UserFacingError
from router.fleet.failures import WorkerFailed
from router.fleet.history import History, What
from router.fleet.loading import load_in_any_way
from router.fleet.measured import Corrections, memory_of
from router.fleet.placement import DoesNotFit, Resident, make_room
from router.fleet.seat import Arrival, Lease, Seat
from router.fleet.sentences import does_not_fit, stays_busy, too_many_waiting
from router.fleet.times import Times
from router.fleet.worker import LoadedModel, Worker
from router.views import ProcessView
from specialists.wire import Finished, Load

__all__ = ["Fleet", "Lease"]

log = logging.getLogger("consort.fleet")

FAREWELL_SECONDS = 5.0      # that an idle specialist has to put its state away before its process is told to end
LOOK_EVERY = 1.0            # seconds between two looks at a worker's memory: one takes 5 to 20 ms of a core
LONGEST_QUEUE = 8           # waiting leases per specialist; the ninth is refused with a sentence
State = Literal["loading", "ready", "busy", "installed"]
Tell = Callable[[str, State, float], None]
Farewell = Callable[[str, LoadedModel], Awaitable[None]]


class Start(Protocol):
    """How a worker comes to be: `Worker.start`, or a fake's. Raises WorkerFailed."""

    def __call__(self, load: Load, *, on_loading: Callable[[float], None]) -> Awaitable[LoadedModel]: ...


class Fleet:
    """Loads, lends and unloads specialists within `budget_bytes`.

    tell: called with (specialist, state, fraction loaded) at each change; `installed` means no longer in memory.
    idle_seconds: a specialist nobody asked for so long is unloaded. patience_seconds: how long a lease waits for busy
    specialists to make room. measure: the bytes that a process takes, 0 when it cannot be said.
    Attributes: `budget_bytes`, changed by `change_budget`; `times` and `corrections`, what was measured of speed and of
    memory; `history`, what happened. farewell: awaited with each idle specialist that leaves, for FAREWELL_SECONDS at
    most, before its process is told to end.
    """

    def __init__(self, *, budget_bytes: int, tell: Tell, start: Start = Worker.start, idle_seconds: float = 600.0,
                 patience_seconds: float = 300.0, times: Times | None = None, corrections: Corrections | None = None,
                 measure: Callable[[int], Awaitable[int]] = memory_of,
                 farewell: Farewell | None = None) -> None:
        self.budget_bytes = budget_bytes
        self.times = times or Times()
        self.corrections = corrections or Corrections()
        self.history = History()
        self._measure = measure
        self._farewell = farewell
        self._measuring: set[asyncio.Task[None]] = set()
        self._pins: set[str] = set()
        self._tell = tell
        self._start = start
        self._idle_seconds = idle_seconds
        self._patience = patience_seconds
        self._seats: dict[str, Seat] = {}
        self._leaving: set[asyncio.Task[None]] = set()
        self._changed = asyncio.Event()
        self._closed = False

    @asynccontextmanager
    async def lease(self, key: str, load: Load, bytes_needed: int, *, pinned: bool = False) -> AsyncIterator[Lease]:
        """The specialist `key`, opened as `load` says, for one user at a time.

        Waits for its turn, for room and for the load. Raises WorkerFailed when it cannot be loaded, and
        UserFacingError when too many wait already or there is no room for it.
        """
        seat = await self._sit_down(key)
        try:
            worker, load_seconds = self._in_memory(seat, load), 0.0
            if worker is None:
                began = asyncio.get_running_loop().time()
                worker = await self._loaded(seat, load, bytes_needed, pinned)
                load_seconds = asyncio.get_running_loop().time() - began
            self._tell(key, "busy", 1.0)
            yield Lease(worker, load_seconds, seat.lowered_from)
        finally:
            self._stand_up(seat)

    def residents(self) -> tuple[Resident, ...]:
        """Who is in memory or on the way into it, and who is in use."""
        return tuple(seat.resident(self._pinned(seat)) for seat in self._seats.values() if seat.load is not None)

    def processes(self) -> tuple[ProcessView, ...]:
        """The same as people see it; names and kinds are left to who knows them."""
        now, ticks = time.time(), asyncio.get_running_loop().time()
        return tuple(seat.process(self._pinned(seat), ticks - seat.last_used, now)
                     for seat in self._seats.values() if seat.load is not None)

    def expected_bytes(self, key: str, load: Load, bytes_needed: int) -> int:
        """What a lease with these arguments will be accounted for: `bytes_needed` in the light of measurements."""
        return self.corrections.corrected(key, load, bytes_needed)

    def change_budget(self, budget_bytes: int) -> None:
        """From now on all models together may take so much. Who is idle leaves at once if that is less than now."""
        self.budget_bytes = budget_bytes
        self._keep_to_budget("the memory budget was lowered")
        self._changed.set()

    def pin(self, key: str, pinned: bool) -> None:
        """Make it leave last, whether it is in memory or will be; or no longer."""
        (self._pins.add if pinned else self._pins.discard)(key)

    def note_answer(self, key: str, finished: Finished, conversation: str = "") -> None:
        """Its user is told that an answer is over: how quick it was, and that its cache holds `conversation` now."""
        self.times.finished(key, finished)
        seat = self._seats.get(key)
        if seat is not None and seat.load is not None:
            seat.context_used = finished.prompt_tokens + finished.written_tokens
            seat.conversation = conversation

    async def unload(self, key: str) -> None:
        """Out of memory with it, after whoever uses it is done. When this returns, its process is gone."""
        seat = self._seats.get(key)
        if seat is None:
            return
        async with seat.turn:
            self._dismiss(seat, "unloaded", "it was told to leave")
            await self._departures()

    async def close(self) -> None:
        """End every worker, busy or not. When this returns, no process is left; further leases are refused."""
        self._closed = True
        for seat in self._seats.values():
            self._dismiss(seat, "unloaded", "Consort is closing")
        await self._departures()
        for task in self._measuring:
            task.cancel()
        await asyncio.gather(*self._measuring, return_exceptions=True)
        self.times.flush()
        self.corrections.flush()

    # ── turns ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _sit_down(self, key: str) -> Seat:
        self._refuse_when_closed()
        seat = self._seats.setdefault(key, Seat(key))
        if seat.waiting >= LONGEST_QUEUE:
            raise too_many_waiting(seat.waiting)
        seat.waiting += 1
        try:
            await seat.turn.acquire()
        finally:
            seat.waiting -= 1
        seat.busy = True
        if seat.unloading is not None:
            seat.unloading.cancel()
            seat.unloading = None
        return seat

    def _stand_up(self, seat: Seat) -> None:
        seat.busy = False
        seat.last_used = asyncio.get_running_loop().time()
        if seat.loading is not None and not seat.waiting:
            self._dismiss(seat, "unloaded", "nobody waited for it any more")
        elif seat.worker is not None and not seat.worker.alive:
            self._dismiss(seat, "crashed", "its process ended while it was at work")
        elif seat.worker is not None:
            seat.answered = True
            self._tell(seat.key, "ready", 1.0)
            self._unload_later(seat)
            self._look_at(seat)
            if not seat.waiting:
                self._keep_to_budget("the memory budget is exceeded")
        seat.turn.release()
        self._changed.set()

    def _unload_later(self, seat: Seat) -> None:
        seat.unloading = asyncio.get_running_loop().call_later(self._idle_seconds, self._idle_out, seat)

    def _idle_out(self, seat: Seat) -> None:
        """Nobody has asked for it for a while. A pinned one stays until somebody needs its room."""
        if self._pinned(seat):
            self._unload_later(seat)
        else:
            self._dismiss(seat, "unloaded", f"nobody asked it anything for {self._idle_seconds / 60:.0f} minutes")

    # ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _in_memory(self, seat: Seat, load: Load) -> LoadedModel | None:
        """Its worker, if it is fit for this lease. One that is dead or opened differently goes."""
        if seat.worker is not None and not seat.worker.alive:
            self._dismiss(seat, "crashed", "its process ended")
        elif seat.load != load:
            self._dismiss(seat, "unloaded", "it is opened anew with other settings")
        return seat.worker

    async def _loaded(self, seat: Seat, load: Load, bytes_needed: int, pinned: bool) -> LoadedModel:
        if seat.loading is None:
            await self._take_room(seat, load, bytes_needed, pinned)
            seat.loading = asyncio.create_task(self._load(seat, load))
            seat.loading.add_done_callback(lambda task: self._arrive(seat, task))
        try:
            return (await asyncio.shield(seat.loading)).worker
        except asyncio.CancelledError:
            self._refuse_when_closed()
            raise

    async def _take_room(self, seat: Seat, load: Load, bytes_needed: int, pinned: bool) -> None:
        """From here on the seat holds its bytes. Raises UserFacingError when there is no room for it."""
        until = asyncio.get_running_loop().time() + self._patience
        while True:
            self._refuse_when_closed()
            size = self.expected_bytes(seat.key, load, bytes_needed)
            room = make_room(self.residents(), size, self.budget_bytes)
            if not isinstance(room, DoesNotFit):
                break
            if room.never:
                raise does_not_fit(room)
            self._changed.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._changed.wait()
            except TimeoutError:
                raise stays_busy(room) from None
        for key in room:
            self._dismiss(self._seats[key], "evicted", f"to make room for {seat.key}")
        seat.take(load, bytes_needed, size, pinned)

    async def _load(self, seat: Seat, load: Load) -> Arrival:
        def on_loading(fraction: float) -> None:
            self._tell(seat.key, "loading", fraction)

        on_loading(0.0)
        await self._departures()

        async def make_all_room() -> bool:
            idle = [one for one in self._seats.values() if one.worker is not None and not one.busy]
            for one in idle:
                self._dismiss(one, "evicted", f"memory ran out while {seat.key} was loading")
            await self._departures()
            return bool(idle)

        return await load_in_any_way(load, lambda as_told: self._start(as_told, on_loading=on_loading), make_all_room)

    def _arrive(self, seat: Seat, task: asyncio.Task[Arrival]) -> None:
        """The load is over, well or not. A worker that nobody is waiting for any more goes at once."""
        trouble = None if task.cancelled() else task.exception()
        arrival = None if task.cancelled() or trouble else task.result()
        if seat.loading is not task:
            if arrival is not None:
                self._see_off(arrival.worker.close())
            return
        seat.loading = None
        if arrival is None:
            self._forget(seat, "failed", trouble.code if isinstance(trouble, WorkerFailed) else "it did not start")
            return
        seat.arrive(arrival)
        worker = arrival.worker
        worker.gone.add_done_callback(lambda _: self._lost(seat, worker))
        self.times.loaded(seat.key, arrival.seconds)
        self.history.note(seat.key, "loaded", f"in {arrival.seconds:.1f} s")
        if arrival.lowered_from:
            self.history.note(seat.key, "context lowered", f"to {worker.ready.context:,} tokens instead of "
                                                           f"{arrival.lowered_from:,}, because memory is short")
        self._look_at(seat)

    # ── what they really take ────────────────────────────────────────────────────────────────────────────────────────
    def _look_at(self, seat: Seat) -> None:
        """Measure its process in the background; one that was looked at a moment ago, when the moment is over."""
        if not seat.will_be_looked_at:
            seat.will_be_looked_at = True
            task = asyncio.create_task(self._learn(seat))
            self._measuring.add(task)
            task.add_done_callback(self._measuring.discard)

    async def _learn(self, seat: Seat) -> None:
        """One on a GPU is left alone: what it holds there nobody can say."""
        await asyncio.sleep(seat.looked_at + LOOK_EVERY - asyncio.get_running_loop().time())
        seat.will_be_looked_at, worker = False, seat.worker
        if worker is None or not worker.pid or worker.ready.gpu_layers:
            return
        seat.looked_at = asyncio.get_running_loop().time()
        held = await self._measure(worker.pid)
        if seat.worker is not worker or seat.load is None or not held:
            return
        seat.measured = max(seat.measured, held)
        if seat.lowered_from:           # its footprint is that of another context
            seat.bytes = seat.measured
        else:
            self.corrections.learn(seat.key, seat.load, seat.measured, settled=seat.answered)
            seat.bytes = self.expected_bytes(seat.key, seat.load, seat.footprint)
        self._keep_to_budget(f"{seat.key} takes more memory than expected")
        self._changed.set()

    def _keep_to_budget(self, why: str) -> None:
        """Who is idle leaves until the budget is kept again; the busy ones stay, even if they alone exceed it."""
        room = make_room(self.residents(), 0, self.budget_bytes)
        if isinstance(room, DoesNotFit):
            room = tuple(one.id for one in self.residents() if not one.busy)
        for key in room:
            self._dismiss(self._seats[key], "evicted", why)

    def _pinned(self, seat: Seat) -> bool:
        return seat.pinned or seat.key in self._pins

    # ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _dismiss(self, seat: Seat, what: What, why: str) -> None:
        """Nothing of this seat counts as in memory from here on; what is there ends in the background."""
        loading, worker = seat.loading, seat.worker
        seat.loading = seat.worker = None
        if loading is not None:
            loading.cancel()
            self._see_off(_ended(loading))
        if worker is not None:
            self._see_off(worker.close() if seat.busy or self._farewell is None or not worker.alive
                          else self._part_with(seat.key, worker, self._farewell))
        self._forget(seat, what, why)

    def _forget(self, seat: Seat, what: What, why: str) -> None:
        was_there = seat.load is not None
        seat.clear()
        if was_there:
            self.history.note(seat.key, what, why)
            self._tell(seat.key, "installed", 0.0)
        self._changed.set()

    def _lost(self, seat: Seat, worker: LoadedModel) -> None:
        """A worker's process has ended. One in use is forgotten when its lease ends; its user gets the exception."""
        if seat.worker is worker and not seat.busy:
            self._dismiss(seat, "crashed", "its process ended while nobody used it")

    @staticmethod
    async def _part_with(key: str, worker: LoadedModel, farewell: Farewell) -> None:
        """Its last words, then the end."""
        try:
            async with asyncio.timeout(FAREWELL_SECONDS):
                await farewell(key, worker)
        except TimeoutError:
            log.info("%s took too long to put its state away", key)
        finally:
            await worker.close()

    def _see_off(self, ending: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(ending)
        self._leaving.add(task)
        task.add_done_callback(self._leaving.discard)

    async def _departures(self) -> None:
        """Until all who were told to leave have left: only then is their memory free."""
        while self._leaving:
            await asyncio.wait(self._leaving)

    def _refuse_when_closed(self) -> None:
        if self._closed:
            raise UserFacingError("Consort is closing.", "Start it again to go on.")


async def _ended(task: asyncio.Task[Arrival]) -> None:
    await asyncio.wait([task])
