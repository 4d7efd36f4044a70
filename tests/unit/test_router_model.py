"""The second opinion: who serves, that nobody waits for it, and what it makes of the encoder's probabilities."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncGenerator, Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jumping_time import run

from router.choose.request import SKILLS, TOOLS, Judgement, Request
from router.choose.router_model import (
    EARLIER,
    HEAD,
    SECONDS,
    TAIL,
    WORDS,
    RouterModel,
    Serving,
    is_on,
    joined,
    messages,
    policy,
    serving,
)
from router.fleet.failures import WorkerDied
from router.fleet.fleet import Fleet
from router.model_views import CheckView
from router.roster import Opening
from specialists.manifest import Manifest
from specialists.wire import Failed, LabelsScored, Load, Ready, Sampling, ScoreLabels

UNSURE = Judgement(dict.fromkeys(SKILLS, 1 / len(SKILLS)), dict.fromkeys(TOOLS, 0.1), 2.0, 0.0)
MODEL = Serving("coder/router", Load("llama", "coder.gguf"), 50)
LOADING = 4.0


class FakeWorker:
    """Thinks for `seconds`, then prefers code; or does what `wrong` says."""

    def __init__(self, yard: Yard) -> None:
        self.ready = Ready("llama", 1024, 1024, True, LOADING)
        self.alive, self.pid, self._yard = True, 0, yard
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def request(self, message: ScoreLabels) -> AsyncGenerator[Any, None]:
        self._yard.asked.append(message.messages[-1].content)
        await asyncio.sleep(self._yard.seconds)
        if isinstance(self._yard.wrong, WorkerDied):
            raise self._yard.wrong
        likely = [math.log(0.94 if label == "code" else 0.01) for label in message.labels]
        yield self._yard.wrong or LabelsScored(message.request, tuple(likely))

    def cancel(self, request: str) -> None:
        raise AssertionError("nothing is stopped")

    async def close(self) -> None:
        self.alive = False
        self.gone.set_result(None)


class Yard:
    """A router model over a fleet of fakes."""

    def __init__(self, budget: int = 100, **more: Any) -> None:
        self.asked: list[str] = []
        self.loads = 0
        self.seconds = 0.5
        self.wrong: object = None
        self.installed: Serving | None = MODEL
        self.fleet = Fleet(budget_bytes=budget, tell=lambda *what: None, start=self.start, idle_seconds=600)
        self.model = RouterModel(self.fleet, lambda: self.installed, **more)

    async def start(self, load: Load, *, on_loading: Callable[[float], None]) -> Any:
        self.loads += 1
        await asyncio.sleep(LOADING)
        return FakeWorker(self)

    async def opinion(self, text: str = "sort this", **more: bool) -> dict[str, float] | None:
        return await self.model.skills(Request(text), UNSURE, **more)

    async def warmed(self) -> Yard:
        assert await self.opinion("cold") is None
        await asyncio.sleep(LOADING + 5)
        return self

    async def over(self) -> None:
        await self.model.close()
        await self.fleet.close()


def clock() -> float:
    return asyncio.get_running_loop().time()


def test_it_is_not_loaded_for_somebody_who_only_wants_to_know() -> None:
    async def story() -> None:
        yard = Yard()
        assert await yard.opinion(may_load=False) is None
        await asyncio.sleep(LOADING + 1)
        assert yard.loads == 0
        assert await (await yard.warmed()).opinion(may_load=False) is not None
        await yard.over()
    run(story())


def test_a_cold_model_is_not_waited_for_and_reads_the_policy_for_the_next_time() -> None:
    async def story() -> None:
        yard = Yard()
        assert await yard.opinion() is None and await yard.opinion() is None and clock() == 0.0
        await asyncio.sleep(LOADING + 1)
        assert yard.loads == 1 and yard.asked == ["Request: "]
        found = await yard.opinion("sort this")
        assert found is not None and max(found, key=lambda skill: found[skill]) == "code"
        assert sum(found.values()) == pytest.approx(1.0) and yard.asked[-1] == "Request: sort this"
        await yard.over()
    run(story())


def test_it_is_waited_for_as_long_as_it_may_take_and_no_longer() -> None:
    async def story() -> None:
        yard = await Yard().warmed()
        yard.seconds = 60.0
        began = clock()
        assert await yard.opinion() is None and clock() - began == pytest.approx(SECONDS)
        yard.seconds = 0.1
        assert await yard.opinion() is not None
        await yard.over()
    run(story())


def test_nobody_leaves_memory_for_it() -> None:
    async def story() -> None:
        yard = Yard(budget=100)
        async with yard.fleet.lease("writer", Load("llama", "writer.gguf"), 60):
            pass
        assert await yard.opinion() is None
        await asyncio.sleep(LOADING + 1)
        assert [one.id for one in yard.fleet.residents()] == ["writer"] and yard.loads == 1
        await yard.over()
    run(story())


def test_one_that_left_memory_comes_back_the_same_way() -> None:
    async def story() -> None:
        yard = await Yard().warmed()
        await yard.fleet.unload(MODEL.key)
        assert await yard.opinion() is None
        await asyncio.sleep(LOADING + 1)
        assert await yard.opinion() is not None and yard.loads == 2
        await yard.over()
    run(story())


def test_off_or_not_installed_it_does_nothing() -> None:
    async def story() -> None:
        yard = Yard(is_on=False)
        assert await yard.opinion() is None
        yard.model.is_on, yard.installed = True, None
        assert await yard.opinion() is None
        await asyncio.sleep(LOADING + 1)
        assert yard.loads == 0
        await yard.over()
    run(story())


def test_what_goes_wrong_is_no_error_of_the_turn() -> None:
    async def story() -> None:
        yard = await Yard().warmed()
        for wrong in (WorkerDied("crashed"), Failed("r", "internal", "x"), LabelsScored("r", (0.0,))):
            yard.wrong = wrong
            assert await yard.opinion() is None
        await yard.over()
    run(story())


def test_closing_in_the_middle_of_loading_leaves_nothing_behind() -> None:
    async def story() -> None:
        yard = Yard()
        await yard.opinion()
        await asyncio.sleep(1)
        await yard.over()
        assert not yard.fleet.residents()
    run(story())


class Roster:
    """Manifests that are all installed."""

    def __init__(self, *manifests: Manifest) -> None:
        self.manifests = manifests

    def answerers(self) -> tuple[Manifest, ...]:
        return self.manifests

    def check(self, specialist: str) -> CheckView:
        return CheckView("passed")

    def opening(self, manifest: Manifest) -> Opening:
        return Opening(Load("llama", manifest.file_name, context=8192), 10, Sampling(), "", 100)


def test_the_smallest_that_is_large_enough_serves_in_a_place_of_its_own() -> None:
    made = [Manifest(size, size, "", parameters=size, file_name=f"{size}.gguf")
            for size in ("7B", "135M", "1.5B", "3B")]
    found = serving(Roster(*made))          # type: ignore[arg-type]
    assert found is not None
    assert (found.key, found.load.path, found.load.context) == ("1.5B/router", "1.5B.gguf", 1024)
    assert serving(Roster(made[1])) is None     # type: ignore[arg-type]


def test_only_a_clear_word_turns_it_on_or_off() -> None:
    assert (is_on("on"), is_on("off")) == (True, False)
    assert is_on("") is is_on("perhaps")


def test_the_policy_explains_every_word_and_shows_an_example_of_each() -> None:
    system, *examples, last = messages(policy(), Request("hello"))
    assert set(WORDS) == set(SKILLS)
    for word in WORDS.values():
        assert f"\n{word} = " in system.content
        assert word in {one.content for one in examples if one.role == "assistant"}
    assert "##" not in system.content and (last.role, last.content) == ("user", "Request: hello")


def test_of_a_request_both_ends_are_read_after_what_came_before_it() -> None:
    request = Request("b " * 10**6 + "middle" + " e" * 10**6 + "\ud800", ("old", "x" * 500), ("lease.pdf",))
    text = messages(policy(), request)[-1].content
    assert text.startswith("Asked before: xxx") and "Attached: lease.pdf" in text and text.endswith("e e?")
    assert "middle" not in text and len(text) < HEAD + TAIL + EARLIER + 100


chances = st.dictionaries(st.sampled_from([*SKILLS, "botany"]), st.floats(0.0, 1.0), min_size=2).filter(
    lambda found: sum(found.values()) > 0.1)


@given(chances, st.dictionaries(st.sampled_from(SKILLS), st.floats(-30.0, 0.0)))
def test_joined_probabilities_sum_to_one_and_leave_alone_what_was_not_asked(said: dict[str, float],
                                                                            opinion: dict[str, float]) -> None:
    encoder = {skill: chance / sum(said.values()) for skill, chance in said.items()}
    found = joined(encoder, opinion)
    assert sum(found.values()) == pytest.approx(1.0) and list(found) == list(encoder)
    assert all(found[skill] == encoder[skill] for skill in encoder if skill not in opinion)


def test_who_is_surer_decides() -> None:
    likely = {skill: math.log(0.9 if skill == "math" else 0.1 / 6) for skill in SKILLS}
    unsure = joined({"code": 0.4, "math": 0.35, "general": 0.25}, likely)
    assert max(unsure, key=lambda skill: unsure[skill]) == "math"
    vague = joined({"code": 0.4, "math": 0.35, "general": 0.25}, dict.fromkeys(SKILLS, math.log(1 / 7)))
    assert max(vague, key=lambda skill: vague[skill]) == "code"
