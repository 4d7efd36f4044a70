"""The whole router on the echo engine: real processes, real database, no model. For tests of what the router does."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from router.assistant import Assistant
from router.library.library import Library
from router.library.record import InstalledModel
from router.machine import Machine
from router.memory.store import Store
from router.messages import Ask, Command, Event, Regenerate, TurnFinished
from router.model_views import CheckView
from router.ownership import Ownership
from router.roster import Opening, Roster
from specialists.manifest import Manifest

Expected = TypeVar("Expected")

ECHO = Manifest("echo", "Echo", "Says your words back.", engine="echo", skills=("general",), starter=True)
CODER = Manifest("coder", "Coder", "Says your code back.", engine="echo", skills=("code",))


class EchoLibrary(Library):
    """A library whose models are engines without a file, checked already. `checks` may be changed."""

    def __init__(self, folder: Path, there: tuple[str, ...]) -> None:
        super().__init__(folder / "models", {one.id: one for one in (ECHO, CODER)})
        self._there = there
        self.checks: dict[str, CheckView] = dict.fromkeys(there, CheckView("passed"))
        self._file = folder / "echo.model"
        self._file.write_bytes(b"no model")

    def installed(self) -> dict[str, InstalledModel]:
        return {name: InstalledModel(id=name, path=self._file, size=8, sha256="", source="hub",
                                     check=self.checks.get(name)) for name in self._there}

    def here(self, specialist: str) -> InstalledModel | None:
        return self.installed().get(specialist)

    def keep_check(self, specialist: str, check: CheckView) -> None:
        self.checks[specialist] = check

    def path(self, specialist: str) -> Path:
        return self._file


class EchoRoster(Roster):
    """Opens every specialist with the script, the instructions and the context (0: the machine's) a test gives."""

    script: dict[str, str]
    instructions = ""
    context = 0

    def opening(self, manifest: Manifest) -> Opening:
        opening = super().opening(manifest)
        load = replace(opening.load, options=self.script, context=self.context or opening.load.context)
        return replace(opening, load=load, system_prompt=self.instructions or opening.system_prompt)


@dataclass
class Talk:
    """A core and what it told. `events` grows as things happen."""

    core: Assistant
    library: EchoLibrary
    roster: EchoRoster
    events: list[Event]

    async def until(self, kind: type[Expected], seconds: float = 20.0, **fields: object) -> Expected:
        """The first event of that kind (and those field values) that was told, now or within `seconds`."""
        async with asyncio.timeout(seconds):
            while True:
                for event in self.events:
                    if isinstance(event, kind) and all(getattr(event, name) == value for name, value in fields.items()):
                        return event
                await asyncio.sleep(0.005)

    async def ask(self, command: Ask | Regenerate, seconds: float = 20.0) -> TurnFinished:
        """The whole turn."""
        self.core.send(command)
        return await self.until(TurnFinished, seconds, turn=command.turn)

    async def answer(self, command: Command, kind: type[Expected]) -> Expected:
        """The event that answers a command with a `request` id."""
        self.core.send(command)
        return await self.until(kind, request=command.request)      # type: ignore[union-attr]


@asynccontextmanager
async def talking(folder: Path, there: tuple[str, ...] = ("echo", "coder"), store: Store | None = None,
                  **script: str) -> AsyncIterator[Talk]:
    """A core on `folder` whose specialists follow `script` (see `specialists.engines.echo`)."""
    ownership = Ownership.take(folder)
    assert ownership is not None
    store = store or Store.open(folder)
    library = EchoLibrary(folder, there=there)
    machine = Machine.this()
    roster = EchoRoster(library, machine, store.settings)
    roster.script = script
    core = Assistant(folder, ownership, store, library, roster, machine)
    await core.door.open()
    talk = Talk(core, library, roster, [])
    core.subscribe(talk.events.append)
    try:
        yield talk
    finally:
        await core.close()
