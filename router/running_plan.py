"""The plan that an answer is given by: what is done, what runs, what waits. It tells every move and runs nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from router.choose.planner import PlannedStep
from router.choose.several import MOST_STEPS
from router.parts import PlanStep, StepState


class RunningPlan:
    """Starts as the tasks in the person's own words. moved: called with all steps at every change, and at once."""

    def __init__(self, tasks: Sequence[str], moved: Callable[[tuple[PlanStep, ...]], None]) -> None:
        self._moved = moved
        self._over: list[PlanStep] = []
        self._current: PlanStep | None = None
        self._waiting = [PlannedStep(task) for task in tasks]
        self._changed = False
        self._tell()

    @property
    def number(self) -> int:
        """Of the step that runs, from 1."""
        return len(self._over) + 1

    def adopt(self, steps: Sequence[PlannedStep]) -> None:
        """Have the steps a model planned, unless the person has changed the plan meanwhile: theirs is the plan."""
        if not self._changed:
            self._waiting = list(steps)
            self._tell()

    def change(self, wanted: Sequence[str]) -> None:
        """Have `wanted` in place of what waits; at most six steps in all, empty ones fall out."""
        known = {one.do: one for one in self._waiting}
        texts = [text.strip() for text in wanted if text.strip()]
        room = MOST_STEPS - len(self._over) - (self._current is not None)
        self._waiting = [known.get(text, PlannedStep(text)) for text in texts[:max(room, 0)]]
        self._changed = True
        self._tell()

    def begin_next(self) -> PlannedStep | None:
        """The next step runs; None when nothing waits."""
        if not self._waiting:
            return None
        step = self._waiting.pop(0)
        self._current = PlanStep(step.do, step.skill, state="running")
        self._tell()
        return step

    def end_step(self, specialist: str) -> None:
        """What ran is done, by `specialist`."""
        if self._current is not None:
            self._over.append(PlanStep(self._current.do, self._current.skill, specialist, "done"))
            self._current = None
            self._tell()

    def break_off(self, state: StepState, rest: StepState) -> None:
        """What runs ends as `state`, what waits as `rest`."""
        if self._current is not None:
            self._over.append(PlanStep(self._current.do, self._current.skill, state=state))
        self._over += [PlanStep(one.do, one.skill, state=rest) for one in self._waiting]
        self._current, self._waiting = None, []
        self._tell()

    def _tell(self) -> None:
        waiting = [PlanStep(one.do, one.skill) for one in self._waiting]
        self._moved((*self._over, *((self._current,) if self._current else ()), *waiting))
