"""The models on this computer kept in order: used in place, shared, verified, moved, updated, listed for elsewhere."""

from __future__ import annotations

from collections.abc import Callable

from router.errors import UserFacingError
from router.library.library import Library
from router.messages import Event
from router.model_commands import HousekeepingCommand
from router.roster import Roster


class Housekeeping:
    """Answers the commands about what is stored here."""

    def __init__(self, library: Library, roster: Roster, tell: Callable[[Event], None]) -> None:
        self._library = library
        self._roster = roster
        self._tell = tell

    async def answer(self, command: HousekeepingCommand) -> None:
        """Tell the command's event. Raises UserFacingError."""
        raise UserFacingError(f"{type(command).__name__} is not possible yet.")
