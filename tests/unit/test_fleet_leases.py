"""Leasing specialists, with fake workers and a clock that jumps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any, cast

import pytest
from jumping_time import run

from router.errors import UserFacingError
from router.fleet.failures import WorkerFailed
from router.fleet.fleet import Fleet
from specialists.wire import Load, Ready

SMALL = Load("echo", "small.gguf")
LARGE = Load("echo", "large.gguf")


class FakeWorker:
    """A worker that is ready at once and ends when told to."""

    def __init__(self, load: Load) -> None:
        self.load = load
        self.ready = Ready("fake", 4096, 4096, True, 1.0)
        self.alive = True
        self.pid = 0
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def request(self, message: object) -> AsyncGenerator[Any, None]:
        raise AssertionError("the fleet asks nothing")

    def cancel(self, request: str) -> None:
        raise AssertionError("the fleet stops nothing")

    def die(self) -> None:
        self.alive = False
        if not self.gone.done():
            self.gone.set_result(None)

    async def close(self) -> None:
        self.alive = False
        await asyncio.sleep(0.2)
        self.die()


class Yard:
    """A fleet of fakes: loading takes two seconds; `fail` gives the failures of the next loads."""

    def __init__(self, budget: int = 100, **settings: Any) -> None:
        self.workers: list[FakeWorker] = []
        self.told: list[tuple[str, str, float]] = []
        self.fail: list[WorkerFailed] = []
        self.aborted = 0
        self.most_alive = 0
        self.fleet = Fleet(budget_bytes=budget, tell=lambda *what: self.told.append(what), start=self.start,
                           **settings)

    async def start(self, load: Load, *, on_loading: Callable[[float], None]) -> FakeWorker:
        self.most_alive = max(self.most_alive, 1 + sum(not worker.gone.done() for worker in self.workers))
        try:
            await asyncio.sleep(1.0)
            on_loading(0.5)
            await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            self.aborted += 1
            raise
        if self.fail:
            raise self.fail.pop(0)
        self.workers.append(FakeWorker(load))
        return self.workers[-1]

    async def use(self, key: str, load: Load = SMALL, size: int = 40, seconds: float = 1.0) -> FakeWorker:
        async with self.fleet.lease(key, load, size) as lease:
            await asyncio.sleep(seconds)
            return cast(FakeWorker, lease.worker)

    def keys(self) -> set[str]:
        return {resident.id for resident in self.fleet.residents()}


def test_the_first_lease_loads_and_the_second_finds_it_loaded() -> None:
    async def story() -> None:
        yard = Yard()
        async with yard.fleet.lease("a", SMALL, 40) as lease:
            assert lease.load_seconds == pytest.approx(2.0)
            assert [one.busy for one in yard.fleet.residents()] == [True]
            first = lease.worker
        async with yard.fleet.lease("a", SMALL, 40) as lease:
            assert lease.load_seconds == 0.0
            assert lease.worker is first
        assert yard.told == [("a", "loading", 0.0), ("a", "loading", 0.5), ("a", "busy", 1.0), ("a", "ready", 1.0),
                             ("a", "busy", 1.0), ("a", "ready", 1.0)]
        await yard.fleet.close()

    run(story())


def test_a_lease_is_exclusive_and_those_who_wait_share_one_load() -> None:
    async def story() -> None:
        yard = Yard()
        users = await asyncio.gather(*(yard.use("a", seconds=5) for _ in range(3)))
        assert len(yard.workers) == 1 and users == yard.workers * 3
        assert asyncio.get_running_loop().time() == pytest.approx(2 + 3 * 5)
        await yard.fleet.close()

    run(story())


def test_another_load_means_another_worker() -> None:
    async def story() -> None:
        yard = Yard()
        old = await yard.use("a", SMALL)
        new = await yard.use("a", LARGE)
        assert new is not old and old.gone.done() and new.load == LARGE
        assert yard.most_alive == 1
        await yard.fleet.close()

    run(story())


def test_the_least_recently_used_leaves_before_the_newcomer_starts() -> None:
    async def story() -> None:
        yard = Yard(budget=100)
        await yard.use("a")
        await yard.use("b")
        await yard.use("a")
        await yard.use("c")
        assert yard.keys() == {"a", "c"}
        assert ("b", "installed", 0.0) in yard.told
        assert yard.most_alive == 2
        await yard.fleet.close()

    run(story())


def test_a_busy_specialist_is_waited_for_never_thrown_out() -> None:
    async def story() -> None:
        yard = Yard(budget=100)
        long = asyncio.create_task(yard.use("a", LARGE, 80, seconds=50))
        await asyncio.sleep(5)
        worker = await yard.use("b", SMALL, 40)
        assert long.done() and worker.load == SMALL
        assert yard.keys() == {"b"}
        await yard.fleet.close()

    run(story())


def test_waiting_for_room_ends_with_a_sentence_not_for_ever() -> None:
    async def story() -> None:
        yard = Yard(budget=100, patience_seconds=60)
        async with yard.fleet.lease("a", LARGE, 80):
            with pytest.raises(UserFacingError, match="others at work hold"):
                await yard.use("b")
        assert yard.keys() == {"a"}
        await yard.fleet.close()

    run(story())


def test_what_can_never_fit_is_refused_at_once_and_nobody_leaves_for_it() -> None:
    async def story() -> None:
        yard = Yard(budget=100)
        await yard.use("a")
        with pytest.raises(UserFacingError, match="needs"):
            await yard.use("b", LARGE, 101)
        assert yard.keys() == {"a"}
        await yard.fleet.close()

    run(story())


def test_running_out_of_memory_unloads_the_idle_ones_and_tries_once_more() -> None:
    async def story() -> None:
        yard = Yard(budget=1000)
        await yard.use("idle")
        async with yard.fleet.lease("busy", SMALL, 40):
            yard.fail = [WorkerFailed("no_memory")]
            worker = await yard.use("new", LARGE)
            assert worker.load == LARGE
            assert yard.keys() == {"busy", "new"}
            yard.fail = [WorkerFailed("no_memory"), WorkerFailed("killed"), WorkerFailed("no_memory", "last")]
            with pytest.raises(WorkerFailed, match="last"):
                await yard.use("third", LARGE)
        assert yard.keys() == {"busy"}
        await yard.fleet.close()

    run(story())


def test_a_damaged_file_is_not_tried_twice_and_costs_nobody_their_place() -> None:
    async def story() -> None:
        yard = Yard()
        await yard.use("a")
        yard.fail = [WorkerFailed("bad_model", "once"), WorkerFailed("bad_model", "twice")]
        with pytest.raises(WorkerFailed, match="once"):
            await yard.use("b")
        assert yard.keys() == {"a"}
        assert yard.told[-1] == ("b", "installed", 0.0)
        yard.fail = []
        assert (await yard.use("b")).alive
        await yard.fleet.close()

    run(story())


def test_a_worker_that_died_in_a_lease_is_replaced_in_the_next() -> None:
    async def story() -> None:
        yard = Yard()
        async with yard.fleet.lease("a", SMALL, 40) as lease:
            dead = lease.worker
            cast(FakeWorker, dead).die()
        assert yard.keys() == set()
        assert yard.told[-1] == ("a", "installed", 0.0)
        fresh = await yard.use("a")
        assert fresh is not dead and fresh.alive
        await yard.fleet.close()

    run(story())


def test_a_worker_that_dies_while_nobody_uses_it_is_noticed_at_once() -> None:
    async def story() -> None:
        yard = Yard()
        (await yard.use("a")).die()
        await asyncio.sleep(0.01)
        assert yard.keys() == set() and yard.told[-1] == ("a", "installed", 0.0)
        await yard.fleet.close()

    run(story())


def test_what_nobody_asks_for_is_unloaded_after_a_while_and_use_starts_the_while_anew() -> None:
    async def story() -> None:
        yard = Yard(idle_seconds=600)
        await yard.use("a")
        await asyncio.sleep(590)
        worker = await yard.use("a", seconds=700)
        assert worker.alive
        await asyncio.sleep(590)
        assert yard.keys() == {"a"}
        await asyncio.sleep(20)
        assert yard.keys() == set() and worker.gone.done()

    run(story())


def test_stopping_while_it_loads_stops_the_load_when_nobody_else_waits() -> None:
    async def story() -> None:
        yard = Yard()
        asking = asyncio.create_task(yard.use("a"))
        await asyncio.sleep(1.5)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.sleep(0.01)
        assert yard.aborted == 1 and yard.keys() == set()
        assert (await yard.use("a")).alive
        await yard.fleet.close()

    run(story())


def test_a_load_begun_for_somebody_who_left_goes_on_for_those_who_wait() -> None:
    async def story() -> None:
        yard = Yard()
        first, second = asyncio.create_task(yard.use("a")), asyncio.create_task(yard.use("a"))
        await asyncio.sleep(1.5)
        first.cancel()
        await second
        assert yard.aborted == 0 and len(yard.workers) == 1
        assert asyncio.get_running_loop().time() == pytest.approx(3.0)
        await yard.fleet.close()

    run(story())


def test_the_ninth_who_waits_is_refused_with_a_sentence() -> None:
    async def story() -> None:
        yard = Yard()
        queue = [asyncio.create_task(yard.use("a")) for _ in range(9)]
        await asyncio.sleep(0)
        with pytest.raises(UserFacingError, match="8 questions are already waiting"):
            await yard.use("a")
        await yard.use("b")
        await asyncio.gather(*queue)
        assert (await yard.use("a")).alive
        await yard.fleet.close()

    run(story())


def test_unload_waits_for_the_user_and_returns_when_the_process_is_gone() -> None:
    async def story() -> None:
        yard = Yard()
        using = asyncio.create_task(yard.use("a", seconds=10))
        await asyncio.sleep(5)
        await yard.fleet.unload("a")
        assert using.done() and using.result().gone.done() and yard.keys() == set()
        await yard.fleet.unload("a")
        await yard.fleet.unload("never heard of")

    run(story())


def test_closing_ends_busy_idle_and_loading_workers_and_refuses_everybody_after() -> None:
    async def story() -> None:
        yard = Yard(budget=1000)
        idle = await yard.use("idle")
        busy = asyncio.create_task(yard.use("busy", seconds=100))
        await asyncio.sleep(3)
        loading, queued = asyncio.create_task(yard.use("loading")), asyncio.create_task(yard.use("busy"))
        await asyncio.sleep(1)
        await yard.fleet.close()
        assert idle.gone.done() and all(worker.gone.done() for worker in yard.workers) and yard.aborted == 1
        assert yard.keys() == set()
        for task in (loading, queued):
            with pytest.raises(UserFacingError, match="closing"):
                await task
        with pytest.raises(UserFacingError, match="closing"):
            await yard.use("idle")
        await busy

    run(story())


def test_a_pinned_specialist_leaves_last() -> None:
    async def story() -> None:
        yard = Yard(budget=100)
        async with yard.fleet.lease("encoder", SMALL, 20, pinned=True):
            pass
        await yard.use("a", LARGE, 60)
        await yard.use("b", LARGE, 60)
        assert yard.keys() == {"encoder", "b"}
        await yard.fleet.close()

    run(story())
