"""What one turn works with: the store of its conversation, the fleet, the roster and a way to tell what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from router.fleet.fleet import Fleet
from router.memory.store import Store
from router.messages import Event
from router.roster import Roster


@dataclass
class Desk:
    """Everything `turn.answer` may touch. `stop_writing` is set while a specialist can be asked to stop politely."""

    store: Store
    fleet: Fleet
    roster: Roster
    tell: Callable[[Event], None]
    crash_folder: Path
    temporary: bool = False
    conversation: str = ""
    stop_writing: Callable[[], None] | None = field(default=None)
