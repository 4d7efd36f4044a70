"""The specialists in memory: lease one, and it is loaded, busy and yours until you give it back.

All state belongs to the loop, and every decision (is it loaded? who must leave?) is made and acted on without an await
in between. Memory is accounted by our own numbers: what is being loaded counts from the moment it is decided.
The fleet knows no catalogue and no conversation; a specialist is a key, a `Load` and a number of bytes.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from router.errors import UserFacingError
from router.fleet.failures import WorkerFailed
from router.fleet.placement import DoesNotFit, Resident, make_room
from router.fleet.sentences import does_not_fit, stays_busy, too_many_waiting
from router.fleet.worker import LoadedModel, Worker
from specialists.wire import Load

LONGEST_QUEUE = 8           # waiting leases per specialist; the ninth is refused with a sentence
State = Literal["loading", "ready", "busy", "installed"]
Tell = Callable[[str, State, float], None]


class Start(Protocol):
    """How a worker comes to be: `Worker.start`, or a fake's. Raises WorkerFailed."""

    def __call__(self, load: Load, *, on_loading: Callable[[float], None]) -> Awaitable[LoadedModel]: ...


@dataclass(frozen=True)
class Lease:
    """A loaded specialist that is yours. load_seconds: what loading it took you, 0.0 when it was in memory."""

    worker: LoadedModel
    load_seconds: float


@dataclass
class _Seat:
    """One specialist's place. The holder of `turn` is its user; `bytes` is 0 while nothing is in memory."""

    key: str
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    load: Load | None = None
    bytes: int = 0
    pinned: bool = False
    busy: bool = False
    last_used: float = 0.0
    worker: LoadedModel | None = None
    loading: asyncio.Task[LoadedModel] | None = None
    unloading: asyncio.TimerHandle | None = None


class Fleet:
    """Loads, lends and unloads specialists within `budget_bytes`.

    tell: called with (specialist, state, fraction loaded) at each change; `installed` means no longer in memory.
    idle_seconds: a specialist nobody asked for so long is unloaded. patience_seconds: how long a lease waits for busy
    specialists to make room.
    """

    def __init__(self, *, budget_bytes: int, tell: Tell, start: Start = Worker.start, idle_seconds: float = 600.0,
                 patience_seconds: float = 300.0) -> None:
        self.budget_bytes = budget_bytes
        self._tell = tell
        self._start = start
        self._idle_seconds = idle_seconds
        self._patience = patience_seconds
        self._seats: dict[str, _Seat] = {}
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
            yield Lease(worker, load_seconds)
        finally:
            self._stand_up(seat)

    def residents(self) -> tuple[Resident, ...]:
        """Who is in memory or on the way into it, and who is in use."""
        return tuple(Resident(seat.key, seat.bytes, seat.last_used, seat.busy, seat.pinned)
                     for seat in self._seats.values() if seat.load is not None)

    async def unload(self, key: str) -> None:
        """Out of memory with it, after whoever uses it is done. When this returns, its process is gone."""
        seat = self._seats.get(key)
        if seat is None:
            return
        async with seat.turn:
            self._dismiss(seat)
            await self._departures()

    async def close(self) -> None:
        """End every worker, busy or not. When this returns, no process is left; further leases are refused."""
        self._closed = True
        for seat in self._seats.values():
            self._dismiss(seat)
        await self._departures()

    # ── turns ────────────────────────────────────────────────────────────────────────────────────────────────────────
    async def _sit_down(self, key: str) -> _Seat:
        self._refuse_when_closed()
        seat = self._seats.setdefault(key, _Seat(key))
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

    def _stand_up(self, seat: _Seat) -> None:
        seat.busy = False
        seat.last_used = asyncio.get_running_loop().time()
        if seat.loading is not None and not seat.waiting:
            self._dismiss(seat)         # the only one who wanted it has gone: do not load it for nobody
        elif seat.worker is not None and not seat.worker.alive:
            self._dismiss(seat)
        elif seat.worker is not None:
            self._tell(seat.key, "ready", 1.0)
            seat.unloading = asyncio.get_running_loop().call_later(self._idle_seconds, self._dismiss, seat)
        seat.turn.release()
        self._changed.set()

    # ── loading ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _in_memory(self, seat: _Seat, load: Load) -> LoadedModel | None:
        """Its worker, if it is fit for this lease. One that is dead or opened differently goes."""
        if seat.load != load or (seat.worker is not None and not seat.worker.alive):
            self._dismiss(seat)
        return seat.worker

    async def _loaded(self, seat: _Seat, load: Load, bytes_needed: int, pinned: bool) -> LoadedModel:
        if seat.loading is None:
            await self._take_room(seat, load, bytes_needed, pinned)
            seat.loading = asyncio.create_task(self._load(seat, load))
            seat.loading.add_done_callback(lambda task: self._arrive(seat, task))
        try:
            return await asyncio.shield(seat.loading)
        except asyncio.CancelledError:
            self._refuse_when_closed()
            raise

    async def _take_room(self, seat: _Seat, load: Load, bytes_needed: int, pinned: bool) -> None:
        """From here on the seat holds its bytes. Raises UserFacingError when there is no room for it."""
        until = asyncio.get_running_loop().time() + self._patience
        while True:
            self._refuse_when_closed()
            room = make_room(self.residents(), bytes_needed, self.budget_bytes)
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
            self._dismiss(self._seats[key])
        seat.load, seat.bytes, seat.pinned = load, bytes_needed, pinned

    async def _load(self, seat: _Seat, load: Load) -> LoadedModel:
        def on_loading(fraction: float) -> None:
            self._tell(seat.key, "loading", fraction)

        on_loading(0.0)
        await self._departures()
        try:
            return await self._start(load, on_loading=on_loading)
        except WorkerFailed as failed:
            idle = [one for one in self._seats.values() if one.worker is not None and not one.busy]
            if failed.code not in ("no_memory", "killed") or not idle:
                raise
        for one in idle:        # our account was wrong: make all the room there is, and try once more
            self._dismiss(one)
        await self._departures()
        return await self._start(load, on_loading=on_loading)

    def _arrive(self, seat: _Seat, task: asyncio.Task[LoadedModel]) -> None:
        """The load is over, well or not. A worker that nobody is waiting for any more goes at once."""
        worker = None if task.cancelled() or task.exception() else task.result()
        if seat.loading is not task:
            if worker is not None:
                self._see_off(worker.close())
            return
        seat.loading = None
        if worker is None:
            self._forget(seat)
            return
        seat.worker = worker
        worker.gone.add_done_callback(lambda _: self._lost(seat, worker))

    # ── leaving ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def _dismiss(self, seat: _Seat) -> None:
        """Nothing of this seat counts as in memory from here on; what is there ends in the background."""
        loading, worker = seat.loading, seat.worker
        seat.loading = seat.worker = None
        if loading is not None:
            loading.cancel()
            self._see_off(_ended(loading))
        if worker is not None:
            self._see_off(worker.close())
        self._forget(seat)

    def _forget(self, seat: _Seat) -> None:
        if seat.unloading is not None:
            seat.unloading.cancel()
        if seat.load is not None:
            self._tell(seat.key, "installed", 0.0)
        seat.load, seat.bytes, seat.unloading = None, 0, None
        self._changed.set()

    def _lost(self, seat: _Seat, worker: LoadedModel) -> None:
        """A worker's process has ended. One in use is forgotten when its lease ends; its user gets the exception."""
        if seat.worker is worker and not seat.busy:
            self._dismiss(seat)

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


async def _ended(task: asyncio.Task[LoadedModel]) -> None:
    await asyncio.wait([task])
