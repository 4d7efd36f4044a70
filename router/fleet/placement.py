"""Who must leave memory so that a newcomer fits. A pure function: it looks at no process and moves nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Resident:
    """A specialist in memory. `bytes` by our own account: what a GPU reports lags behind an exit by up to
    1.5 s.

    last_used: seconds on any clock that only goes forward. busy: somebody holds a lease, it never leaves.
    pinned: leaves only when nobody else is left to leave.
    """

    id: str
    bytes: int
    last_used: float
    busy: bool = False
    pinned: bool = False


@dataclass(frozen=True)
class DoesNotFit:
    """Even with every idle resident gone there is no room. All in bytes; `busy` is held by the busy ones."""

    needed: int
    budget: int
    busy: int

    @property
    def never(self) -> bool:
        """It would not fit into empty memory either: waiting is pointless."""
        return self.needed > self.budget


def make_room(residents: Sequence[Resident], needed: int, budget: int) -> tuple[str, ...] | DoesNotFit:
    """Ids that leave so that `needed` more bytes fit into `budget`, in the order in which they leave.

    The least recently used leave first and nobody leaves in vain: whoever could stay after all, because a
    larger one had to go too, stays (the most recently used first).
    """
    free = budget - needed - sum(resident.bytes for resident in residents)
    movable = sorted((one for one in residents if not one.busy), key=lambda one: (one.pinned, one.last_used))
    leaving: list[Resident] = []
    for resident in movable:
        if free >= 0:
            break
        leaving.append(resident)
        free += resident.bytes
    if free < 0:
        return DoesNotFit(needed, budget, sum(resident.bytes for resident in residents if resident.busy))
    for resident in reversed(leaving):
        if resident.bytes <= free:
            leaving.remove(resident)
            free -= resident.bytes
    return tuple(resident.id for resident in leaving)
