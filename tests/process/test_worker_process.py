"""One worker process seen from our end: it answers, obeys, and whatever it does wrong costs one exception."""

from __future__ import annotations

import asyncio
import signal
from contextlib import aclosing

import psutil
import pytest

from router.fleet.worker import Patience, Worker, WorkerDied, WorkerFailed
from specialists.wire import ChatMessage, Counted, CountTokens, Finished, Generate, Load, Reading, Token

pytestmark = pytest.mark.process

SHORT = Patience(loading=8, reading=0.6, writing=0.6, stop_reading=0.3, stop_writing=0.2, leave=0.5)
LOAD = Load("echo", "")


def ask(words: str = "one two three", request: str = "r1") -> Generate:
    return Generate(request, (ChatMessage("user", words),))


async def awkward(main: str, patience: Patience = SHORT) -> Worker:
    return await Worker.start(LOAD, target=f"awkward_workers:{main}", patience=patience)


async def replies(worker: Worker, message: Generate | CountTokens) -> list[object]:
    return [reply async for reply in worker.request(message)]



def test_a_worker_loads_answers_counts_and_leaves() -> None:
    async def story() -> None:
        heard: list[float] = []
        worker = await Worker.start(LOAD, on_loading=heard.append, target="awkward_workers:polite",
                                    patience=SHORT)
        assert heard == [0.5]
        assert worker.ready.architecture == "awkward" and worker.alive
        assert psutil.Process(worker.pid).is_running()
        assert await replies(worker, ask()) == [
            Token("r1", "one"), Token("r1", "two"), Token("r1", "three"),
            Finished("r1", "end", written_tokens=3)]
        assert await replies(worker, CountTokens("r2", ("a b", "c"))) == [Counted("r2", (2, 1))]
        await worker.close()
        assert not worker.alive and not psutil.pid_exists(worker.pid)
        await worker.close()
        with pytest.raises(WorkerDied, match="closed"):
            await replies(worker, ask())

    asyncio.run(story())


def test_two_requests_at_once_are_answered_one_after_the_other() -> None:
    async def story() -> None:
        worker = await awkward("polite")
        first, second = await asyncio.gather(replies(worker, ask("a b", "r1")),
                                             replies(worker, ask("c d", "r2")))
        assert [token.text for token in first if isinstance(token, Token)] == ["a", "b"]
        assert [token.text for token in second if isinstance(token, Token)] == ["c", "d"]
        await worker.close()

    asyncio.run(story())


def test_leaving_the_answer_early_stops_the_worker_which_then_answers_the_next_question() -> None:
    async def story() -> None:
        worker = await awkward("polite", Patience(stop_writing=5, stop_reading=5))
        async with aclosing(worker.request(ask("word " * 2000))) as answer:
            async for _ in answer:
                break
        assert [reply for reply in await replies(worker, ask("next", "r2")) if isinstance(reply, Token)] == [
            Token("r2", "next")]
        await worker.close()

    asyncio.run(story())


def test_a_cancelled_task_stops_its_worker_even_when_it_is_cancelled_twice() -> None:
    async def story() -> None:
        worker = await awkward("polite", Patience(stop_writing=5, stop_reading=5))
        began = asyncio.Event()

        async def read() -> None:
            async for _ in worker.request(ask("word " * 2000)):
                began.set()

        task = asyncio.create_task(read())
        await began.wait()
        task.cancel()
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert Token("r2", "next") in await replies(worker, ask("next", "r2"))
        await worker.close()

    asyncio.run(story())


def test_stop_ends_the_answer_with_reason_stopped() -> None:
    async def story() -> None:
        worker = await awkward("polite", Patience(stop_writing=5, stop_reading=5))
        got = []
        async for reply in worker.request(ask("word " * 2000)):
            worker.cancel("r1")
            worker.cancel("no such request")
            got.append(reply)
        assert isinstance(got[-1], Finished) and got[-1].reason == "stopped"
        assert worker.alive
        await worker.close()

    asyncio.run(story())


@pytest.mark.parametrize("main", ["deaf_while_reading", "deaf_while_writing"])
def test_a_worker_that_ignores_stop_is_killed_and_the_answer_still_ends_as_stopped(main: str) -> None:
    async def story() -> None:
        worker = await awkward(main, Patience(stop_reading=0.3, stop_writing=0.2))
        got = []
        async for reply in worker.request(ask()):
            if isinstance(reply, Token | Reading):
                worker.cancel("r1")
            got.append(reply)
        assert isinstance(got[-1], Finished) and got[-1].reason == "stopped"
        assert got[-1].written_tokens == (main == "deaf_while_writing")
        await worker.close()
        assert not psutil.pid_exists(worker.pid)

    asyncio.run(story())


