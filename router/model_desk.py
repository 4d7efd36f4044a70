"""The commands about models, each to the one who answers it. Knows who does what, and nothing of how.

`hub_desk` asks the Hub, `housekeeping` keeps what is on this computer, `checking` opens a model before it is offered,
`installing` fetches in the order of its queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from router.checking import Checking
from router.fleet.fleet import Fleet
from router.housekeeping import Housekeeping
from router.hub_desk import HubDesk
from router.importing import Importing
from router.installing import Installing
from router.library.engine_build import EngineBuild
from router.library.library import Library
from router.memory.store import Store
from router.messages import CheckModel, Event, Install, ListQueue, ModelCommand, MoveInQueue, PauseInstall
from router.model_commands import HubCommand
from router.relocating import Relocating
from router.roster import Roster
from router.syncing import Subscribe, Syncing
from router.updating import Updating


@dataclass(frozen=True)
class ModelDesk:
    """Everybody who answers a command about models."""

    hub: HubDesk
    housekeeping: Housekeeping
    checking: Checking
    installing: Installing

    @classmethod
    def over(cls, data_folder: Path, library: Library, roster: Roster, fleet: Fleet, store: Store, checking: Checking,
             installing: Installing, engine: EngineBuild, pages: Callable[[], tuple[int, int]], subscribe: Subscribe,
             tell: Callable[[Event], None]) -> ModelDesk:
        """Everybody, over the models of one data folder. pages: the number of kept states, and their bytes."""
        updating = Updating(library, roster, fleet, checking, tell)

        def order(command: Install | PauseInstall) -> None:
            installing.start(command) if isinstance(command, Install) else installing.pause(command)

        housekeeping = Housekeeping(
            library, roster, Importing(library, roster, checking.try_out, tell),
            Relocating(data_folder, library, roster, fleet, tell), updating,
            Syncing(library, roster, store, updating, order, subscribe, tell), pages, tell)
        hub = HubDesk(library, roster, tell, lambda size: fleet.times.expected(size).write_per_second, engine)
        return cls(hub, housekeeping, checking, installing)

    async def install(self, command: Install) -> None:
        """Begin or go on with an install of a repository of the Hub, after a look into it. Raises UserFacingError."""
        await self.hub.prepare(command)
        self.installing.start(command)

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
