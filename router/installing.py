"""Installs as they run: start, go on, pause, remove; told as events. The library does the fetching.

With a second specialist there is something to choose between, so the sentence encoder comes along, announced.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from router.choose import encoder
from router.errors import UserFacingError, sentence_for
from router.fleet.fleet import Fleet
from router.library.library import Library
from router.library.offer import offer
from router.messages import (
    Event,
    Install,
    Installed,
    InstallPaused,
    Noticed,
    PauseInstall,
    Refused,
    Remove,
    Removed,
    SpecialistChanged,
)
from router.model_commands import QueueCommand
from router.roster import Roster


class Installing:
    """All installs under way, one task each."""

    def __init__(self, library: Library, roster: Roster, fleet: Fleet, tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._tell = tell
        self._running: dict[str, asyncio.Task[Event]] = {}
        self._encoder_wanted = True

    def start(self, command: Install) -> None:
        """Begin or go on. A second order for the same specialist joins the first. Raises UserFacingError."""
        if self._roster.manifest(command.specialist) is None:
            raise unknown(command.specialist)
        if command.specialist not in self._running:
            self._roster.installing.add(command.specialist)
            self._changed(command.specialist, command.request)
            task = asyncio.create_task(self._install(command))
            self._running[command.specialist] = task
            task.add_done_callback(lambda task: self._ended(command, task))     # also of one that never began

    def pause(self, command: PauseInstall) -> None:
        """Stop fetching; what is there stays for the next time."""
        self._encoder_wanted &= command.specialist != encoder.SPECIALIST
        task = self._running.get(command.specialist)
        if task is not None:
            task.cancel()

    def answer(self, command: QueueCommand) -> None:
        """Tell the queue. Raises UserFacingError."""
        raise UserFacingError(f"{type(command).__name__} is not possible yet.")

    async def remove(self, command: Remove) -> None:
        """Delete the model's file, after its worker has left. Raises UserFacingError."""
        if self._roster.manifest(command.specialist) is None:
            raise unknown(command.specialist)
        if command.specialist == encoder.SPECIALIST:
            self._encoder_wanted = False
            await self._fleet.unload(encoder.KEY)
        await self._fleet.unload(command.specialist)
        self._roster.states.pop(command.specialist, None)
        freed = self._library.remove(command.specialist)
        self._tell(Removed(command.specialist, freed, command.request))
        self._changed(command.specialist)

    async def close(self) -> None:
        """Pause everything."""
        self._encoder_wanted = False
        tasks = tuple(self._running.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _install(self, command: Install) -> Event:
        try:
            return await self._library.install(
                command.specialist, agreed=command.agreed, source=command.source, tell=self._tell,
                request=command.request, note=lambda text: self._tell(Noticed(text)))
        except Exception as error:
            sentence = sentence_for(error)
            return Refused(sentence.text, sentence.hint, command.request, command.specialist)

    def _ended(self, command: Install, task: asyncio.Task[Event]) -> None:
        """Tell what came of it; one that was cancelled is paused."""
        specialist = command.specialist
        outcome = InstallPaused(specialist, *(self._library.partial(specialist) or (0, 0)), command.request) \
            if task.cancelled() else task.result()
        self._roster.installing.discard(specialist)
        self._running.pop(specialist, None)
        if isinstance(outcome, Installed):
            self._bring_encoder(command)        # before the outcome is told: who waits for it may then wait for both
        self._tell(outcome)
        self._changed(specialist)

    def _bring_encoder(self, command: Install) -> None:
        """Fetch the encoder too when it has become useful and the person has not refused it since the start."""
        manifest = self._roster.manifest(encoder.SPECIALIST)
        there = {one.id for one in self._roster.answerers()}
        if manifest is None or len(there) < 2 or command.specialist not in there or not self._encoder_wanted \
                or manifest.id in self._running or manifest.id in self._library.installed():
            return
        self._tell(Noticed(f"With a second specialist, Consort chooses who answers. To tell what a request means, it "
                           f"now fetches {offer(manifest).sentence}",
                           "It runs on this computer only. You can pause or remove it like every other model."))
        self.start(Install(manifest.id, source=command.source, request=command.request))

    def _changed(self, specialist: str, request: str = "") -> None:
        self._tell(SpecialistChanged(self._roster.view(specialist), request))


def unknown(specialist: str) -> UserFacingError:
    """The sentence for an id that nobody has."""
    return UserFacingError(f"There is no specialist called “{specialist}”.", "`consort list` shows them all.")
