"""The models on this computer kept in order: used in place, shared, verified, moved, updated, listed for elsewhere.

It answers what takes a moment itself and gives the rest to who knows how. What runs long can be stopped: by
`PauseInstall` with its request.
"""

from __future__ import annotations

import asyncio
import contextlib
import shutil
from collections.abc import Callable

from router.errors import UserFacingError
from router.importing import Importing
from router.library.library import Library
from router.library.progress import Tell
from router.library.storage import stored
from router.library.verifying import Soundness
from router.messages import (
    Event,
    FindSharedModels,
    FindUpdates,
    ImportModel,
    InstallPaused,
    ListStorage,
    LockModels,
    MoveModels,
    Noticed,
    PauseInstall,
    SpecialistChanged,
    StorageListed,
    SyncModels,
    UpdateModel,
    Verified,
    VerifyModel,
    VerifyMoved,
)
from router.model_commands import HousekeepingCommand
from router.relocating import Relocating
from router.roster import Roster
from router.syncing import Syncing
from router.updating import Updating


class Housekeeping:
    """Answers the commands about what is stored here. pages: how many kept states there are, and their bytes.

    Attributes: `notices`, to be told at the start.
    """

    def __init__(self, library: Library, roster: Roster, importing: Importing, relocating: Relocating,
                 updating: Updating, syncing: Syncing, pages: Callable[[], tuple[int, int]],
                 tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._importing = importing
        self._relocating = relocating
        self._updating = updating
        self._syncing = syncing
        self.notices = relocating.interrupted()
        self._pages = pages
        self._tell = tell
        self._under_way: dict[str, tuple[HousekeepingCommand, asyncio.Task[None]]] = {}
        self._stopped: set[str] = set()

    async def answer(self, command: HousekeepingCommand) -> None:
        """Tell the command's event. Raises UserFacingError."""
        task = asyncio.current_task()
        assert task is not None
        self._under_way[command.request] = command, task
        try:
            await self._answer(command)
        except asyncio.CancelledError:
            if command.request not in self._stopped:
                raise                           # Consort closes
            self._stopped.discard(command.request)
            self._tell(InstallPaused(getattr(command, "specialist", ""), 0, 0, command.request))
        finally:
            self._under_way.pop(command.request, None)

    def stop(self, command: PauseInstall) -> None:
        """End the work that was asked for with this request, or the update of this specialist, if it goes on still."""
        for request, (work, task) in self._under_way.items():
            updates = isinstance(work, UpdateModel) and work.specialist == command.specialist
            if updates or (request and request == command.request and not command.specialist):
                self._stopped.add(request)
                task.cancel()

    async def look_after_move(self) -> None:
        """Clean up after a move of the models that was interrupted."""
        with contextlib.suppress(OSError):          # a read-only folder: it stays as it is
            await self._relocating.look_after()

    async def look_after_files(self) -> None:
        """Read files of the person's own that were touched since: the same bytes count as untouched again."""
        for specialist, model in self._library.missing().items():
            if model.source == "import" and model.trouble == "changed":
                with contextlib.suppress(UserFacingError):      # it cannot be read: it stays lost
                    if await self._library.soundness(specialist) == "sound":
                        self._tell(SpecialistChanged(self._roster.view(specialist)))

    async def _answer(self, command: HousekeepingCommand) -> None:
        match command:
            case ImportModel():
                await self._importing.take(command)
            case FindSharedModels():
                await self._importing.find_shared(command)
            case ListStorage():
                self._tell(await self._storage(command))
            case MoveModels():
                if len(self._under_way) > 1:
                    raise UserFacingError("Something else is being done with the models.", "Try again when that ends.")
                await self._relocating.move(command)
            case VerifyModel():
                self._tell(await self._verify(command))
            case FindUpdates():
                await self._updating.find(command)
            case UpdateModel():
                await self._updating.update(command)
            case LockModels():
                await self._syncing.lock(command)
            case SyncModels():
                await self._syncing.sync(command)

    async def _storage(self, command: ListStorage) -> StorageListed:
        folder = self._library.folder
        for sentence in self._library.absence():
            self._tell(Noticed(sentence, level="warning"))
        models = await asyncio.to_thread(stored, self._library.recorded(), self._library.manifests(),
                                         self._library.unfinished, self._roster.last_used.of)
        there = folder
        while not there.exists():
            there = there.parent
        disk = await asyncio.to_thread(shutil.disk_usage, there)
        return StorageListed(str(folder), models, disk.free, disk.total, self._pages()[1], command.request)

    async def _verify(self, command: VerifyModel) -> Verified:
        """All files of the model, or of all models. Raises UserFacingError for one that is not installed."""
        record = self._library.recorded()
        if command.specialist and command.specialist not in record:
            await self._library.soundness(command.specialist)        # says what is wrong with the name
        outcome: dict[str, list[str]] = {"sound": [], "changed": [], "missing": []}
        for specialist in (command.specialist,) if command.specialist else tuple(record):

            def moved(done: int, total: int, speed: float, specialist: str = specialist) -> None:
                self._tell(VerifyMoved(specialist, done, total, command.request))

            found = await self._soundness(specialist, moved, alone=bool(command.specialist))
            if specialist in self._library.recorded():          # it may have been removed meanwhile
                outcome[found].append(specialist)
                self._tell(SpecialistChanged(self._roster.view(specialist)))
        return Verified(tuple(outcome["sound"]), tuple(outcome["changed"]), tuple(outcome["missing"]), command.request)

    async def _soundness(self, specialist: str, moved: Tell, *, alone: bool) -> Soundness:
        """One that cannot be read is told and does not keep the others from being read. Raises UserFacingError."""
        try:
            return await self._library.soundness(specialist, moved)
        except UserFacingError as error:
            if alone:
                raise
            if specialist in self._library.recorded():
                self._tell(Noticed(error.text, error.hint))
            return "missing"