def test_a_segfault_in_the_middle_of_an_answer_is_told_with_its_signal() -> None:
    async def story() -> None:
        worker = await awkward("segfaults_while_writing")
        got = []
        with pytest.raises(WorkerDied) as caught:
            async for reply in worker.request(ask()):
                got.append(reply)
        assert got == [Token("r1", "half an ans")]
        assert (caught.value.cause, caught.value.exit_code) == ("crashed", -signal.SIGSEGV)
        assert caught.value.detail == "SIGSEGV"
        assert not worker.alive
        await worker.close()

    asyncio.run(story())


def test_a_kill_that_was_not_ours_is_told_apart_from_a_crash() -> None:
    async def story() -> None:
        worker = await awkward("killed_by_the_system")
        with pytest.raises(WorkerDied) as caught:
            await replies(worker, ask())
        assert caught.value.cause == "killed"
        await worker.close()

    asyncio.run(story())


@pytest.mark.parametrize(("main", "cause"), [("deaf_while_writing", "hang"), ("deaf_while_reading", "hang"),
                                             ("never_reads_its_pipe", "hang"), ("speaks_nonsense",
                                             "malformed")])
def test_a_silent_or_nonsensical_worker_is_killed(main: str, cause: str) -> None:
    async def story() -> None:
        worker = await awkward(main)
        with pytest.raises(WorkerDied) as caught:
            await replies(worker, ask())
        assert caught.value.cause == cause
        await worker.close()
        assert not psutil.pid_exists(worker.pid)

    asyncio.run(story())


def test_a_huge_question_for_a_worker_that_does_not_read_stalls_nobody() -> None:
    async def story() -> None:
        worker = await awkward("never_reads_its_pipe")
        beats = 0

        async def heart() -> None:
            nonlocal beats
            while True:
                await asyncio.sleep(0.01)
                beats += 1

        beating = asyncio.create_task(heart())
        with pytest.raises(WorkerDied, match="hang"):
            await replies(worker, ask("x" * 20_000_000))
        assert beats > 20
        beating.cancel()
        await worker.close()
        assert not psutil.pid_exists(worker.pid)

    asyncio.run(story())


@pytest.mark.parametrize(("main", "code"), [("refuses_to_load", "bad_model"), ("exits_while_loading",
"crashed"),
                                            ("loads_forever", "hang"), ("no_such_function", "crashed")])
def test_a_load_that_comes_to_nothing_leaves_no_process(main: str, code: str) -> None:
    async def story() -> None:
        with pytest.raises(WorkerFailed) as caught:
            await awkward(main, Patience(loading=2.0))
        assert caught.value.code == code

    before = {child.pid for child in psutil.Process().children()}
    asyncio.run(story())
    left = [child for child in psutil.Process().children() if child.pid not in before]
    assert all("resource_tracker" in " ".join(child.cmdline()) for child in left)


def test_cancelling_a_load_ends_its_process() -> None:
    async def story() -> None:
        loading = asyncio.Event()
        start = asyncio.create_task(Worker.start(LOAD, on_loading=lambda _: loading.set(),
                                                 target="awkward_workers:loads_forever"))
        await loading.wait()
        workers = [child.pid for child in psutil.Process().children()
                   if "spawn_main" in " ".join(child.cmdline())]
        start.cancel()
        with pytest.raises(asyncio.CancelledError):
            await start
        assert workers and not any(psutil.pid_exists(pid) for pid in workers)

    asyncio.run(story())


def test_a_worker_that_will_not_leave_is_made_to() -> None:
    async def story() -> None:
        worker = await awkward("ignores_sigterm", Patience(leave=0.2))
        await worker.close()
        assert not psutil.pid_exists(worker.pid)

    asyncio.run(story())


def test_closing_in_the_middle_of_an_answer_ends_it() -> None:
    async def story() -> None:
        worker = await awkward("polite", Patience())
        with pytest.raises(WorkerDied) as caught:
            async for _ in worker.request(ask("word " * 2000)):
                if worker.alive:
                    await worker.close()
        assert caught.value.cause == "closed"

    asyncio.run(story())


def test_frames_of_other_requests_are_not_ours() -> None:
    async def story() -> None:
        worker = await awkward("talks_of_other_requests")
        assert await replies(worker, ask()) == [Token("r1", "mine"), Finished("r1", "end", written_tokens=1)]
        await worker.close()

    asyncio.run(story())


def test_text_that_is_no_unicode_is_refused_and_the_worker_stays() -> None:
    async def story() -> None:
        worker = await awkward("polite")
        with pytest.raises(ValueError, match="Unicode"):
            await replies(worker, ask("\ud800"))
        assert Token("r2", "fine") in await replies(worker, ask("fine", "r2"))
        await worker.close()

    asyncio.run(story())
