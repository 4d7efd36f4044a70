"""Model files of the person's own taken into use where they lie, and found again when they have moved.

Reading a large file takes a while: it is told as progress and can be stopped. Nothing of the person's is changed.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from router.errors import UserFacingError
from router.installing import TryOut
from router.library import shared_models
from router.library.library import Library
from router.library.local_files import LocalModel, find_models
from router.library.record import InstalledModel
from router.library.shared_places import places
from router.messages import (
    Event,
    FindSharedModels,
    ImportModel,
    Installed,
    InstallMoved,
    ModelsImported,
    Noticed,
    SharedModelsFound,
    SpecialistChanged,
)
from router.roster import Roster


class Importing:
    """Answers the commands about files of the person's own. try_out: checks a model before anybody is offered it."""

    def __init__(self, library: Library, roster: Roster, try_out: TryOut, tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._try_out = try_out
        self._tell = tell

    async def take(self, command: ImportModel) -> None:
        """Use what is at the path; in a folder, whatever of it can be used. Raises UserFacingError."""
        found = await asyncio.to_thread(find_models, Path(command.path))
        for one in found:
            self._require_outside(one)
        if command.instead_of:
            found = (self._the_missing(command.instead_of, found),)
        self._require_base(command.base)
        named = await asyncio.to_thread(shared_models.names_by_path, found)
        taken: list[str] = []
        left_out: list[str] = []
        for one in found:
            name = (command.name if len(found) == 1 else "") or named.get(one.path, one.name)
            try:
                taken.append((await self._take(one, name, command)).id)
            except UserFacingError as error:
                if len(found) == 1:
                    raise
                left_out.append(f"{one.name} was left out: {error.text}")
                self._tell(Noticed(left_out[-1], error.hint))
        self._tell(ModelsImported(tuple(taken), tuple(left_out), command.request))

    async def find_shared(self, command: FindSharedModels) -> None:
        """Look where other programs keep their models."""
        used = {path: model.id for model in self._library.recorded().values() for path, _ in model.files}
        found = await asyncio.to_thread(shared_models.find, places(), self._library.shipped(), used)
        self._tell(SharedModelsFound(found, command.request))

    async def _take(self, found: LocalModel, name: str, command: ImportModel) -> InstalledModel:
        subject = self._library.id_for(found, name)

        def moved(done: int, total: int, speed: float) -> None:
            self._tell(InstallMoved(subject, "checking", done, total, speed, "import", command.request))

        model = await self._library.use_in_place(found, moved, name=name, base=command.base)
        await self._try_out(model.id, command.request)
        self._tell(Installed(model.id, model.source, str(model.path), model.size, model.sha256, command.request))
        self._tell(SpecialistChanged(self._roster.view(model.id)))
        return model

    def _the_missing(self, specialist: str, found: tuple[LocalModel, ...]) -> LocalModel:
        """Of the files at hand the one that is as large as the missing one; its checksum decides later."""
        model = self._library.recorded().get(specialist)
        if model is None:
            raise UserFacingError(f"“{specialist}” was not installed, so it cannot be found again.",
                                  "Import the file instead.")
        for one in found:
            if one.size == model.size_in_all:
                return one
        name = self._roster.name(specialist)
        raise UserFacingError(f"The file of {name} is not there: none has its size of {model.size_in_all:,} bytes.",
                              "Try another folder, or import the file as a model of its own.")

    def _require_outside(self, found: LocalModel) -> None:
        """What lies in Consort's own folder is Consort's to delete, so it cannot be the person's."""
        if found.path.is_relative_to(self._library.folder.resolve()):
            raise UserFacingError(f"{found.path} lies in the folder in which Consort keeps its models.",
                                  "Move it somewhere else first, then import it from there.")

    def _require_base(self, base: str) -> None:
        if base and self._roster.manifest(base) is None:
            raise UserFacingError(f"There is no specialist called “{base}” to attach it to.",
                                  "`consort list` shows them all.")
