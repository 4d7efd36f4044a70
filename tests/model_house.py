"""Everybody who answers commands about models, over a stand-in Hub and with trials that pass or not as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import pytest

from router.checking import Checking
from router.fleet.fleet import Fleet
from router.installing import Installing
from router.library.engine_build import EngineBuild
from router.library.header import ModelFacts
from router.library.hub import Hub
from router.library.index import Index
from router.library.install import Fetching
from router.library.library import Library
from router.library.network import Patience
from router.machine import Machine
from router.memory.store import Store
from router.messages import Event, ModelCommand, Refused
from router.model_desk import ModelDesk
from router.model_views import CheckView
from router.roster import Roster
from specialists.manifest import HubSource, Licence, Manifest, Sources
from tests.gguf_files import gguf, metadata
from tests.hub.stand_in import COMMIT, Repository, StandInHub

Expected = TypeVar("Expected")
OLD, NEW = gguf(), gguf(metadata(general__name="Newer"))
KNOWN = Manifest("known", "Known", "Of the catalogue.", file_name="known.gguf", licence=Licence("MIT"),
                 sources=Sources(HubSource("maker/known", "known.gguf", COMMIT)))


def hub_with(content: bytes, commit: str = COMMIT) -> StandInHub:
    """A Hub that has one model."""
    return StandInHub(repositories={"maker/known": Repository({"known.gguf": content}, commit)})


class ModelHouse:
    """Attributes: `events` that were told; `outcome` of every trial; `examined`: what was tried beside one in use."""

    def __init__(self, data: Path, server: StandInHub, monkeypatch: pytest.MonkeyPatch, *manifests: Manifest) -> None:
        async def look(path: Path) -> ModelFacts | None:
            return None

        async def no_index(arguments: tuple[str, ...], limit: float) -> tuple[int, bytes, bytes]:
            raise AssertionError("the index is not asked")

        async def examine(checking: Checking, manifest: Manifest, path: Path | None = None) -> CheckView:
            self.examined.append((path or Path()).read_bytes() if path else b"")
            return self.outcome

        async def try_out(checking: Checking, specialist: str, request: str = "") -> None:
            self.library.keep_check(specialist, self.outcome)

        monkeypatch.setattr(Checking, "examine", examine)
        monkeypatch.setattr(Checking, "try_out", try_out)
        self.events: list[Event] = []
        self.outcome = CheckView("passed")
        self.examined: list[bytes] = []
        self._heard: list[Callable[[Event], None]] = []
        self._told = asyncio.Event()
        fetching = Fetching(Hub(server.endpoint, 2.0), Index(no_index), Patience(2.0, 0.3, 2, 0.001), lambda _: 10**12)
        self.library = Library(data / "models", {one.id: one for one in manifests or (KNOWN,)}, fetching, look)
        self.store = Store.in_memory()
        roster = Roster(self.library, Machine("linux", 2, 2**32), self.store.settings)
        fleet = Fleet(budget_bytes=1, tell=lambda *_: None)
        checking = Checking(self.library, roster, fleet, self.tell)
        installing = Installing(self.library, roster, fleet, self.tell, checking.try_out)
        self.desk = ModelDesk.over(data, self.library, roster, fleet, self.store, checking, installing, EngineBuild(),
                                   lambda: (0, 0), self.subscribe, self.tell)

    def subscribe(self, callback: Callable[[Event], None]) -> Callable[[], None]:
        self._heard.append(callback)
        return lambda: self._heard.remove(callback)

    def tell(self, event: Event) -> None:
        self.events.append(event)
        for callback in tuple(self._heard):
            callback(event)

    async def do(self, command: ModelCommand, kind: type[Expected]) -> Expected:
        """What answers the command. Raises UserFacingError."""
        before = len(self.events)
        await self.desk.answer(command)
        return next(event for event in self.events[before:] if isinstance(event, kind))

    def refusals(self) -> list[tuple[str, str]]:
        """Who was refused, and why."""
        return [(event.subject, event.text) for event in self.events if isinstance(event, Refused)]
