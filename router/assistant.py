"""The one loop: takes commands, starts turns, publishes events, starts up and shuts down.

`open_assistant` is the router's composition root. Everything runs on one asyncio loop; `send` and `subscribe` are
called on it. What a command means lives in `turn`, `conversation_commands` and `installing`; this file only knows who
does what.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from pathlib import Path

import platformdirs

from router import conversation_commands, install_queue, turn
from router.checking import Checking
from router.desk import Desk
from router.doctor import examine
from router.documents.document_desk import Around, DocumentDesk
from router.documents.reading import read_document
from router.errors import UserFacingError, sentence_for
from router.fitting import memory_here
from router.fleet.fleet import Fleet
from router.fleet.measured import Corrections
from router.fleet.pager import BUDGET as PAGE_BUDGET
from router.fleet.pager import Pager, kept_budget
from router.fleet.pages import PageFile
from router.fleet.times import Times
from router.idle_work import IdleWork
from router.install_queue import InstallQueue
from router.installing import Installing
from router.joining import Door
from router.last_used import LastUsed
from router.library.engine_build import EngineBuild
from router.library.library import Library
from router.machine import Machine
from router.memory.opening import NewerDatabase
from router.memory.store import Store
from router.messages import (
    Ask,
    ChangePlan,
    ChangePreference,
    ChangeSettings,
    ChooseSpecialist,
    Command,
    ConversationChanged,
    CorrectRouting,
    DeleteConversation,
    DeleteMessage,
    Diagnose,
    Diagnosed,
    DocumentCommand,
    Event,
    ForgetCorrection,
    Install,
    ListCorrections,
    ListProcesses,
    ListSpecialists,
    ModelCommand,
    Noticed,
    PauseInstall,
    PinSpecialist,
    PreferencesRead,
    RaiseWindow,
    ReadPreferences,
    Refused,
    Regenerate,
    Remove,
    RouteRequest,
    SpecialistChanged,
    SpecialistsListed,
    SpeechCommand,
    Stop,
    ToolCommand,
    TrainRouter,
    TurnFinished,
    Unload,
    WindowRaised,
)
from router.model_desk import ModelDesk
from router.ownership import Ownership
from router.processes import Processes
from router.roster import Roster
from router.routing import RoutingDesk
from router.speech_desk import SpeechDesk
from router.tool_desk import ToolDesk, toolbox_here

POLITE_STOP_SECONDS = 2.5       # a worker that has not ended its answer by then is ended with its process
KEEP_DELETED_SECONDS = 30 * 24 * 3600.0


class AlreadyRunning(UserFacingError):
    """Another Consort owns the data folder; it can be joined."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"Consort is already running with the folder {folder}.", "Use its window, or close it first.")
        self.folder = folder


def default_folder() -> Path:
    """Where this platform keeps a program's data."""
    return platformdirs.user_data_path("consort", appauthor=False)


async def open_assistant(data_dir: Path | None = None, *, has_window: bool = False) -> Assistant:
    """The router, ready for commands. Raises AlreadyRunning or another UserFacingError."""
    folder = data_dir or default_folder()
    ownership = Ownership.take(folder)
    if ownership is None:
        raise AlreadyRunning(folder)
    try:
        store, notices = _open_store(folder)
        machine = Machine.this()
        library = Library.open(folder)
        roster = Roster(library, machine, store.settings, LastUsed(folder / "last_used.json"))
        assistant = Assistant(folder, ownership, store, library, roster, machine, has_window)
        for notice in notices:
            assistant.pending_notices.append(notice)
        assistant.look_around()
        with contextlib.suppress(OSError):      # no local socket here: a second start cannot join, all else works
            await assistant.door.open()
    except BaseException:
        ownership.release()
        raise
    return assistant


def _open_store(folder: Path) -> tuple[Store, tuple[Noticed, ...]]:
    try:
        store = Store.open(folder)
    except NewerDatabase:
        raise
    except UserFacingError as error:
        return Store.in_memory(), (Noticed(f"{error.text} Until then nothing in this session is saved.", error.hint,
                                           level="warning"),)
    return store, tuple(Noticed(text, level="warning") for text in store.notices)


