"""The models moved to another folder or disk: copied and checked, then in use there, then deleted where they were.

Whatever ends it halfway, one whole folder counts: the old one until all is there, the new one from then on.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.library import moving
from router.library.download import cannot_write
from router.library.library import Library
from router.library.location import Location, read_location, write_location
from router.library.progress import Progress
from router.messages import Event, ModelsMoved, ModelsMoving, MoveModels, Noticed, SpecialistsListed
from router.roster import Roster


class Relocating:
    """Moves the models of one data folder. link: gives a file a second name (tests take it away)."""

    def __init__(self, data_folder: Path, library: Library, roster: Roster, fleet: Fleet, tell: Callable[[Event], None],
                 link: moving.Link | None = None) -> None:
        self._data_folder = data_folder
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._tell = tell
        self._link = link

    async def move(self, command: MoveModels) -> None:
        """Have the models in that folder. Raises UserFacingError; when it is stopped, the same command goes on."""
        if self._roster.installing:
            raise UserFacingError("A model is being installed.", "Pause it or let it end, then move the models.")
        location, _ = read_location(self._data_folder)
        if "\0" in command.folder or not command.folder:
            raise UserFacingError("That is no folder.", "Choose an empty or a new one.")
        new = await asyncio.to_thread(_resolved, self._data_folder, command.folder)
        old = await asyncio.to_thread(_resolved, self._data_folder, str(location.folder))
        given_up = location.moving_to
        try:
            if new == old and given_up is not None:
                await asyncio.to_thread(moving.delete_copies, old, given_up)
                write_location(self._data_folder, replace(location, moving_to=None))
            elif self._library.absence():
                await self._begin_anew(location, new)
            else:
                await self._move(location, old, new, command)
        except OSError as error:
            raise cannot_write(error, new, self._library.fetching.free) from error
        self._tell(ModelsMoved(str(self._library.folder), command.request))
        self._tell(SpecialistsListed(self._roster.views()))

    def interrupted(self) -> tuple[Noticed, ...]:
        """At a start: what to say of a move that was not ended."""
        location, _ = read_location(self._data_folder)
        return (Noticed(
            f"Moving the models to {location.moving_to} was interrupted; they are all in {location.folder} still.",
            f"`consort models move \"{location.moving_to}\"` goes on; `consort models move \"{location.folder}\"` "
            "leaves them there and deletes the copies."),) if location.moving_to is not None else ()

    async def look_after(self) -> None:
        """At a start: delete what an earlier move has left in the former folder."""
        location, _ = read_location(self._data_folder)
        if location.leaving is not None and not self._library.absence():
            await self._delete_old(location)

    async def _move(self, location: Location, old: Path, new: Path, command: MoveModels) -> None:
        going_on = new in (location.moving_to, location.leaving)
        await asyncio.to_thread(moving.require_target, old, new, going_on or self._is_ours(new))
        if location.moving_to not in (None, new):
            await asyncio.to_thread(moving.delete_copies, old, location.moving_to)
        with self._library.standing_still():
            if not self._library.recorded() and self._is_ours(new):
                write_location(self._data_folder, Location(new))        # they were moved by hand
            else:
                write_location(self._data_folder, Location(location.folder, moving_to=new))
                self._library.keep_record()
                await self._copy(old, new, command)
                location = Location(new, leaving=old)
                write_location(self._data_folder, location)
            self._library.relocate(new)
        for resident in self._fleet.residents():        # an open file cannot be deleted everywhere
            await self._fleet.unload(resident.id)
        await self._delete_old(location)

    def _is_ours(self, new: Path) -> bool:
        """Are there models of Consort already, and none here that would be in their way?"""
        return not self._library.recorded() and (new / "installed.json").is_file()

    async def _begin_anew(self, location: Location, new: Path) -> None:
        """The disk with the models is gone for good: from now on they are kept in `new`."""
        known = (new / "installed.json").is_file()
        await asyncio.to_thread(moving.require_target, location.folder, new, known)
        write_location(self._data_folder, Location(new))
        self._library.relocate(new)
        self._library.keep_record()
        self._tell(Noticed(f"Nothing could be copied from {location.folder}, which is not there.",
                           "Should it come back, move the models there again to use those in it."))

    async def _copy(self, old: Path, new: Path, command: MoveModels) -> None:
        """In a thread, which ends before this does. Raises UserFacingError, OSError or CancelledError."""
        loop, stopped = asyncio.get_running_loop(), threading.Event()

        def told(done: int, total: int, speed: float) -> None:
            loop.call_soon_threadsafe(self._tell, ModelsMoving(done, total, command.request))

        progress: list[Progress] = []

        def at(done: int, total: int) -> None:
            if not progress:
                progress.append(Progress(told, total))
                progress[0].start_at(done)
            progress[0].at(done)

        copying = asyncio.ensure_future(asyncio.to_thread(
            moving.copy_all, old, new, self._library.fetching.free, at, stopped.is_set,
            **({"link": self._link} if self._link else {})))
        try:
            await asyncio.shield(copying)
        except asyncio.CancelledError:
            stopped.set()
            await asyncio.wait([copying])
            copying.exception()
            raise
        if progress:
            progress[0].end()

    async def _delete_old(self, location: Location) -> None:
        """What is left of the former folder; what is still open stays until the next start."""
        if location.leaving is None:
            return
        await asyncio.to_thread(moving.delete_copied, location.leaving, location.folder)
        if not await asyncio.to_thread(location.leaving.exists):
            write_location(self._data_folder, replace(location, leaving=None))


def _resolved(data_folder: Path, folder: str) -> Path:
    """The folder itself, whatever links lead to it; a relative one is meant from the data folder."""
    return (data_folder / Path(folder).expanduser()).resolve()
