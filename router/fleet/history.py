"""What happened in memory and why, for `consort ps --history` and the System page: the last of it, in memory only."""

from __future__ import annotations

import time
from collections import deque
from typing import Literal

from router.views import FleetEvent

LONGEST = 200                   # events; a day of ordinary use
What = Literal["loaded", "evicted", "unloaded", "failed", "context lowered", "crashed"]


class History:
    """The last LONGEST loads, evictions and mishaps."""

    def __init__(self) -> None:
        self._events: deque[FleetEvent] = deque(maxlen=LONGEST)

    def note(self, specialist: str, what: What, why: str) -> None:
        """It happened just now."""
        self._events.appendleft(FleetEvent(time.time(), specialist, what, why))

    def newest_first(self) -> tuple[FleetEvent, ...]:
        """All that is remembered."""
        return tuple(self._events)
