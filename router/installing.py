"""Installs as they run: start, go on, pause, remove; told as events. The library does the fetching."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from router.errors import UserFacingError, sentence_for
from router.fleet.fleet import Fleet
from router.library.library import Library
from router.messages import (
    Event,
    Install,
    InstallMoved,
    InstallPaused,
    Noticed,
    PauseInstall,
    Refused,
    Remove,
    Removed,
    SpecialistChanged,
)
from router.roster import Roster


class Installing:
    """All installs under way, one task each."""

    def __init__(self, library: Library, roster: Roster, fleet: Fleet, tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._tell = tell
        self._running: dict[str, asyncio.Task[None]] = {}

    def start(self, command: Install) -> None:
        """Begin or go on. A second order for the same specialist joins the first. Raises UserFacingError."""
        if self._roster.manifest(command.specialist) is None:
            raise unknown(command.specialist)
        if command.specialist not in self._running:
            self._running[command.specialist] = asyncio.create_task(self._install(command))

    def pause(self, command: PauseInstall) -> None:
        """Stop fetching; what is there stays for the next time."""
        task = self._running.get(command.specialist)
        if task is not None:
            task.cancel()

    async def remove(self, command: Remove) -> None:
        """Delete the model's file, after its worker has left. Raises UserFacingError."""
        if self._roster.manifest(command.specialist) is None:
            raise unknown(command.specialist)
        await self._fleet.unload(command.specialist)
        self._roster.states.pop(command.specialist, None)
        freed = self._library.remove(command.specialist)
        self._tell(Removed(command.specialist, freed, command.request))
        self._changed(command.specialist)

    async def close(self) -> None:
        """Pause everything."""
        tasks = tuple(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _install(self, command: Install) -> None:
        specialist = command.specialist
        moved = [0, 0]

        def tell(event: InstallMoved) -> None:
            moved[:] = event.done, event.total
            self._tell(event)

        self._roster.installing.add(specialist)
        self._changed(specialist)
        outcome: Event
        try:
            outcome = await self._library.install(
                specialist, agreed=command.agreed, source=command.source, tell=tell, request=command.request,
                note=lambda text: self._tell(Noticed(text)))
        except asyncio.CancelledError:
            outcome = InstallPaused(specialist, moved[0], moved[1], command.request)
        except Exception as error:
            sentence = sentence_for(error)
            outcome = Refused(sentence.text, sentence.hint, command.request, specialist)
        self._roster.installing.discard(specialist)
        self._running.pop(specialist, None)
        self._tell(outcome)
        self._changed(specialist)

    def _changed(self, specialist: str) -> None:
        self._tell(SpecialistChanged(self._roster.view(specialist)))


def unknown(specialist: str) -> UserFacingError:
    """The sentence for an id that nobody has."""
    return UserFacingError(f"There is no specialist called “{specialist}”.", "`consort list` shows them all.")
