"""What happens by itself once it is quiet: a backup, titles by a model, and the states of specialists kept on disk.

It knows when to begin and when to give way; how a title is written or a state kept is others' business.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable

from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.fleet.pager import Pager
from router.memory.store import Store
from router.messages import ConversationChanged, Event
from router.roster import Roster
from router.titles import write_title

IDLE_SECONDS = 3.0              # quiet time before titles and backups are made
QUIET_SECONDS = 20.0            # quiet time before the states of specialists in memory are kept


class IdleWork:
    """Begun by `turn_ended`, interrupted by `turn_begins`. busy: a turn is under way."""

    def __init__(self, store: Store, fleet: Fleet, roster: Roster, pages: Pager, busy: Callable[[], bool],
                 tell: Callable[[Event], None]) -> None:
        self._store, self._fleet, self._roster, self._pages = store, fleet, roster, pages
        self._busy, self._tell = busy, tell
        self._untitleable: set[str] = set()
        self._idle: asyncio.Task[None] | None = None
        self._quiet: asyncio.TimerHandle | None = None
        self._keeping: set[asyncio.Task[None]] = set()

    def turn_begins(self) -> None:
        """Somebody waits: the specialist is theirs."""
        if self._idle is not None:
            self._idle.cancel()

    def turn_ended(self) -> None:
        """Wait for a quiet moment."""
        if self._idle is None or self._idle.done():
            self._idle = asyncio.create_task(self._work())
        if self._quiet is not None:
            self._quiet.cancel()
        self._quiet = asyncio.get_running_loop().call_later(QUIET_SECONDS, self._keep_states)

    async def close(self) -> None:
        """End what is under way."""
        if self._quiet is not None:
            self._quiet.cancel()
        under_way = [*self._keeping, *([self._idle] if self._idle is not None else [])]
        for task in under_way:
            task.cancel()
        await asyncio.gather(*under_way, return_exceptions=True)

    async def _work(self) -> None:
        """Back the history up and title what has only its first words for a title."""
        await asyncio.sleep(IDLE_SECONDS)
        with contextlib.suppress(UserFacingError):      # no room for a backup: nobody waits for one
            self._store.back_up()
        for conversation in self._store.untitled():
            if self._busy():
                return
            if conversation.id not in self._untitleable:
                self._untitleable.add(conversation.id)
                titled = await write_title(self._store, self._fleet, self._roster, conversation.id)
                if titled is not None:
                    self._tell(ConversationChanged(titled))

    def _keep_states(self) -> None:
        """It has been quiet for longer: what specialists have read goes to disk, should Consort not end well."""
        if not self._busy():
            task = asyncio.create_task(self._pages.keep_all())
            self._keeping.add(task)
            task.add_done_callback(self._keeping.discard)
