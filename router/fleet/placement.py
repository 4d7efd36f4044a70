"""Who must leave memory so that a newcomer fits. A pure function: it looks at no process and moves nobody."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

GRACE_SECONDS = 30.0            # added to every age: what was used a moment ago is not worth infinitely more
ASSUMED_SECONDS_PER_BYTE = 1e-9  # of a load nobody has timed: a gigabyte a second


@dataclass(frozen=True)
class Resident:
    """A specialist in memory. `bytes` by our own account: what a GPU reports lags behind an exit by up to
    1.5 s.

    last_used: seconds on any clock that only goes forward. busy: somebody holds a lease, it never leaves.
    pinned: leaves only when nobody else is left to leave. load_seconds: what bringing it back would cost, 0 not known.
    """

    id: str
    bytes: int
    last_used: float
    busy: bool = False
    pinned: bool = False
    load_seconds: float = 0.0


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


def usefulness(resident: Resident, newest: float) -> float:
    """Seconds of loading that a byte of it saves, per second that nobody has asked for it. Only good for comparing.

        load_seconds / (bytes × (age + GRACE_SECONDS))        age = newest - last_used

    Long unused is less useful, quick to bring back is less useful, large is less useful; a load nobody has timed
    counts as proportional to its bytes, so among those the age alone decides. This is the priority of hyperbolic
    caching with cost and size (Blankstein, Sen, Freedman: Hyperbolic Caching, USENIX ATC 2017), with the time since
    the last use in place of the rate of use: a handful of specialists are asked too seldom for a rate.
    newest: when anybody was last used, so that a night in which nobody asks changes nothing.
    """
    cost = resident.load_seconds or resident.bytes * ASSUMED_SECONDS_PER_BYTE
    return cost / (max(1, resident.bytes) * (max(0.0, newest - resident.last_used) + GRACE_SECONDS))


def make_room(residents: Sequence[Resident], needed: int, budget: int) -> tuple[str, ...] | DoesNotFit:
    """Ids that leave so that `needed` more bytes fit into `budget`, in the order in which they leave.

    1. The busy never leave.
    2. The pinned leave only when all others together are not enough.
    3. Within each of these groups the least useful (`usefulness`) leaves first, among equals the one that was used
       longest ago.
    4. Nobody leaves in vain: whoever could stay after all, because a larger one had to go too, stays (the most useful
       first).
    """
    free = budget - needed - sum(resident.bytes for resident in residents)
    newest = max((one.last_used for one in residents), default=0.0)
    movable = sorted((one for one in residents if not one.busy),
                     key=lambda one: (one.pinned, usefulness(one, newest), one.last_used))
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
