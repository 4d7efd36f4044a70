"""Newer versions of installed models: looked for when asked, fetched beside the old one, used once they have passed.

The same way brings any exact version that a list of another computer names. Whatever fails, the old one stays in use.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from router.checking import Checking
from router.choose import encoder
from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.library.library import Library
from router.library.sources import SourceFailed
from router.library.updates import Newer, fetch_beside, newer, source_of
from router.messages import (
    Event,
    FindUpdates,
    InstallMoved,
    ModelChecked,
    Noticed,
    SpecialistChanged,
    UpdateModel,
    UpdatesFound,
)
from router.model_views import CheckView, UpdateView
from router.roster import Roster
from specialists.manifest import Manifest

AT_ONCE = 4             # questions to the Hub


class Updating:
    """Answers the commands about versions."""

    def __init__(self, library: Library, roster: Roster, fleet: Fleet, checking: Checking,
                 tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._fleet = fleet
        self._checking = checking
        self._tell = tell

    async def find(self, command: FindUpdates) -> None:
        """Ask the Hub about each model that came from it. Raises UserFacingError when it cannot be asked at all."""
        turn = asyncio.Semaphore(AT_ONCE)
        asked: list[str] = []
        unknown: list[str] = []
        for specialist, model in self._library.installed().items():
            known = source_of(model, self._manifest(specialist)) is not None
            (asked if known else unknown).append(specialist)

        async def ask(specialist: str) -> Newer | SourceFailed | None:
            async with turn:
                try:
                    return await self._newer(specialist)
                except SourceFailed as failure:
                    return failure

        answers = await asyncio.gather(*map(ask, asked))
        failed = [one for one in answers if isinstance(one, SourceFailed)]
        if failed and len(failed) == len(answers):
            raise UserFacingError(f"The Hugging Face Hub could not be asked ({failed[0]}).",
                                  "Check the connection and try again; what is installed goes on as it is.")
        found = []
        for specialist, answer in zip(asked, answers, strict=True):
            name = self._roster.name(specialist)
            if isinstance(answer, SourceFailed):
                unknown.append(specialist)
                self._tell(Noticed(f"Whether there is a newer {name} is not known: {answer}."))
            elif answer is not None:
                found.append(UpdateView(specialist, name, answer.commit, answer.size))
        self._tell(UpdatesFound(tuple(found), tuple(unknown), command.request))

    async def update(self, command: UpdateModel) -> None:
        """Fetch the newer version, check it, use it. Raises UserFacingError; then the old one is still in use."""
        specialist = command.specialist
        name = self._roster.name(specialist)
        model = self._library.installed().get(specialist)
        if model is None:
            self._library.path(specialist)                  # says what is wrong
            raise UserFacingError(f"{name} is not installed.", f"Install it with `consort install {specialist}`.")
        if source_of(model, self._manifest(specialist)) is None:
            raise UserFacingError(f"{name} did not come from the Hugging Face Hub, which alone tells of versions.",
                                  "There is nothing to update.")
        try:
            found = await self._newer(specialist)
        except SourceFailed as failure:
            raise UserFacingError(f"The Hugging Face Hub could not be asked about {name} ({failure}).",
                                  "Check the connection and try again; the version you have goes on.") from failure
        if found is None:
            raise UserFacingError(f"{name} is the newest version already.")
        await self.bring(found.manifest, command.request)

    async def bring(self, manifest: Manifest, request: str) -> None:
        """Have exactly the files of `manifest`, in place of what is there of it. Raises UserFacingError."""
        if manifest.id in self._roster.installing:
            raise UserFacingError(f"{manifest.name} is being installed.", "Wait for that to end, or pause it.")
        before = self._library.installed().get(manifest.id)

        def told(moved: InstallMoved) -> None:
            self._tell(replace(moved, request=request))

        fetched = await fetch_beside(self._library, manifest, told, lambda text: self._tell(Noticed(text)))
        self._tell(InstallMoved(manifest.id, "testing", manifest.size, manifest.size, 0.0, fetched.source, request))
        if before is None:
            installed = await self._library.use_version(manifest, fetched, None)
            await self._checking.try_out(manifest.id, request)
        else:
            check = await self._passed(manifest, fetched.path)
            installed = await self._library.use_version(manifest, fetched, check)
            if manifest.id == encoder.SPECIALIST:
                await self._fleet.unload(encoder.KEY)
            await self._fleet.unload(manifest.id)           # who asks next is answered by the new one
            self._library.sweep(manifest.id)
            self._tell(ModelChecked(manifest.id, check, request))
        self._tell(replace(installed, request=request))
        self._tell(SpecialistChanged(self._roster.view(manifest.id)))

    async def _passed(self, manifest: Manifest, path: Path) -> CheckView:
        """The check of the version at `path` while the old one is in use. Raises UserFacingError if it fails."""
        check = await self._checking.examine(manifest, path)
        if check.state == "refused":
            self._library.give_up_version(manifest.id)
            raise UserFacingError(f"The new version of {manifest.name} was fetched and is refused: "
                                  f"{' '.join(check.problems)}", "The one you have stays in use.")
        if check.state != "passed":
            raise UserFacingError(f"The new version of {manifest.name} is fetched, but could not be checked now. "
                                  f"{' '.join(check.notes)}".strip(),
                                  "The one you have stays in use. Try again later: nothing is fetched twice.")
        return check

    async def _newer(self, specialist: str) -> Newer | None:
        model = self._library.recorded()[specialist]
        return await newer(model, self._manifest(specialist), self._library.fetching.hub)

    def _manifest(self, specialist: str) -> Manifest:
        return self._library.manifests()[specialist]