class Assistant:
    """The router of one data folder. Attributes: `door` lets other front-ends join; `pending_notices` are told to the
    first front-end that subscribes."""

    def __init__(self, folder: Path, ownership: Ownership, store: Store, library: Library, roster: Roster,
                 machine: Machine, has_window: bool = False) -> None:
        self.folder = folder
        self.pending_notices: list[Noticed] = []
        self._ownership = ownership
        self._store = store
        self._temporary = Store.in_memory()
        self._temporary_ids: set[str] = set()
        self._has_window = has_window
        self._callbacks: list[Callable[[Event], None]] = []
        self._turns: dict[str, tuple[asyncio.Task[None], Desk]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._machine = machine
        self._library = library
        self.roster = roster
        budget = kept_budget(store.preferences().get(PAGE_BUDGET, "")) if store.on_disk else 0
        self.pages = Pager(PageFile(folder / "pages", budget))
        self.fleet = Fleet(budget_bytes=machine.default_memory_budget(), tell=self._specialist_moved,
                           times=Times(folder / "times.json", roster.model, machine.physical_cores),
                           corrections=Corrections(folder / "fleet.json"), farewell=self.pages.farewell)
        self._processes = Processes(self.fleet, roster, store, machine, self.tell, self.pages.usage)
        self._routing = RoutingDesk(folder, self.fleet, roster, store, self.tell, self.pages.warm)
        self.pending_notices.extend(self._routing.notices)
        self.pending_notices.extend(Noticed(text, level="warning") for text in library.notices)
        self._checking = Checking(library, roster, self.fleet, self.tell)
        self._installing = Installing(library, self.roster, self.fleet, self.tell, self._checking.try_out,
                                      InstallQueue(folder / install_queue.FILE), in_window=has_window)
        for key, value in store.preferences().items():
            self._installing.preference_changes(key, value)
        engine = EngineBuild(folder / "engine.json")
        roster.fitting.memory = memory_here(machine, self.fleet, engine)
        self._models = ModelDesk.over(folder, library, roster, self.fleet, store, self._checking, self._installing,
                                      engine, self.pages.usage, self.subscribe, self.tell)
        self._housekeeping = self._models.housekeeping
        self.pending_notices.extend(self._housekeeping.notices)
        self._speech = SpeechDesk(self.fleet, roster, self, (store, self._temporary), folder / "crashes")
        self._idle = IdleWork(store, self.fleet, roster, self.pages, lambda: bool(self._turns), self.tell)
        self._documents = DocumentDesk(folder, Around(self.fleet, roster, self._routing.encoder, read_document,
                                                      lambda: bool(self._turns), self.tell))
        self._tools = ToolDesk(folder, toolbox_here(), self.tell)
        self.pending_notices.extend(Noticed(text, level="warning") for text in self._tools.toolbox.notices)
        self.door = Door(self, ownership)
        self._store.purge(KEEP_DELETED_SECONDS)

    # ── front-ends ──────────────────────────────────────────────────────────────────────────────────────────────────
    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        """`callback` gets every event, on the loop's thread; returns how to stop."""
        self._callbacks.append(callback)
        while self.pending_notices:
            callback(self.pending_notices.pop(0))
        return lambda: self._callbacks.remove(callback)

    def tell(self, event: Event) -> None:
        """Publish `event` to every front-end."""
        if isinstance(event, TurnFinished):
            self._turns.pop(event.turn, None)
            self._idle.turn_ended()
        for callback in tuple(self._callbacks):
            callback(event)

    def send(self, command: Command) -> None:
        """Begin to carry out `command`; what comes of it is told in events."""
        try:
            self._dispatch(command)
        except Exception as error:
            sentence = sentence_for(error, self.folder / "crashes")
            self.tell(Refused(sentence.text, sentence.hint, getattr(command, "request", "")))

    def look_around(self) -> None:
        """Begin what may take a moment and nobody waits for: headers of models that nobody has looked into, installs
        that an earlier run began."""
        self._keep(asyncio.create_task(self._library.look_into_all()))
        self._installing.go_on()
        self._keep(asyncio.create_task(self._housekeeping.look_after_move()))
        if self._has_window:
            self._keep(asyncio.create_task(self._routing.warm_up()))
            self._keep(asyncio.create_task(self._housekeeping.look_after_files()))
            self._keep(asyncio.create_task(self._models.hub.look_at_engine()))
            self._keep(asyncio.create_task(self._documents.look_after()))

    async def run(self) -> None:
        """Nothing of its own to do: all work hangs on commands. Returns when cancelled."""
        await asyncio.Event().wait()

    async def close(self) -> None:
        """End turns (what is written stays), installs, workers and the door; release the folder."""
        await self._speech.close()
        for running, _ in tuple(self._turns.values()):
            running.cancel()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._idle.close()
        await self._documents.close()
        await self._installing.close()
        await self.door.close()
        await self._routing.close()
        await self.fleet.close()
        await self.pages.close()
        self.roster.last_used.flush()
        self._store.close()
        self._temporary.close()
        self._ownership.release()

    # ── commands ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _dispatch(self, command: Command) -> None:
        match command:
            case Ask() | Regenerate():
                self._start_turn(command)
            case Stop():
                self._stop_turn(command.turn)
            case ChooseSpecialist():
                self._choose(command)
            case ChangePlan():
                if command.turn in self._turns and (plan := self._turns[command.turn][1].plan) is not None:
                    plan.change(command.steps)
            case RouteRequest() | TrainRouter() | CorrectRouting() | ForgetCorrection() | ListCorrections():
                self._in_background(self._routing.answer(command), command)
            case Install() if "/" in command.specialist:
                self._in_background(self._models.install(command), command)
            case Install():
                self._installing.start(command)
            case PauseInstall():
                self._housekeeping.stop(command)
                if command.specialist:
                    self._installing.pause(command)
            case Remove():
                self._in_background(self._installing.remove(command), command)
            case ListSpecialists():
                self.tell(SpecialistsListed(self.roster.views(), command.request))
            case ChangeSettings():
                self._store.set_settings(command.specialist, command.settings)
                self.tell(SpecialistChanged(self.roster.view(command.specialist), command.request))
            case ListProcesses() | Unload() | PinSpecialist():
                self._in_background(self._processes.answer(command), command)
            case ChangePreference():
                self._processes.preference_changes(command.key, command.value)
                self.pages.preference_changes(command.key, command.value)
                self._routing.preference_changes(command.key, command.value)
                self._installing.preference_changes(command.key, command.value)
                self._store.set_preference(command.key, command.value)
                self.tell(PreferencesRead(self._store.preferences(), command.request))
            case ReadPreferences():
                self.tell(PreferencesRead(self._store.preferences(), command.request))
            case Diagnose():
                self._in_background(self._diagnose(command), command)
            case RaiseWindow() if self._has_window:
                self.tell(WindowRaised(command.request))
            case RaiseWindow():
                self.tell(Refused("This Consort has no window.", "It ends by itself in a moment.", command.request))
            case _ if isinstance(command, SpeechCommand):
                self._speech.take(command)
            case _ if isinstance(command, DocumentCommand):
                self._in_background(self._documents.answer(command), command)
            case _ if isinstance(command, ToolCommand):
                self._in_background(self._tools.answer(command), command)
            case _ if isinstance(command, ModelCommand):
                self._in_background(self._models.answer(command), command)
            case _:
                if isinstance(command, DeleteConversation):
                    self._stop_turns_of(command.conversation)
                if isinstance(command, DeleteConversation | DeleteMessage):
                    self.pages.forget(command.conversation)
                for event in conversation_commands.answer(command, self._store, self._store_of) or ():
                    self.tell(event)

    def _store_of(self, conversation: str) -> Store:
        return self._temporary if conversation in self._temporary_ids else self._store

    def _start_turn(self, ask: Ask | Regenerate) -> None:
        if ask.turn in self._turns:
            raise UserFacingError("This question is being answered already.", "Wait for it, or stop it first.")
        self._idle.turn_begins()
        temporary = ask.conversation in self._temporary_ids or (isinstance(ask, Ask) and ask.temporary)
        desk = Desk(self._temporary if temporary else self._store, self.fleet, self.roster, self._routing.chooser,
                    self.pages, self._checking, self._tell_turn, self.folder / "crashes", temporary,
                    self._store.preferences().get("routing", "automatic"),
                    self._store.preferences().get("planning", "on") == "on",
                    documents=self._documents)
        desk.tools = None if isinstance(ask, Ask) and ask.tools == "none" else self._tools
        task = self._keep(asyncio.create_task(turn.answer(ask, desk)))
        self._turns[ask.turn] = (task, desk)

    def _tell_turn(self, event: Event) -> None:
        if isinstance(event, ConversationChanged) and event.conversation.temporary:
            self._temporary_ids.add(event.conversation.id)
        self.tell(event)

    def _choose(self, command: ChooseSpecialist) -> None:
        desk = self._turns[command.turn][1] if command.turn in self._turns else None
        if desk is not None and desk.chosen is not None and not desk.chosen.done():
            desk.chosen.set_result(command.specialist)

    def _stop_turn(self, turn_id: str) -> None:
        if turn_id not in self._turns:
            return
        running, desk = self._turns[turn_id]
        if desk.stop_writing is None:
            running.cancel()
            return
        desk.stop_writing()
        asyncio.get_running_loop().call_later(POLITE_STOP_SECONDS, running.cancel)

    def _stop_turns_of(self, conversation: str) -> None:
        for turn_id, (_, desk) in tuple(self._turns.items()):
            if desk.conversation == conversation:
                self._stop_turn(turn_id)

    async def _diagnose(self, command: Diagnose) -> None:
        checks = await examine(self.folder, self._machine, self.roster, self.fleet, self._store)
        self.tell(Diagnosed(checks, command.request))

    # ── what happens by itself ──────────────────────────────────────────────────────────────────────────────────────
    def _specialist_moved(self, key: str, state: str, fraction: float) -> None:
        if self.roster.manifest(key) is None:
            return                                  # a worker beside a specialist's own (titles)
        self.roster.states[key] = state
        if state == "busy":
            self.roster.last_used.note(key)
        self.tell(SpecialistChanged(self.roster.view(key)))

    def _in_background(self, work: Coroutine[object, object, None], command: Command) -> None:
        async def guarded() -> None:
            try:
                await work
            except Exception as error:
                sentence = sentence_for(error, self.folder / "crashes")
                self.tell(Refused(sentence.text, sentence.hint, getattr(command, "request", "")))
        self._keep(asyncio.create_task(guarded()))

    def _keep(self, task: asyncio.Task[None]) -> asyncio.Task[None]:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task
