"""What one turn works with: the store of its conversation, the fleet, the roster and a way to tell what happens."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from router.checking import Checking
from router.choose.chooser import Chooser
from router.choose.several import TaskWords
from router.documents.document_desk import DocumentDesk
from router.fleet.fleet import Fleet
from router.fleet.pager import Pager
from router.memory.store import Store
from router.messages import Event
from router.roster import Roster
from router.running_plan import RunningPlan
from router.tool_desk import ToolDesk


@dataclass
class Desk:
    """Everything `turn.answer` may touch.

    routing: the person's setting: `automatic`, `ask`, or `always:ID`. planning: a request of several tasks is answered
    in steps. stop_writing: set while a specialist can be asked to stop politely. chosen: set while the turn waits for
    the person to choose. plan: the one that is carried out; it may be changed. documents: the person's, where there are
    any to answer from. tools: what an answer may use; None for none.
    """

    store: Store
    fleet: Fleet
    roster: Roster
    chooser: Chooser
    pages: Pager
    checking: Checking
    tell: Callable[[Event], None]
    crash_folder: Path
    temporary: bool = False
    routing: str = "automatic"
    planning: bool = True
    task_words: TaskWords = field(default_factory=TaskWords.shipped)
    conversation: str = ""
    tools: ToolDesk | None = None
    chosen: asyncio.Future[str] | None = None
    plan: RunningPlan | None = None
    stop_writing: Callable[[], None] | None = field(default=None)
    documents: DocumentDesk | None = None
