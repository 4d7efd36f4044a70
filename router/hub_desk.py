"""The Hub as a person meets it: searching, opening a repository, what fits, the access token, what is recommended."""

from __future__ import annotations

from collections.abc import Callable

from router.errors import UserFacingError
from router.library.library import Library
from router.library.recommend import recommend
from router.machine import language
from router.messages import Event, Recommend, Recommended
from router.model_commands import HubCommand
from router.model_views import Recommendation
from router.roster import Roster


class HubDesk:
    """Answers the commands about the Hub. writes: bytes of a model's file → tokens a second it would write here."""

    def __init__(self, library: Library, roster: Roster, tell: Callable[[Event], None],
                 writes: Callable[[int], float] = lambda size: 0.0) -> None:
        self._library = library
        self._roster = roster
        self._tell = tell
        self._writes = writes

    async def answer(self, command: HubCommand) -> None:
        """Tell the command's event. Raises UserFacingError."""
        match command:
            case Recommend():
                self._tell(Recommended(self._recommended(), command.request))
            case _:
                raise UserFacingError(f"{type(command).__name__} is not possible yet.")

    def _recommended(self) -> tuple[Recommendation, ...]:
        machine = self._roster.machine
        return recommend(self._roster.catalogue(), machine, machine.default_memory_budget(), self._library.free(),
                         self._library.installed(), language(), self._writes)
