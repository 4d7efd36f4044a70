"""The encoder as the router asks it: cached, never waited for long, its failures cost one sentence. Fake workers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable
from typing import Any

from jumping_time import run

from router.choose.encoder import CACHED, MOST_CHARACTERS, REST, Encoder, EncoderOpening
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet
from specialists.engines.echo import bag_of_words
from specialists.wire import Embed, Embedded, Failed, Load, Ready

OPENING = EncoderOpening(Load("llama-encoder", "tiny.gguf"), 10)


class FakeWorker:
    """Makes vectors of words; `seconds` each time. `wrong`: what it does instead, once each."""

    def __init__(self, yard: Yard) -> None:
        self.ready = Ready("bert", 512, 512, False, 0.1)
        self.alive, self.pid, self._yard = True, 0, yard
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def request(self, message: Embed) -> AsyncGenerator[Any, None]:
        self._yard.asked.append(message.texts)
        await asyncio.sleep(self._yard.seconds)
        wrong = self._yard.wrong.pop(0) if self._yard.wrong else None
        if isinstance(wrong, WorkerDied):
            raise wrong
        yield wrong or Embedded(message.request, tuple(map(bag_of_words, message.texts)))

    def cancel(self, request: str) -> None:
        raise AssertionError("nothing is stopped")

    async def close(self) -> None:
        self.alive = False
        self.gone.set_result(None)


class Yard:
    """An encoder over a fleet of fakes."""

    def __init__(self, load_seconds: float = 0.5, seconds: float = 0.01, budget: int = 100) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.notices: list[str] = []
        self.wrong: list[object] = []
        self.fail: list[WorkerFailed] = []
        self.loads = 0
        self.load_seconds, self.seconds = load_seconds, seconds
        self.installed: EncoderOpening | None = OPENING
        self.fleet = Fleet(budget_bytes=budget, tell=lambda *what: None, start=self.start)
        self.encoder = Encoder(self.fleet, lambda: self.installed, self.notices.append)

    async def start(self, load: Load, *, on_loading: Callable[[float], None]) -> Any:
        await asyncio.sleep(self.load_seconds)
        self.loads += 1
        if self.fail:
            raise self.fail.pop(0)
        return FakeWorker(self)

    async def over(self) -> None:
        await self.encoder.close()
        await self.fleet.close()


def test_vectors_come_in_order_and_are_asked_for_once() -> None:
    async def story() -> None:
        yard = Yard()
        assert await yard.encoder.vectors(("a cat", "a dog", "a cat")) == tuple(
            map(bag_of_words, ("a cat", "a dog", "a cat")))
        assert await yard.encoder.vector("a dog") == bag_of_words("a dog")
        assert await yard.encoder.vectors(("a dog", "a fox")) == (bag_of_words("a dog"), bag_of_words("a fox"))
        assert await yard.encoder.vectors(()) == ()
        assert yard.asked == [("a cat", "a dog"), ("a fox",)] and yard.loads == 1
        await yard.over()
    run(story())


def test_the_texts_used_last_are_the_ones_that_are_kept() -> None:
    async def story() -> None:
        yard = Yard()
        await yard.encoder.vectors(("first", "second"))
        await yard.encoder.vector("first")
        await yard.encoder.vectors([str(number) for number in range(CACHED - 1)])
        yard.asked.clear()
        await yard.encoder.vector("first")
        await yard.encoder.vector("second")
        assert yard.asked == [("second",)]
        await yard.over()
    run(story())


def test_warming_up_waits_no_longer_than_it_may_and_the_load_goes_on() -> None:
    async def story() -> None:
        yard = Yard(load_seconds=5.0)
        await yard.encoder.warm(1.0)
        assert asyncio.get_running_loop().time() == 1.0
        await asyncio.sleep(4.5)
        assert await yard.encoder.vector("a cat") == bag_of_words("a cat") and yard.loads == 1
        await yard.over()
    run(story())


def test_without_an_encoder_there_are_no_vectors_and_nothing_is_said() -> None:
    async def story() -> None:
        yard = Yard()
        yard.installed = None
        await yard.encoder.warm()
        assert await yard.encoder.vector("a cat") is None
        assert (yard.notices, yard.loads) == ([], 0)
        yard.installed = OPENING
        assert await yard.encoder.vector("a cat") == bag_of_words("a cat")
        await yard.over()
    run(story())


def test_a_load_that_takes_long_delays_no_turn_and_is_not_begun_again() -> None:
    async def story() -> None:
        yard = Yard(load_seconds=5.0)
        clock = asyncio.get_running_loop().time
        assert await yard.encoder.vector("a cat") is None and clock() == 2.0
        assert await yard.encoder.vector("a dog") is None and clock() == 4.0
        assert await yard.encoder.vector("a fox") == bag_of_words("a fox") and clock() < 6.0
        assert await yard.encoder.vector("a cat") == bag_of_words("a cat")
        assert yard.loads == 1 and yard.asked == [("a cat",), ("a dog",), ("a fox",)] and not yard.notices
        await yard.over()
    run(story())


def test_a_turn_that_is_stopped_stops_no_load() -> None:
    async def story() -> None:
        yard = Yard(load_seconds=1.0)
        turn = asyncio.create_task(yard.encoder.vector("a cat"))
        await asyncio.sleep(0.5)
        turn.cancel()
        await asyncio.gather(turn, return_exceptions=True)
        await asyncio.sleep(1.0)
        assert yard.loads == 1 and yard.asked == [("a cat",)]
        await yard.over()
    run(story())


def test_warming_up_loads_it_and_keeps_it_pinned() -> None:
    async def story() -> None:
        yard = Yard(load_seconds=5.0)
        await yard.encoder.warm()
        assert yard.loads == 1 and yard.asked == []
        assert [(one.id, one.pinned) for one in yard.fleet.residents()] == [("encoder", True)]
        await yard.over()
    run(story())


def test_a_failure_is_said_once_and_after_a_rest_it_is_tried_again() -> None:
    async def story() -> None:
        yard = Yard()
        yard.fail = [WorkerFailed("bad_model", "x")] * 2
        assert await yard.encoder.vector("a cat") is None and await yard.encoder.vector("a cat") is None
        assert yard.loads == 1
        await asyncio.sleep(REST + 1)
        assert await yard.encoder.vector("a cat") is None and yard.loads == 2
        assert len(yard.notices) == 1 and yard.notices[0].endswith(".")
        await asyncio.sleep(REST + 1)
        assert await yard.encoder.vector("a cat") == bag_of_words("a cat")
        for wrong in (WorkerDied("crashed"), Failed("encode-9", "internal", "x"), Embedded("encode-9", ())):
            yard.wrong.append(wrong)
            assert await yard.encoder.vector(f"a {wrong}") is None
            await asyncio.sleep(REST + 1)
        assert len(yard.notices) == 1
        await yard.over()
    run(story())


def test_no_room_for_it_is_no_error_of_the_turn() -> None:
    async def story() -> None:
        yard = Yard(budget=5)
        assert await yard.encoder.vector("a cat") is None and len(yard.notices) == 1
        await yard.over()
    run(story())


def test_of_a_long_text_both_ends_are_sent_and_what_is_no_unicode_is_mended() -> None:
    async def story() -> None:
        yard = Yard()
        assert await yard.encoder.vector("b" * 10**6 + "e" * 10**6 + "\ud800") is not None
        (sent,), = yard.asked
        assert len(sent) == 2 * MOST_CHARACTERS + 1 and sent.startswith("bbb") and sent.endswith("ee?")
        await yard.over()
    run(story())
