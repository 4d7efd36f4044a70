"""The fleet under one memory budget: measured, corrected, changed while running, short of memory, pinned."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from jumping_time import run

from router.fleet.failures import WorkerFailed
from router.fleet.fleet import Fleet
from specialists.wire import Finished, Load, Ready

LOAD = Load("echo", "m.gguf", context=4096)
HALF = Load("echo", "m.gguf", context=2048)


class FakeWorker:
    """Ready at once; its process has a number and takes `Yard.takes` of its key's bytes."""

    def __init__(self, load: Load, pid: int) -> None:
        self.ready = Ready("fake", load.context, 8192, True, 1.0)
        self.alive = True
        self.pid = pid
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def request(self, message: object) -> AsyncGenerator[Any, None]:
        raise AssertionError("the fleet asks nothing")

    def cancel(self, request: str) -> None:
        raise AssertionError("the fleet stops nothing")

    async def close(self) -> None:
        self.alive = False
        if not self.gone.done():
            self.gone.set_result(None)


class Yard:
    """A fleet of fakes. takes: path → the bytes a process of it really takes; fits: longest context that loads."""

    def __init__(self, budget: int = 100, **settings: Any) -> None:
        self.takes: dict[str, int] = {}
        self.fits = 10**6
        self.looks = 0
        self.contexts: list[int] = []
        self._paths = [""]
        self.fleet = Fleet(budget_bytes=budget, tell=lambda *_: None, start=self.start, measure=self.measure,
                           **settings)

    async def start(self, load: Load, *, on_loading: Callable[[float], None]) -> FakeWorker:
        self.contexts.append(load.context)
        await asyncio.sleep(float(load.options.get("seconds", 1)))
        if load.context > self.fits:
            raise WorkerFailed("no_memory")
        self._paths.append(load.path)
        return FakeWorker(load, len(self._paths) - 1)

    async def measure(self, pid: int) -> int:
        self.looks += 1
        await asyncio.sleep(0.01)
        return self.takes.get(self._paths[pid], 0)

    async def use(self, key: str, size: int = 40, load: Load = LOAD) -> None:
        async with self.fleet.lease(key, Load(load.engine, key, load.context, options=load.options), size):
            await asyncio.sleep(1.0)
        await asyncio.sleep(0.1)

    def account(self) -> dict[str, int]:
        return {one.id: one.memory for one in self.fleet.processes()}

    def happened(self, key: str) -> list[str]:
        return [one.what for one in reversed(self.fleet.history.newest_first()) if one.specialist == key]


def test_the_account_follows_what_was_measured_and_the_next_load_knows() -> None:
    async def story() -> None:
        yard = Yard()
        yard.takes = {"a": 60}
        await yard.use("a", 40)
        assert yard.account() == {"a": 60} and yard.fleet.processes()[0].measured == 60
        await yard.fleet.unload("a")
        assert yard.fleet.expected_bytes("a", LOAD, 40) == 60
        await yard.use("b", 50)
        await yard.use("a", 40)
        assert yard.account() == {"a": 60}, "60 + 50 do not fit into 100, although 40 + 50 would"
        await yard.fleet.close()

    run(story())


def test_one_that_is_asked_again_and_again_is_looked_at_once_a_second_and_never_forgotten() -> None:
    async def story() -> None:
        yard = Yard()
        for _ in range(50):
            async with yard.fleet.lease("a", Load("echo", "a"), 40):
                await asyncio.sleep(0.01)
        yard.takes = {"a": 55}
        assert yard.looks == 1
        await asyncio.sleep(1.0)
        assert yard.looks == 2 and yard.account() == {"a": 55}
        await yard.fleet.close()

    run(story())


def test_one_that_turns_out_larger_than_thought_sends_the_idle_out_at_once() -> None:
    async def story() -> None:
        yard = Yard()
        yard.takes = {"b": 70}
        await yard.use("a", 40)
        async with yard.fleet.lease("b", Load("echo", "b"), 50):
            assert set(yard.account()) == {"a", "b"}
            await asyncio.sleep(0.1)
            assert yard.account() == {"b": 70}
        assert yard.happened("a") == ["loaded", "evicted"]
        await yard.fleet.close()

    run(story())


def test_a_lower_budget_acts_at_once_on_the_idle_and_later_on_the_busy() -> None:
    async def story() -> None:
        yard = Yard()
        await yard.use("a", 30)
        async with yard.fleet.lease("b", LOAD, 60):
            yard.fleet.change_budget(50)
            assert set(yard.account()) == {"b"}
        assert yard.account() == {}
        assert yard.happened("b") == ["loaded", "evicted"]
        await yard.fleet.close()

    run(story())


