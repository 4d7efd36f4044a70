"""The models in memory as processes: list them, send one out, keep one in, and the one number they must all fit into.

The budget and the pins are preferences of the person, so they outlive the program. What happens in memory is the
fleet's business; this file gives names to it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from router.choose import encoder
from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.library.naming import unknown
from router.machine import Machine
from router.memory.store import Store
from router.messages import Event, ListProcesses, PinSpecialist, ProcessesListed, Unload
from router.roster import Roster
from router.views import ProcessView

BUDGET = "memory_budget"                # preference: bytes as text; empty for the machine's default
PINS = "pinned_specialists"             # preference: ids, separated by spaces
SMALLEST_BUDGET = 100_000_000           # bytes; below that not even the smallest model opens


class Processes:
    """Answers the commands about processes. Made once; takes the person's budget and pins to the fleet at once.

    pages: how many states the page file keeps, and their bytes.
    """

    def __init__(self, fleet: Fleet, roster: Roster, store: Store, machine: Machine, tell: Callable[[Event], None],
                 pages: Callable[[], tuple[int, int]] = lambda: (0, 0)) -> None:
        self._fleet = fleet
        self._roster = roster
        self._store = store
        self._machine = machine
        self._tell = tell
        self._pages = pages
        preferences = store.preferences()
        fleet.change_budget(self._kept_budget(preferences.get(BUDGET, "")))
        for specialist in preferences.get(PINS, "").split():
            fleet.pin(specialist, True)

    async def answer(self, command: ListProcesses | Unload | PinSpecialist) -> None:
        """Do `command` and tell how things stand then. Raises UserFacingError."""
        match command:
            case Unload():
                if command.specialist not in {one.id for one in self._fleet.processes()}:
                    self._require(command.specialist)
                await self._fleet.unload(command.specialist)
            case PinSpecialist():
                self._require(command.specialist)
                self._pin(command.specialist, command.pinned)
        self._tell(self.listed(command.request))

    def listed(self, request: str = "") -> ProcessesListed:
        """Everything in memory, the one used last first."""
        processes = sorted(map(self._named, self._fleet.processes()), key=lambda one: -one.last_used)
        pages, page_bytes = self._pages()
        return ProcessesListed(tuple(processes), self._fleet.budget_bytes, sum(one.memory for one in processes),
                               self._fleet.history.newest_first(), pages, page_bytes,
                               self._machine.default_memory_budget(), self._machine.memory_total, request)

    def preference_changes(self, key: str, value: str) -> None:
        """A preference is about to be kept: the memory budget acts at once. Raises UserFacingError for nonsense."""
        if key == BUDGET:
            self._fleet.change_budget(self._budget(value))

    def _budget(self, value: str) -> int:
        if not value.strip():
            return self._machine.default_memory_budget()
        try:
            budget = int(value)
        except ValueError:
            budget = 0
        if not SMALLEST_BUDGET <= budget <= self._machine.memory_total:
            raise UserFacingError(
                f"Models cannot be given “{value[:40]}” bytes of memory.",
                f"Choose between {SMALLEST_BUDGET / 1e9:.1f} and {self._machine.memory_total / 1e9:.1f} GB, "
                "or leave it empty to let Consort choose.")
        return budget

    def _kept_budget(self, value: str) -> int:
        """That of a data folder which may come from a larger computer."""
        try:
            return self._budget(value)
        except UserFacingError:
            return self._machine.default_memory_budget()

    def _pin(self, specialist: str, pinned: bool) -> None:
        kept = set(self._store.preferences().get(PINS, "").split())
        kept = kept | {specialist} if pinned else kept - {specialist}
        self._store.set_preference(PINS, " ".join(sorted(kept)))
        self._fleet.pin(specialist, pinned)

    def _named(self, process: ProcessView) -> ProcessView:
        """With the name that people know. `id/purpose` is a second worker of the specialist, for that purpose."""
        specialist, _, purpose = process.id.partition("/")
        manifest = self._roster.manifest(encoder.SPECIALIST if specialist == encoder.KEY else specialist)
        name = manifest.name if manifest else specialist
        return replace(process, name=f"{name} ({purpose})" if purpose else name, kind=manifest.kind if manifest else "")

    def _require(self, specialist: str) -> None:
        if self._roster.manifest(specialist) is None:
            raise unknown(specialist)
