"""Whoever leaves memory in peace may put its state away first, and not for long. Fake workers, a clock that jumps."""

from __future__ import annotations

import asyncio

from jumping_time import run
from test_fleet_leases import LARGE, Yard

from router.fleet.worker import LoadedModel


class Door:
    """Notes who was bidden farewell and whether it was still alive then. `seconds`: how long that takes."""

    def __init__(self, seconds: float = 1.0) -> None:
        self.seconds = seconds
        self.begun: list[tuple[str, bool]] = []
        self.ended: list[tuple[str, bool]] = []

    async def farewell(self, key: str, worker: LoadedModel) -> None:
        self.begun.append((key, worker.alive))
        await asyncio.sleep(self.seconds)
        self.ended.append((key, worker.alive))


def test_an_idle_specialist_is_asked_before_it_is_evicted_unloaded_or_closed() -> None:
    async def story() -> None:
        door = Door()
        yard = Yard(farewell=door.farewell)
        await yard.use("a", size=60)
        await yard.use("b", size=60)
        assert door.ended == [("a", True)] and yard.most_alive == 1, "its memory was free before b was loaded"
        await yard.fleet.unload("b")
        await yard.use("c")
        await yard.fleet.close()
        assert door.ended == [("a", True), ("b", True), ("c", True)]
        assert not any(worker.alive for worker in yard.workers)

    run(story())


def test_a_farewell_that_takes_too_long_is_cut_short() -> None:
    async def story() -> None:
        door = Door(seconds=1000.0)
        yard = Yard(farewell=door.farewell)
        await yard.use("a")
        begun = asyncio.get_running_loop().time()
        await yard.fleet.unload("a")
        assert 5.0 <= asyncio.get_running_loop().time() - begun < 7.0
        assert door.begun and not door.ended and not yard.workers[0].alive

    run(story())


def test_nobody_is_asked_who_is_dead_busy_or_opened_anew_with_other_settings() -> None:
    async def story() -> None:
        door = Door()
        yard = Yard(farewell=door.farewell)
        (await yard.use("a")).die()
        await asyncio.sleep(0.1)
        await yard.use("b")
        await yard.use("b", LARGE)
        busy = asyncio.create_task(yard.use("c", seconds=50.0))
        await asyncio.sleep(5.0)
        door.begun.clear()
        await yard.fleet.close()
        await asyncio.gather(busy, return_exceptions=True)
        assert door.begun == [("b", True)]

    run(story())
