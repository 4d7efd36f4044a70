"""When a state is kept: whose, before whom, and never one that was deleted. With fake workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path
from typing import Any, cast

import pytest

from router.fleet.pager import Pager
from router.fleet.pages import PageFile
from router.fleet.worker import LoadedModel, WorkerDied
from specialists.wire import Finished, KeepState, Load, Ready, StateKept

INSTRUCTIONS = "You answer in short sentences. " * 10
MODEL = Path(__file__)
LOAD = Load("llama", str(MODEL), 4096)


def write(path: str) -> None:
    Path(path).write_bytes(b"state")


def there(path: str) -> bool:
    return Path(path).exists()


class Keeper:
    """A worker that writes a small file when it is told to keep its state. `slow` makes it wait for `go`."""

    def __init__(self, context: int = 4096) -> None:
        self.ready = Ready("fake", context, 8192, True, 0.1)
        self.alive = True
        self.kept: list[str] = []
        self.slow = False
        self.go = asyncio.Event()
        self.dies = False

    async def request(self, errand: KeepState) -> AsyncGenerator[Any, None]:
        if self.slow:
            await self.go.wait()
        if self.dies:
            raise WorkerDied("crashed")
        write(errand.path)
        self.kept.append(errand.path)
        yield StateKept(errand.request, 500, 5)


@pytest.fixture
def pages(tmp_path: Path) -> PageFile:
    return PageFile(tmp_path / "pages")


async def turn(pager: Pager, worker: Keeper, conversation: str, tokens: int = 500, key: str = "coder",
               ) -> tuple[tuple[str, ...], str]:
    """One answered question."""
    where = await pager.pages_for(key, cast(LoadedModel, worker), LOAD, conversation, INSTRUCTIONS)
    pager.answered(key, cast(LoadedModel, worker), conversation, Finished("r", "end", tokens, 0, 20), where[1])
    return where


async def test_nothing_is_kept_after_an_answer_and_all_of_it_before_another_conversation(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    for _ in range(3):
        await turn(pager, worker, "c1")
    assert worker.kept == []
    await turn(pager, worker, "c2")
    assert len(worker.kept) == 1 and pages.warm("c1") == {"coder": 500}
    candidates, _ = await turn(pager, worker, "c1")
    assert candidates == (worker.kept[0],) and len(worker.kept) == 2, "c2 was kept in turn"


async def test_little_is_not_worth_making_another_conversation_wait_but_leaving_is(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    await turn(pager, worker, "c1", tokens=100)
    await turn(pager, worker, "c2", tokens=100)
    assert worker.kept == []
    await pager.farewell("coder", cast(LoadedModel, worker))
    assert pages.warm("c2") and not pages.warm("c1")


async def test_a_quiet_moment_keeps_once_and_the_farewell_has_nothing_left_to_do(pages: PageFile) -> None:
    pager, worker, other = Pager(pages), Keeper(), Keeper()
    await turn(pager, worker, "c1")
    await turn(pager, other, "c1", key="writer")
    for _ in range(2):
        await pager.keep_all()
    await pager.farewell("coder", cast(LoadedModel, worker))
    assert (len(worker.kept), len(other.kept)) == (1, 1)
    assert pages.warm("c1") == {"coder": 500, "writer": 500}


async def test_a_temporary_chat_is_never_kept_and_makes_way_for_the_one_before_it(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    await turn(pager, worker, "c1")
    _, beginning = await turn(pager, worker, "")
    assert len(worker.kept) == 1 and beginning == ""
    await pager.keep_all()
    await pager.farewell("coder", cast(LoadedModel, worker))
    assert len(worker.kept) == 1


async def test_a_deleted_conversation_is_not_kept_any_more(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    await turn(pager, worker, "c1")
    await pager.keep_all()
    assert there(worker.kept[0])
    await turn(pager, worker, "c1")
    pager.forget("c1")
    assert not there(worker.kept[0]) and pager.warm("c1") == {}
    pager.answered("coder", cast(LoadedModel, worker), "c1", Finished("r", "stopped", 600))
    await pager.farewell("coder", cast(LoadedModel, worker))
    assert len(worker.kept) == 1


async def test_one_that_is_deleted_while_it_is_being_kept_leaves_no_file(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    worker.slow = True
    await turn(pager, worker, "c1")
    keeping = asyncio.create_task(pager.keep_all())
    await asyncio.sleep(0)
    pager.forget("c1")
    worker.go.set()
    await keeping
    assert worker.kept and not there(worker.kept[0]) and pages.usage() == (0, 0)


async def test_a_question_in_the_quiet_moment_does_not_end_the_keeping(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    worker.slow = True
    await turn(pager, worker, "c1")
    keeping = asyncio.create_task(pager.keep_all())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    worker.go.set()
    await pager.close()
    assert pages.warm("c1") == {"coder": 500}


async def test_a_worker_that_dies_or_was_replaced_costs_its_state_only(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    worker.dies = True
    await turn(pager, worker, "c1")
    await pager.keep_all()
    fresh = Keeper()
    await turn(pager, fresh, "c2")
    await pager.farewell("coder", cast(LoadedModel, worker))
    assert worker.kept == fresh.kept == [] and pager.warm("c2") == {"coder": 520}


async def test_a_context_that_memory_was_short_for_has_pages_of_its_own(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    await turn(pager, worker, "c1")
    await pager.keep_all()
    assert (await turn(pager, Keeper(context=2048), "c1"))[0] == ()


async def test_what_is_warm_is_in_memory_or_on_disk(pages: PageFile) -> None:
    pager, worker = Pager(pages), Keeper()
    await turn(pager, worker, "c1", tokens=700)
    assert pager.warm("c1") == {"coder": 720} and pager.warm("c2") == {}
    await turn(pager, worker, "c2")
    assert pager.warm("c1") == {"coder": 500}
    worker.alive = False
    assert pager.warm("c2") == {}
