"""The budget and the pins are the person's: kept, checked, taken up again, and told with names people know."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from pathlib import Path
from typing import Any

import pytest

from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.library.library import Library
from router.machine import Machine
from router.memory.store import Store
from router.messages import Event, ListProcesses, PinSpecialist, ProcessesListed, Unload
from router.processes import Processes
from router.roster import Roster
from specialists.manifest import Manifest
from specialists.wire import Load, Ready

MACHINE = Machine("Test", 2, 10_000_000_000)
DEFAULT = MACHINE.default_memory_budget()
ECHO = Manifest("echo", "Echo", "Says your words back.", engine="echo")


class FakeWorker:
    """Ready at once."""

    def __init__(self) -> None:
        self.ready, self.alive, self.pid = Ready("fake", 4096, 4096, True, 1.0), True, 0
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def request(self, message: object) -> AsyncGenerator[Any, None]:
        raise AssertionError("nobody asks it")

    def cancel(self, request: str) -> None:
        raise AssertionError("nobody stops it")

    async def close(self) -> None:
        self.alive = False
        self.gone.set_result(None)


async def start(load: Load, *, on_loading: Callable[[float], None]) -> FakeWorker:
    return FakeWorker()


class Room:
    """Processes on a store that stays."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.told: list[Event] = []
        self.fleet = Fleet(budget_bytes=1, tell=lambda *_: None, start=start)
        roster = Roster(Library(folder, {"echo": ECHO}), MACHINE, store.settings)
        self.processes = Processes(self.fleet, roster, store, MACHINE, self.told.append)

    async def ask(self, command: ListProcesses | Unload | PinSpecialist) -> ProcessesListed:
        await self.processes.answer(command)
        listed = self.told[-1]
        assert isinstance(listed, ProcessesListed) and listed.request == command.request
        return listed


async def test_they_are_listed_with_names_the_last_used_first(tmp_path: Path) -> None:
    room = Room(tmp_path, Store.in_memory())
    for key in ("echo", "echo/titles", "stranger"):
        async with room.fleet.lease(key, Load("echo", ""), 1000):
            await asyncio.sleep(0.01)
    listed = await room.ask(ListProcesses("r"))
    assert [(one.id, one.name, one.kind) for one in listed.processes] == [
        ("stranger", "stranger", ""), ("echo/titles", "Echo (titles)", "language"), ("echo", "Echo", "language")]
    assert (listed.used, listed.budget) == (3000, DEFAULT)
    assert [one.what for one in listed.history] == ["loaded"] * 3
    await room.fleet.close()


async def test_unload_answers_when_it_is_gone_and_an_unknown_name_is_a_sentence(tmp_path: Path) -> None:
    room = Room(tmp_path, Store.in_memory())
    async with room.fleet.lease("echo/titles", Load("echo", ""), 1000):
        pass
    listed = await room.ask(Unload("echo/titles", "r"))
    assert listed.processes == () and listed.history[0].what == "unloaded"
    await room.ask(Unload("echo", "r2"))
    for command in (Unload("nobody", "r3"), PinSpecialist("nobody", True, "r4")):
        with pytest.raises(UserFacingError, match="nobody"):
            await room.processes.answer(command)
    await room.fleet.close()


async def test_pins_outlive_the_program(tmp_path: Path) -> None:
    store = Store.in_memory()
    first = Room(tmp_path, store)
    async with first.fleet.lease("echo", Load("echo", ""), 1000):
        pass
    assert (await first.ask(PinSpecialist("echo", True, "r"))).processes[0].pinned
    await first.fleet.close()
    second = Room(tmp_path, store)
    async with second.fleet.lease("echo", Load("echo", ""), 1000):
        pass
    assert (await second.ask(ListProcesses("r"))).processes[0].pinned
    assert not (await second.ask(PinSpecialist("echo", False, "r"))).processes[0].pinned
    await second.fleet.close()
    assert store.preferences()["pinned_specialists"] == ""


@pytest.mark.parametrize("nonsense", ["lots", "-5", "0", "1.5", "99999999", str(10**20), "NaN"])
def test_a_budget_that_cannot_be_is_refused_and_the_old_one_stays(tmp_path: Path, nonsense: str) -> None:
    room = Room(tmp_path, Store.in_memory())
    with pytest.raises(UserFacingError) as raised:
        room.processes.preference_changes("memory_budget", nonsense)
    assert raised.value.hint and room.fleet.budget_bytes == DEFAULT


def test_a_budget_is_taken_at_once_and_at_the_next_start_and_empty_means_the_machines(tmp_path: Path) -> None:
    store = Store.in_memory()
    room = Room(tmp_path, store)
    room.processes.preference_changes("theme", "dark")
    assert room.fleet.budget_bytes == DEFAULT
    room.processes.preference_changes("memory_budget", "2000000000")
    assert room.fleet.budget_bytes == 2_000_000_000
    store.set_preference("memory_budget", "2000000000")
    assert Room(tmp_path, store).fleet.budget_bytes == 2_000_000_000
    room.processes.preference_changes("memory_budget", "")
    assert room.fleet.budget_bytes == DEFAULT
    store.set_preference("memory_budget", "64000000000")        # a data folder from a larger computer
    assert Room(tmp_path, store).fleet.budget_bytes == DEFAULT
