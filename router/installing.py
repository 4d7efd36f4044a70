"""Installs as they run: start, go on, pause, remove; told as events. The library does the fetching.

With a second specialist there is something to choose between, so the sentence encoder comes along, announced.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

from router.choose import encoder
from router.errors import UserFacingError, sentence_for
from router.fleet.fleet import Fleet
from router.library.library import Library
from router.library.naming import parse, resolve
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
    SpecialistsListed,
)
from router.model_commands import QueueCommand
from router.roster import Roster

TryOut = Callable[[str, str], Awaitable[None]]      # a specialist, the request that brought it


class Installing:
    """All installs under way, one task each. try_out: checks a model before anybody is offered it."""

    def __init__(self, library: Library, roster: Roster, fleet: Fleet, tell: Callable[[Event], None],
                 try_out: TryOut | None = None) -> None:
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._tell = tell
        self._try_out = try_out
        self._running: dict[str, asyncio.Task[Event]] = {}
        self._encoder_wanted = True

    def start(self, command: Install) -> None:
        """Begin or go on. A second order for the same specialist joins the first. Raises UserFacingError."""
        specialist = resolve(command.specialist, self._library.manifests()).id
        if specialist not in self._running:
            self._roster.installing.add(specialist)
            self._changed(specialist, command.request)
            task = asyncio.create_task(self._install(command, specialist))
            self._running[specialist] = task
            task.add_done_callback(lambda task: self._ended(specialist, command, task))  # also of one that never began

    def pause(self, command: PauseInstall) -> None:
        """Stop fetching; what is there stays for the next time."""
        specialist = parse(command.specialist).base
        self._encoder_wanted &= specialist != encoder.SPECIALIST
        task = self._running.get(specialist)
        if task is not None:
            task.cancel()

    def answer(self, command: QueueCommand) -> None:
        """Tell the queue. Raises UserFacingError."""
        raise UserFacingError(f"{type(command).__name__} is not possible yet.")

    async def remove(self, command: Remove) -> None:
        """Delete the model's file, after its worker has left, or what was fetched of it. Raises UserFacingError."""
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

    async def _install(self, command: Install, specialist: str) -> Event:
        try:
            before = self._library.installed().get(specialist)
            installed = await self._library.install(
                command.specialist, agreed=command.agreed, source=command.source, tell=self._tell,
                request=command.request, note=lambda text: self._tell(Noticed(text)))
            if before is not None and str(before.path) != installed.path:
                await self._fleet.unload(specialist)        # who asks next is answered by the new one
                self._library.sweep(specialist)
            if self._try_out is not None:
                with contextlib.suppress(asyncio.CancelledError):      # it is there; its first use will check it
                    await self._try_out(specialist, command.request)
            return installed
        except Exception as error:
            sentence = sentence_for(error)
            return Refused(sentence.text, sentence.hint, command.request, specialist)

    def _ended(self, specialist: str, command: Install, task: asyncio.Task[Event]) -> None:
        """Tell what came of it; one that was cancelled is paused."""
        outcome = InstallPaused(specialist, *(self._library.partial(specialist) or (0, 0)), command.request) \
            if task.cancelled() else task.result()
        self._roster.installing.discard(specialist)
        self._running.pop(specialist, None)
        if isinstance(outcome, Installed):
            self._bring_encoder(specialist, command)    # first: who waits for the outcome may then wait for both
        self._tell(outcome)
        self._changed(specialist)

    def _bring_encoder(self, specialist: str, command: Install) -> None:
        """Fetch the encoder too when it has become useful and the person has not refused it since the start."""
        manifest = self._roster.manifest(encoder.SPECIALIST)
        there = {one.id for one in self._roster.answerers()}
        if manifest is None or len(there) < 2 or specialist not in there or not self._encoder_wanted \
                or manifest.id in self._running or manifest.id in self._library.installed():
            return
        self._tell(Noticed(f"With a second specialist, Consort chooses who answers. To tell what a request means, it "
                           f"now fetches {offer(manifest).sentence}",
                           "It runs on this computer only. You can pause or remove it like every other model."))
        self.start(Install(manifest.id, source=command.source, request=command.request))

    def _changed(self, specialist: str, request: str = "") -> None:
        if self._roster.manifest(specialist) is None:       # one of the person's own, forgotten
            self._tell(SpecialistsListed(self._roster.views(), request))
        else:
            self._tell(SpecialistChanged(self._roster.view(specialist), request))
