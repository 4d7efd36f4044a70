"""A request of several tasks is answered in steps, shown before and while they run; stopped, changed or failing."""

from __future__ import annotations

from pathlib import Path

from router.messages import (
    Ask,
    ChangePlan,
    ChangePreference,
    ConversationOpened,
    OpenConversation,
    PlanMoved,
    PreferencesRead,
    Stop,
    TextAdded,
    TurnFinished,
)
from router.parts import PlanPart, PlanStep, plain_text
from tests.echo_core import Talk, talking

THREE = "Write a poem about rain, then translate it into German, and finally give me three titles"
DOES = ["Write a poem about rain", "translate it into German", "give me three titles"]


def plans(talk: Talk) -> list[list[str]]:
    return [[step.state for step in event.steps] for event in talk.events if isinstance(event, PlanMoved)]


async def test_the_plan_is_shown_first_and_each_step_runs_in_order(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        end = await talk.ask(Ask("t1", THREE))
        first = next(event for event in talk.events if isinstance(event, PlanMoved))
        assert [step.do for step in first.steps] == DOES
        assert talk.events.index(first) < next(place for place, event in enumerate(talk.events)
                                               if isinstance(event, TextAdded))
        assert plans(talk)[0] == ["waiting"] * 3 and ["done", "running", "waiting"] in plans(talk)
        assert plans(talk)[-1] == ["done"] * 3
        assert (end.reason, end.written_tokens) == ("end", 5 + 4 + 4)
        opened = await talk.answer(OpenConversation(end.conversation, "r"), ConversationOpened)
        answer = opened.messages[-1]
        assert isinstance(answer.parts[0], PlanPart) and [one.state for one in answer.parts[0].steps] == ["done"] * 3
        assert all(f"**{number}. {do}**" in plain_text(answer.parts) for number, do in enumerate(DOES, 1))


async def test_a_request_of_one_task_has_no_plan(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.ask(Ask("t1", "Write a poem about rain"))
        assert plans(talk) == []


async def test_planning_can_be_turned_off(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        await talk.answer(ChangePreference("planning", "off", "r"), PreferencesRead)
        assert (await talk.ask(Ask("t1", THREE))).text.split() == THREE.split()
        assert plans(talk) == []


async def test_stop_ends_the_running_step_and_those_after_it(tmp_path: Path) -> None:
    async with talking(tmp_path, delay="0.2") as talk:
        talk.core.send(Ask("t1", THREE))
        await talk.until(TextAdded, text="**1. Write a poem about rain**\n\n")
        await talk.until(TextAdded, text="Write")
        talk.core.send(Stop("t1"))
        end = await talk.until(TurnFinished, 10)
        assert end.reason == "stopped" and plans(talk)[-1] == ["stopped"] * 3


async def test_steps_that_wait_can_be_changed_while_another_runs(tmp_path: Path) -> None:
    async with talking(tmp_path, delay="0.1") as talk:
        talk.core.send(Ask("t1", THREE))
        await talk.until(TextAdded, text="**1. Write a poem about rain**\n\n")
        talk.core.send(ChangePlan("t1", ("give me three titles", " ", "sing it")))
        await talk.until(PlanMoved, 1, steps=(PlanStep(DOES[0], "", "", "running"), PlanStep(DOES[2]),
                                              PlanStep("sing it")))
        end = await talk.until(TurnFinished, 20)
        last = [event for event in talk.events if isinstance(event, PlanMoved)][-1]
        assert [step.do for step in last.steps] == ["Write a poem about rain", "give me three titles", "sing it"]
        assert "**3. sing it**" in end.text and "German" not in end.text


async def test_a_step_that_fails_says_why_and_the_rest_is_skipped(tmp_path: Path) -> None:
    async with talking(tmp_path, crash_after="2") as talk:
        end = await talk.ask(Ask("t1", THREE))
        assert end.reason == "failed" and end.error
        assert plans(talk)[-1] == ["failed", "skipped", "skipped"]
