"""Before first use: a model is opened in a process of its own and has to answer, before anybody is offered it."""

from __future__ import annotations

from collections.abc import Callable

from router.errors import UserFacingError
from router.library.library import Library
from router.messages import Event
from router.model_commands import CheckModel
from router.roster import Roster


class Checking:
    """Checks models, after an install and when asked."""

    def __init__(self, library: Library, roster: Roster, tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._tell = tell

    async def answer(self, command: CheckModel) -> None:
        """Tell the command's event. Raises UserFacingError."""
        raise UserFacingError(f"{type(command).__name__} is not possible yet.")
