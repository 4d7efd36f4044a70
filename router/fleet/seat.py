"""One specialist's place in the fleet, and what its user holds. Values and fields; the fleet decides."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, field

from router.fleet.placement import Resident
from router.fleet.worker import LoadedModel
from router.views import ProcessView
from specialists.wire import Load


@dataclass(frozen=True)
class Lease:
    """A loaded specialist that is yours. load_seconds: what loading it took you, 0.0 when it was in memory.

    lowered_from: the tokens of context that were asked for, when memory was short and `worker.ready.context` are less;
    0 when all is as asked.
    """

    worker: LoadedModel
    load_seconds: float
    lowered_from: int = 0


@dataclass(frozen=True)
class Arrival:
    """A load that went well: the worker, the seconds it took, and the context that was too much (0: none)."""

    worker: LoadedModel
    seconds: float
    lowered_from: int = 0


@dataclass
class Seat:
    """One specialist's place. The holder of `turn` is its user; `bytes` is 0 while nothing is in memory.

    footprint: bytes as its callers expect them. bytes: as we account for them, corrected by what was measured.
    measured: the most its process was seen to take; looked_at: when, in the loop's time. context_used: tokens in its
    cache, of `conversation`.
    """

    key: str
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    waiting: int = 0
    load: Load | None = None
    footprint: int = 0
    bytes: int = 0
    measured: int = 0
    pinned: bool = False
    busy: bool = False
    answered: bool = False
    last_used: float = 0.0
    load_seconds: float = 0.0
    lowered_from: int = 0
    context_used: int = 0
    conversation: str = ""
    looked_at: float = -math.inf
    will_be_looked_at: bool = False
    worker: LoadedModel | None = None
    loading: asyncio.Task[Arrival] | None = None
    unloading: asyncio.TimerHandle | None = None

    def take(self, load: Load, footprint: int, size: int, pinned: bool) -> None:
        """From here on it counts `size` bytes as its own."""
        self.load, self.footprint, self.bytes, self.pinned = load, footprint, size, pinned

    def arrive(self, arrival: Arrival) -> None:
        """Its worker is there."""
        self.worker, self.load_seconds, self.lowered_from = arrival.worker, arrival.seconds, arrival.lowered_from

    def clear(self) -> None:
        """Nothing of it is in memory any more."""
        if self.unloading is not None:
            self.unloading.cancel()
        self.load, self.unloading, self.answered, self.conversation = None, None, False, ""
        self.footprint = self.bytes = self.measured = self.lowered_from = self.context_used = 0

    def resident(self, pinned: bool) -> Resident:
        """As placement weighs it."""
        return Resident(self.key, self.bytes, self.last_used, self.busy, pinned, self.load_seconds)

    def process(self, pinned: bool, ago: float, now: float) -> ProcessView:
        """As `consort ps` shows it, without name and kind, which the fleet does not know.

        ago: seconds since its last use. now: seconds since the epoch.
        """
        context = self.worker.ready.context if self.worker else self.load.context if self.load else 0
        return ProcessView(
            id=self.key, name="", kind="", state="loading" if self.worker is None else "busy" if self.busy else "ready",
            pid=self.worker.pid if self.worker else 0, memory=self.bytes, measured=self.measured, context=context,
            context_used=min(self.context_used, context), last_used=now if self.busy else now - ago,
            load_seconds=self.load_seconds, pinned=pinned, conversation=self.conversation)
