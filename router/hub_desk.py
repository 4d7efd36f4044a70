"""The Hub as a person meets it: searching, opening a repository, what fits, the access token, what is recommended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from router.errors import UserFacingError
from router.library.engine_build import EngineBuild
from router.library.hub_answers import HubModel
from router.library.hub_models import search
from router.library.hub_search import repository_in
from router.library.library import Library
from router.library.naming import is_repository, parse
from router.library.recommend import recommend
from router.looking import Looking
from router.machine import language
from router.messages import (
    CheckFit,
    Event,
    FitChecked,
    ForgetHubToken,
    HubModelOpened,
    HubSearched,
    HubTokenChanged,
    Install,
    Noticed,
    OpenHubModel,
    ReadHubToken,
    Recommend,
    Recommended,
    SaveHubToken,
    SearchHub,
)
from router.model_commands import HubCommand
from router.model_views import Recommendation
from router.roster import Roster


class HubDesk:
    """Answers the commands about the Hub. writes: bytes of a model's file → tokens a second it would write here."""

    def __init__(self, library: Library, roster: Roster, tell: Callable[[Event], None],
                 writes: Callable[[int], float] = lambda size: 0.0, engine: EngineBuild | None = None) -> None:
        self._library = library
        self._roster = roster
        self._tell = tell
        self._writes = writes
        self._looking = Looking(library, roster, engine or EngineBuild())
        self._searching: asyncio.Task[tuple[tuple[HubModel, ...], str]] | None = None

    async def answer(self, command: HubCommand) -> None:
        """Tell the command's event. Raises UserFacingError."""
        match command:
            case SearchHub():
                self._tell(await self._search(command))
            case OpenHubModel():
                self._tell(HubModelOpened(await self._looking.open(repository(command.repo)), command.request))
            case CheckFit():
                fit = await self._looking.fit(command.specialist, command.context)
                self._tell(FitChecked(command.specialist, fit, command.request))
            case Recommend():
                self._tell(Recommended(self._recommended(), command.request))
            case _:
                await self._change_token(command)

    async def look_at_engine(self) -> None:
        """Find out whether it can use a graphics card, and how large that is. Asks this computer only."""
        await self._looking.engine.look()

    async def prepare(self, command: Install) -> None:
        """A repository of the Hub that is to be installed becomes a specialist first. Raises UserFacingError."""
        if why := await self._looking.adopt(command.specialist):
            self._tell(Noticed(why, f"`consort info {parse(command.specialist).base}` shows all there are."))

    async def _search(self, command: SearchHub) -> HubSearched:
        """A new search ends the one before it."""
        if self._searching is not None:
            self._searching.cancel()
        mine = self._searching = asyncio.create_task(search(self._library.fetching.hub, command))
        try:
            models, cursor = await mine
        except asyncio.CancelledError:
            if self._searching is mine:
                mine.cancel()
                raise
            raise UserFacingError("Another search took the place of this one.") from None
        return HubSearched(command.text, tuple(map(self._looking.view, models)), cursor, command.request)

    async def _change_token(self, command: SaveHubToken | ReadHubToken | ForgetHubToken) -> None:
        token = self._library.fetching.hub.token
        match command:
            case SaveHubToken():
                await token.save(command.token)
            case ForgetHubToken():
                await token.forget()
        place = await token.kept_in()
        self._tell(HubTokenChanged(bool(place), place, command.request))

    def _recommended(self) -> tuple[Recommendation, ...]:
        machine = self._roster.machine
        return recommend(self._roster.catalogue(), machine, machine.default_memory_budget(), self._library.free(),
                         self._library.installed(), language(), self._writes)


def repository(name: str) -> str:
    """`owner/repository` as it was typed, or in an address of the Hub. Raises UserFacingError for anything else."""
    plain = repository_in(name)
    if not is_repository(plain):
        raise UserFacingError(f"“{name[:120]}” is no repository of the Hub.", "Write it as owner/repository.")
    return plain
