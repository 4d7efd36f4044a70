"""What a small model's plan must be to be believed, and how a plan moves while it is carried out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.choose.planner import LONGEST_STEP, PlannedStep, plan_grammar, read_plan
from router.choose.several import MOST_STEPS
from router.parts import PlanStep
from router.running_plan import RunningPlan

TASKS = ("Summarise the report", "translate it into German")
OWN = tuple(PlannedStep(task) for task in TASKS)


def written(*steps: tuple[str, str]) -> str:
    return json.dumps([{"do": do, "skill": skill} for do, skill in steps])


def test_a_plan_of_the_same_tasks_in_the_same_order_is_believed() -> None:
    said = written(("Summarise the report in short", "documents"), ("Translate the summary into German", "writing"))
    assert read_plan(said, TASKS) == (PlannedStep("Summarise the report in short", "documents"),
                                      PlannedStep("Translate the summary into German", "writing"))


def test_steps_about_something_else_keep_their_skill_and_get_the_persons_words() -> None:
    said = written(("Bake bread", "general"), ("Translate it into German", "writing"))
    assert read_plan(said, TASKS) == (PlannedStep(TASKS[0], "general"), PlannedStep(TASKS[1], "writing"))


@pytest.mark.parametrize("said", [
    "", "[", "[]", "7", "null", '{"do": "x"}', "[[]]", '[{"do": "Summarise"}]',
    written(("Summarise the report", "code")),
    written(("Summarise the report", "sorcery"), ("translate it into German", "writing")),
])
def test_anything_else_leaves_the_persons_own_words(said: str) -> None:
    assert read_plan(said, TASKS) == OWN


@given(st.text())
def test_no_text_breaks_the_reading(said: str) -> None:
    assert len(read_plan(said, TASKS)) == len(TASKS)


def test_a_step_cannot_grow_without_end() -> None:
    said = written(("Summarise the report " * 50, "writing"), (TASKS[1], "writing"))
    assert len(read_plan(said, TASKS)[0].do) == LONGEST_STEP


def test_the_grammar_asks_for_as_many_steps_as_there_are_tasks() -> None:
    assert plan_grammar(3).splitlines()[0].split().count("step") == 3


class Shown:
    """A plan of three and all that it told."""

    def __init__(self) -> None:
        self.moves: list[tuple[PlanStep, ...]] = []
        self.plan = RunningPlan(("one", "two", "three"), self.moves.append)

    @property
    def states(self) -> list[tuple[str, str]]:
        return [(step.do, step.state) for step in self.moves[-1]]


def test_a_plan_is_told_at_once_and_at_every_move() -> None:
    shown = Shown()
    assert shown.states == [("one", "waiting"), ("two", "waiting"), ("three", "waiting")]
    assert shown.plan.begin_next() == PlannedStep("one")
    assert shown.states[0] == ("one", "running")
    shown.plan.end_step("smol")
    assert shown.states[0] == ("one", "done") and shown.moves[-1][0].specialist == "smol"
    assert len(shown.moves) == 3


def test_what_a_model_planned_does_not_replace_what_the_person_changed() -> None:
    shown = Shown()
    shown.plan.change(["two"])
    shown.plan.adopt((PlannedStep("uno"), PlannedStep("due")))
    assert shown.states == [("two", "waiting")]


def test_a_change_touches_only_what_waits() -> None:
    shown = Shown()
    shown.plan.begin_next()
    shown.plan.change([" ", "three", "four "])
    assert shown.states == [("one", "running"), ("three", "waiting"), ("four", "waiting")]


def test_there_are_never_more_than_six_steps() -> None:
    shown = Shown()
    shown.plan.begin_next()
    shown.plan.change([str(number) for number in range(20)])
    assert len(shown.moves[-1]) == MOST_STEPS


def test_all_steps_can_be_taken_away() -> None:
    shown = Shown()
    shown.plan.change([])
    assert shown.plan.begin_next() is None and shown.moves[-1] == ()


def test_breaking_off_ends_what_runs_and_what_waits() -> None:
    shown = Shown()
    shown.plan.begin_next()
    shown.plan.break_off("failed", "skipped")
    assert [state for _, state in shown.states] == ["failed", "skipped", "skipped"]
    assert shown.plan.begin_next() is None
