"""One memory budget, kept by real processes whatever is asked of them, also when their footprints were wrong."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path

import pytest

from router.fleet.fleet import Fleet
from router.fleet.measured import memory_of
from router.messages import (
    Ask,
    ChangePreference,
    ListProcesses,
    Noticed,
    PinSpecialist,
    PreferencesRead,
    ProcessesListed,
    Refused,
    TurnFinished,
    Unload,
)
from specialists.wire import ChatMessage, Finished, Generate, Load
from tests.echo_core import talking
from tests.worker_memory import MemoryWatch

pytestmark = pytest.mark.process

MB = 10**6
BARE = 24 * MB                  # an echo worker that holds nothing
# What each takes (from loading on, and in addition from its first answer on), and what its footprint says it takes.
MODELS = {"honest": (70 * MB, 0, 70 * MB + BARE), "modest": (105 * MB, 15 * MB, 75 * MB + BARE),
          "boastful": (50 * MB, 0, 70 * MB + BARE)}
BUDGET = 195 * MB               # any two of them if one believed what they say


def load(name: str) -> Load:
    held, more, _ = MODELS[name]
    return Load("echo", "", options={"memory": str(held), "more_memory": str(more)})


async def test_fifty_switches_among_three_stay_within_the_budget() -> None:
    fleet = Fleet(budget_bytes=BUDGET, tell=lambda *_: None)
    order = random.Random(50)
    last = ""
    with MemoryWatch() as watch:
        for number in range(50):
            last = order.choice([name for name in MODELS if name != last])
            async with fleet.lease(last, load(last), MODELS[last][2]) as lease:
                request = Generate(f"r{number}", (ChatMessage("user", "one two three"),))
                said = [reply async for reply in lease.worker.request(request)]
                assert isinstance(said[-1], Finished)
            assert sum(one.memory for one in fleet.processes()) <= BUDGET
    history = fleet.history.newest_first()
    await fleet.close()
    assert watch.looks > 50
    assert watch.peak <= 1.1 * BUDGET, f"{watch.peak / 1e6:.0f} MB"
    assert watch.peak > 0.6 * BUDGET, "the budget is also used"
    assert sum(one.what == "evicted" for one in history) > 10
    assert fleet.expected_bytes("modest", load("modest"), MODELS["modest"][2]) > MODELS["modest"][2]
    assert fleet.expected_bytes("boastful", load("boastful"), MODELS["boastful"][2]) < MODELS["boastful"][2]


async def test_a_process_is_measured_and_one_that_is_gone_takes_nothing() -> None:
    fleet = Fleet(budget_bytes=10**9, tell=lambda *_: None)
    async with fleet.lease("honest", load("honest"), 1):
        pid = fleet.processes()[0].pid
        assert 70 * MB < await memory_of(pid) < 140 * MB
    await fleet.close()
    assert await memory_of(pid) == 0


async def test_two_questions_to_a_model_that_loads_share_one_process() -> None:
    fleet = Fleet(budget_bytes=10**9, tell=lambda *_: None)
    slow = Load("echo", "", options={"load_delay": "1"})
    pids = set()

    async def ask() -> None:
        async with fleet.lease("slow", slow, 1):
            pids.add(fleet.processes()[0].pid)

    await asyncio.gather(ask(), ask(), ask())
    assert len(pids) == 1 and [one.what for one in fleet.history.newest_first()] == ["loaded"]
    await fleet.close()


async def test_a_turn_says_that_its_context_was_lowered_and_only_once(tmp_path: Path) -> None:
    async with talking(tmp_path, most_context="3000") as talk:
        talk.core.send(ChangePreference("x", "y", "p"))
        await talk.until(PreferencesRead)
        end = await talk.ask(Ask("t1", "hello there"))
        assert end.reason == "end", end.error
        notices = [event for event in talk.events if isinstance(event, Noticed) and event.turn]
        assert len(notices) == 1
        assert "was opened with" in notices[0].text and notices[0].text.endswith("because memory is short.")
        await talk.ask(Ask("t2", "and again", end.conversation))
        assert sum(isinstance(event, Noticed) for event in talk.events) == 1
        listed = await talk.answer(ListProcesses("r"), ProcessesListed)
        assert {one.what for one in listed.history} == {"loaded", "context lowered"}


async def test_processes_as_a_front_end_sees_them(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        assert (await talk.answer(ListProcesses("r0"), ProcessesListed)).processes == ()
        end = await talk.ask(Ask("t1", "hello there", specialist="coder"))
        assert isinstance(end, TurnFinished) and end.reason == "end"
        [one] = (await talk.answer(ListProcesses("r1"), ProcessesListed)).processes
        assert (one.id, one.name, one.kind, one.state) == ("coder", "Coder", "language", "ready")
        assert one.pid and one.context_used == end.prompt_tokens + end.written_tokens
        assert one.conversation == end.conversation and one.memory > 0
        pinned = await talk.answer(PinSpecialist("coder", True, "r2"), ProcessesListed)
        assert pinned.processes[0].pinned
        gone = await talk.answer(Unload("coder", "r3"), ProcessesListed)
        assert gone.processes == () and gone.used == 0
        assert [event.what for event in gone.history] == ["unloaded", "loaded"]
        talk.core.send(Unload("nobody", "r4"))
        assert "nobody" in (await talk.until(Refused, request="r4")).text


async def test_the_budget_can_be_changed_while_running_and_nonsense_is_not_kept(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.ask(Ask("t1", "hello there", specialist="coder"))
        used = (await talk.answer(ListProcesses("r1"), ProcessesListed)).used
        kept = await talk.answer(ChangePreference("memory_budget", "100000000", "r2"), PreferencesRead)
        assert kept.preferences["memory_budget"] == "100000000"
        listed = await talk.answer(ListProcesses("r3"), ProcessesListed)
        assert used > listed.budget == 100_000_000 and listed.processes == ()
        talk.core.send(ChangePreference("memory_budget", "all of it", "r4"))
        assert (await talk.until(Refused, request="r4")).hint
        assert (await talk.answer(ListProcesses("r5"), ProcessesListed)).budget == 100_000_000
    async with talking(tmp_path) as talk:
        assert (await talk.answer(ListProcesses("r6"), ProcessesListed)).budget == 100_000_000


async def test_what_was_measured_is_known_at_the_next_start(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.ask(Ask("t1", " ".join(["word"] * 60), specialist="coder"))
        assert talk.core.fleet.times.of("coder").measured == 4
    async with talking(tmp_path) as talk:
        assert talk.core.fleet.times.of("coder").measured == 4
        assert talk.core.fleet.times.of("coder").answer_tokens == 60