def test_who_waits_for_room_gets_it_when_the_budget_grows() -> None:
    async def story() -> None:
        yard = Yard(budget=100)
        async with yard.fleet.lease("a", LOAD, 80):
            waiting = asyncio.create_task(yard.use("b", 40))
            await asyncio.sleep(5)
            assert not waiting.done()
            yard.fleet.change_budget(200)
            await waiting
            assert set(yard.account()) == {"a", "b"}
        await yard.fleet.close()

    run(story())


def test_memory_that_is_short_lowers_the_context_one_step_and_the_lease_says_so() -> None:
    async def story() -> None:
        yard = Yard()
        yard.fits, yard.takes = 2048, {"a": 30}
        async with yard.fleet.lease("a", Load("echo", "a", context=4096), 40) as lease:
            assert (lease.lowered_from, lease.worker.ready.context) == (4096, 2048) and lease.load_seconds > 0
            await asyncio.sleep(0.1)
        async with yard.fleet.lease("a", Load("echo", "a", context=4096), 40) as lease:
            assert lease.load_seconds == 0.0, "it is kept, not opened again and again"
        assert yard.contexts == [4096, 2048]
        assert yard.account() == {"a": 30} and yard.fleet.expected_bytes("a", LOAD, 40) == 40
        assert yard.happened("a") == ["loaded", "context lowered"]
        assert yard.fleet.processes()[0].context == 2048
        await yard.fleet.close()

    run(story())


@pytest.mark.parametrize(("context", "tried"), [(8192, [8192, 4096]), (1500, [1500, 1024]), (1024, [1024]), (0, [0])])
def test_it_is_lowered_once_and_not_below_a_thousand(context: int, tried: list[int]) -> None:
    async def story() -> None:
        yard = Yard()
        yard.fits = -1
        with pytest.raises(WorkerFailed):
            await yard.use("a", load=Load("echo", "a", context=context))
        assert yard.contexts == tried and yard.happened("a") == ["failed"]
        await yard.fleet.close()

    run(story())


def test_room_is_made_before_a_context_is_lowered() -> None:
    async def story() -> None:
        yard = Yard()
        await yard.use("idle", load=HALF)
        yard.fits = 2048
        await yard.use("a")
        assert yard.contexts == [2048, 4096, 4096, 2048] and set(yard.account()) == {"a"}
        assert yard.happened("idle") == ["loaded", "evicted"]
        await yard.fleet.close()

    run(story())


def test_a_pinned_one_leaves_last_and_never_for_idleness() -> None:
    async def story() -> None:
        yard = Yard(idle_seconds=600)
        yard.fleet.pin("a", True)
        await yard.use("a", 30)
        await yard.use("b", 50)
        await yard.use("c", 50)
        assert set(yard.account()) == {"a", "c"}
        await asyncio.sleep(5000)
        assert set(yard.account()) == {"a"} and yard.fleet.processes()[0].pinned
        yard.fleet.pin("a", False)
        await asyncio.sleep(601)
        assert yard.account() == {} and yard.happened("a") == ["loaded", "unloaded"]

    run(story())


def test_the_one_that_comes_back_quickest_leaves_first() -> None:
    async def story() -> None:
        yard = Yard()
        await yard.use("quick", load=Load("echo", "", 4096, options={"seconds": "0.2"}))
        await yard.use("slow", load=Load("echo", "", 4096, options={"seconds": "9"}))
        await yard.use("quick", load=Load("echo", "", 4096, options={"seconds": "0.2"}))
        await yard.use("third")
        assert set(yard.account()) == {"slow", "third"}
        await yard.fleet.close()

    run(story())


def test_processes_tell_what_a_person_wants_to_know() -> None:
    async def story() -> None:
        yard = Yard()
        yard.takes = {"a": 41}
        asked = asyncio.create_task(yard.use("a"))
        await asyncio.sleep(0.5)
        assert [(one.id, one.state, one.memory, one.pid) for one in yard.fleet.processes()] == [("a", "loading", 40, 0)]
        await asyncio.sleep(1.0)
        assert yard.fleet.processes()[0].state == "busy"
        await asked
        yard.fleet.note_answer("a", Finished("r", "end", 100, 20, 30, 0.5, 10.0), "talk")
        one = yard.fleet.processes()[0]
        assert (one.state, one.measured, one.context) == ("ready", 41, 4096)
        assert (one.context_used, one.conversation) == (130, "talk")
        assert one.pid == 1 and one.load_seconds == pytest.approx(1.0) and not one.pinned
        assert yard.fleet.times.of("a").load_seconds == pytest.approx(1.0)
        await yard.fleet.unload("a")
        assert yard.fleet.processes() == () and yard.happened("a") == ["loaded", "unloaded"]
        await yard.fleet.close()

    run(story())
