"""How fast bytes may come, for all downloads together: a bucket that empties at the limit. Safe from many threads."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable

PREFERENCE = "bandwidth_limit"      # bytes per second, 0 or nothing: no limit
SAVED_SECONDS = 0.25                # how much of the limit may be saved up while nothing comes
LOOK_AGAIN = 0.2                    # seconds until someone who waits looks whether the limit was changed


class Bandwidth:
    """Attribute `limit`: bytes per second for everybody together, 0 none; `change` sets it, also while bytes come."""

    def __init__(self, limit: int = 0, clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = limit
        self._clock = clock
        self._owed = 0.0            # bytes that came too early; negative: saved up
        self._counted = clock()
        self._lock = threading.Lock()

    def change(self, limit: int) -> None:
        """From now on `limit` bytes per second."""
        with self._lock:
            self._let_time_pass()
            self.limit, self._owed = limit, 0.0 if not limit else self._owed

    def seconds_owed(self, came: int = 0) -> float:
        """`came` more bytes are here: how long everybody has to hold still now."""
        with self._lock:
            self._let_time_pass()
            if not self.limit:
                return 0.0
            self._owed += came
            return max(self._owed, 0.0) / self.limit

    async def spend(self, came: int) -> None:
        """`came` bytes are here; return when the next ones may come."""
        wait = self.seconds_owed(came)
        while wait > 0:
            await asyncio.sleep(min(wait, LOOK_AGAIN))
            wait = self.seconds_owed()

    def _let_time_pass(self) -> None:
        now = self._clock()
        if self.limit:
            self._owed = max(self._owed - (now - self._counted) * self.limit, -SAVED_SECONDS * self.limit)
        self._counted = now


def limit_of(preference: str) -> int:
    """The limit that a preference names; what is no number is none."""
    return int(preference) if preference.isdigit() else 0
