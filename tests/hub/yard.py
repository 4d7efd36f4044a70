"""Installs without models: a library on a stand-in Hub, and everything that was told of them."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

from router.choose.encoder import SPECIALIST
from router.fleet.fleet import Fleet
from router.install_queue import FILE, InstallQueue
from router.installing import Installing, TryOut
from router.library.header import ModelFacts
from router.library.hub import Hub
from router.library.index import Index
from router.library.install import Fetching
from router.library.library import Library
from router.library.network import Patience
from router.machine import Machine
from router.messages import Event, Install, Installed, Noticed
from router.roster import Roster
from specialists.manifest import HubSource, Licence, Manifest, Settings, Sources
from tests.hub.stand_in import StandInHub

CONTENT = b"GGUF" + bytes(100_000)
ONE = Manifest("one", "One", "A test.", file_name="m.gguf", size=len(CONTENT), licence=Licence("MIT"),
               sha256=hashlib.sha256(CONTENT).hexdigest(), sources=Sources(HubSource("maker/models", "m.gguf")))
TWO, THREE = replace(ONE, id="two", name="Two"), replace(ONE, id="three", name="Three")
ENCODER = replace(ONE, id=SPECIALIST, name="The encoder", kind="encoder", engine="llama-encoder")


class Yard:
    """Installs, and what was told of them. free: bytes left on the disk."""

    def __init__(self, folder: Path, server: StandInHub, *manifests: Manifest, in_window: bool = False,
                 try_out: TryOut | None = None) -> None:
        self.free = 10**12

        async def look(path: Path) -> ModelFacts | None:
            return None

        async def never(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
            raise AssertionError("the index is not asked")

        fetching = Fetching(Hub(server.endpoint, 2.0), Index(never), Patience(2.0, 0.3, 2, 0.001),
                            lambda _: self.free)
        self.library = Library(folder, {one.id: one for one in manifests}, fetching, look)
        self.roster = Roster(self.library, Machine("linux", 2, 2**32), lambda _: Settings())
        self.events: list[Event] = []
        self.told = asyncio.Event()
        self.installing = Installing(self.library, self.roster, Fleet(budget_bytes=1, tell=lambda *_: None),
                                     self.tell, try_out, queue=InstallQueue(folder / FILE), in_window=in_window)

    async def install(self, specialist: str) -> None:
        """The install and whatever comes along with it."""
        self.installing.start(Install(specialist, request=f"r-{specialist}"))
        await self.until(lambda: not self.roster.installing)

    async def until(self, holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(10):
            while not holds():
                self.told.clear()
                await self.told.wait()

    def tell(self, event: Event) -> None:
        self.events.append(event)
        self.told.set()

    def installed(self) -> list[str]:
        return [event.specialist for event in self.events if isinstance(event, Installed)]

    def notices(self) -> list[Noticed]:
        return [event for event in self.events if isinstance(event, Noticed)]


@asynccontextmanager
async def yard(folder: Path, server: StandInHub, *manifests: Manifest, in_window: bool = False,
               try_out: TryOut | None = None) -> AsyncIterator[Yard]:
    """Closed at the end, as when Consort is quit."""
    yard = Yard(folder, server, *(manifests or (ONE, TWO, THREE, ENCODER)), in_window=in_window, try_out=try_out)
    try:
        yield yard
    finally:
        await yard.installing.close()
