"""The commands about models, each to the one who answers it. Knows who does what, and nothing of how.

`hub_desk` asks the Hub, `housekeeping` keeps what is on this computer, `checking` opens a model before it is offered,
`installing` fetches in the order of its queue.
"""

from __future__ import annotations

from dataclasses import dataclass

from router.checking import Checking
from router.housekeeping import Housekeeping
from router.hub_desk import HubDesk
from router.installing import Installing
from router.messages import CheckModel, ListQueue, ModelCommand, MoveInQueue
from router.model_commands import HubCommand


@dataclass(frozen=True)
class ModelDesk:
    """Everybody who answers a command about models."""

    hub: HubDesk
    housekeeping: Housekeeping
    checking: Checking
    installing: Installing

    async def answer(self, command: ModelCommand) -> None:
        """Tell the command's event. Raises UserFacingError."""
        match command:
            case ListQueue() | MoveInQueue():
                self.installing.answer(command)
            case CheckModel():
                await self.checking.answer(command)
            case _ if isinstance(command, HubCommand):
                await self.hub.answer(command)
            case _:
                await self.housekeeping.answer(command)
