"""The fleet with real worker processes: whatever a worker does, the same question can be asked again at once."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import threading
from functools import partial

import psutil
import pytest

from router.fleet.fleet import Fleet
from router.fleet.worker import LoadedModel, Patience, Worker, WorkerDied, WorkerFailed
from specialists.wire import ChatMessage, Finished, Generate, Load, Token

pytestmark = pytest.mark.process

ECHO = Load("echo", "", options={"delay": "0.02"})
QUESTION = Generate("q", (ChatMessage("user", "one two three four five six"),))


def fleet(patience: Patience | None = None, budget: int = 100) -> Fleet:
    return Fleet(budget_bytes=budget, tell=lambda *_: None, start=partial(Worker.start, patience=patience))


async def answer(worker: LoadedModel) -> str:
    return "".join([reply.text async for reply in worker.request(QUESTION) if isinstance(reply, Token)])


def worker_pids() -> set[int]:
    return {child.pid for child in psutil.Process().children() if "spawn_main" in " ".join(child.cmdline())}


def test_a_crash_in_the_middle_of_an_answer_and_the_same_question_is_answered_by_a_fresh_worker() -> None:
    async def story() -> None:
        ours = fleet()
        with pytest.raises(WorkerDied) as caught:
            async with ours.lease("echo", ECHO, 10) as lease:
                async for reply in lease.worker.request(QUESTION):
                    if isinstance(reply, Token):
                        for pid in worker_pids():
                            os.kill(pid, signal.SIGSEGV)
        assert caught.value.detail == "SIGSEGV"
        async with ours.lease("echo", ECHO, 10) as lease:
            assert lease.load_seconds > 0
            assert (await answer(lease.worker)).split() == QUESTION.messages[0].content.split()
        await ours.close()
        assert worker_pids() == set()

    asyncio.run(story())


def test_an_engine_that_aborts_and_one_that_hangs_cost_one_exception_each() -> None:
    async def story() -> None:
        ours = fleet(Patience(reading=0.5, writing=0.5))
        for script, cause in (({"crash_after": "2"}, "crashed"), ({"hang_after": "2"}, "hang")):
            with pytest.raises(WorkerDied) as caught:
                async with ours.lease("echo", Load("echo", "", options=script), 10) as lease:
                    await answer(lease.worker)
            assert caught.value.cause == cause
            assert ours.residents() == ()
        async with ours.lease("echo", ECHO, 10) as lease:
            assert await answer(lease.worker)
        await ours.close()
        assert worker_pids() == set()

    asyncio.run(story())


def test_a_load_that_fails_is_told_with_its_code_and_leaves_no_process() -> None:
    async def story() -> None:
        ours = fleet()
        with pytest.raises(WorkerFailed) as caught:
            async with ours.lease("echo", Load("echo", "", options={"fail_load": "unsupported"}), 10):
                pass
        assert caught.value.code == "unsupported"
        await ours.close()
        assert worker_pids() == set()

    asyncio.run(story())


def test_the_one_who_must_leave_has_left_when_the_newcomer_starts() -> None:
    async def story() -> None:
        ours = fleet(budget=100)
        async with ours.lease("a", ECHO, 60):
            first = worker_pids()
        async with ours.lease("b", ECHO, 60) as lease:
            assert not first & worker_pids() and len(worker_pids()) == 1
            assert await answer(lease.worker)
        await ours.close()

    asyncio.run(story())


def test_stop_is_quick_and_the_worker_stays() -> None:
    async def story() -> None:
        ours = fleet()
        async with ours.lease("echo", Load("echo", "", options={"read_delay": "30"}), 10) as lease:
            replies = []
            async for reply in lease.worker.request(QUESTION):
                lease.worker.cancel("q")
                replies.append(reply)
            assert isinstance(replies[-1], Finished) and replies[-1].reason == "stopped"
            assert lease.worker.alive
        await ours.close()

    asyncio.run(story())


def test_closing_in_the_middle_of_everything_leaves_nothing() -> None:
    async def story() -> None:
        ours = fleet(budget=1000)

        async def use(key: str, options: dict[str, str]) -> None:
            async with ours.lease(key, Load("echo", "", options=options), 10) as lease:
                await answer(lease.worker)

        tasks = [asyncio.create_task(use("slow load", {"load_delay": "30"})),
                 asyncio.create_task(use("slow answer", {"delay": "30"})),
                 asyncio.create_task(use("deaf", {"hang_after": "0"}))]
        async with asyncio.timeout(20):
            while len(ours.residents()) < 3 or len(worker_pids()) < 3:  # noqa: ASYNC110 (processes make no events)
                await asyncio.sleep(0.01)
        await ours.close()
        assert worker_pids() == set()
        ends = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(end, Exception) for end in ends)

    asyncio.run(story())


def test_twenty_starts_and_ends_leave_no_process_no_thread_and_no_open_file() -> None:
    async def story() -> None:
        ours = fleet()

        async def once() -> None:
            async with ours.lease("echo", Load("echo", ""), 10) as lease:
                await answer(lease.worker)
            await ours.unload("echo")

        await once()        # the first starts what multiprocessing and the loop keep: tracker, executor
        await _quiet()
        gc.collect()        # what other tests left to be collected must not be collected in between
        files, threads = psutil.Process().num_fds(), threading.active_count()
        for _ in range(20):
            await once()
        await _quiet()
        gc.collect()
        assert psutil.Process().num_fds() <= files and worker_pids() == set()
        assert threading.active_count() <= threads + 5      # the loop's executor fills up to its own limit
        assert not [one for one in threading.enumerate() if one.name == "consort-worker"]
        await ours.close()

    asyncio.run(story())


async def _quiet() -> None:
    async with asyncio.timeout(5):
        while any(one.name == "consort-worker" for one in threading.enumerate()):   # noqa: ASYNC110
            await asyncio.sleep(0.01)
