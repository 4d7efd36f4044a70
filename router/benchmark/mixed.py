"""What routing is worth: answer quality and seconds of the router against one specialist for all, and the oracle. Pure.

Every specialist has answered every request; the router's choice is what its specialist answered. The strengths in the
catalogue come from these very requests, so there is a second line for the router: strengths measured on one half of the
requests decide about the other half, and the other way round. It starts no model: answers and decisions are given.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from router.benchmark.answer_checks import holds
from router.choose.request import SKILLS
from router.choose.selector import Option, select
from router.messages import RequestRouted

MEASURED = ("general", "code", "math", "reasoning", "writing")
NOT_MEASURED = 0.5              # the strength at other skills, the same for all


@dataclass(frozen=True)
class Task:
    """A request, its skill and the check that a right answer passes (`answer_checks`)."""

    text: str
    skill: str
    check: dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """What one specialist said to one request, and in how many seconds, without loading."""

    specialist: str
    text: str
    answer: str
    seconds: float


class Board:
    """Every answer marked. right, seconds: specialist → one value per request. skill: of each request."""

    def __init__(self, tasks: Sequence[Task], answers: Mapping[tuple[str, str], Answer]) -> None:
        self.skill = [task.skill for task in tasks]
        who = sorted({specialist for specialist, _ in answers})
        self.right = {one: [holds(task.check, answers[one, task.text].answer, task.text) for task in tasks]
                      for one in who}
        self.seconds = {one: [answers[one, task.text].seconds for task in tasks] for one in who}

    def strength(self, specialist: str, skill: str, among: Iterable[int]) -> float:
        """The share of right answers, by the rule of succession, as a dozen requests prove little."""
        marks = [self.right[specialist][one] for one in among if self.skill[one] == skill]
        return (sum(marks) + 1) / (len(marks) + 2)

    def line(self, chosen: Sequence[str], extra: Sequence[float] = ()) -> dict[str, Any]:
        """Quality and seconds of a way to choose. extra: seconds beside the answer's, one a request."""
        right = [self.right[who][number] for number, who in enumerate(chosen)]
        spent = [self.seconds[who][number] + (extra[number] if extra else 0.0) for number, who in enumerate(chosen)]
        of = {skill: [one for one, kind in zip(right, self.skill, strict=True) if kind == skill] for skill in MEASURED}
        return {"quality": round(fmean(right), 4), "seconds": round(fmean(spent), 2),
                **{skill: round(fmean(marks), 4) for skill, marks in of.items() if marks}}

    def oracle(self) -> list[str]:
        """The quickest right one, else the quickest."""
        return [min(self.right, key=lambda who: (not self.right[who][number], self.seconds[who][number]))
                for number in range(len(self.skill))]

    def by_halves(self, routed: Sequence[RequestRouted]) -> list[str]:
        """Whom the selector takes with strengths from the other half."""
        chosen = []
        for number, one in enumerate(routed):
            half = [other for other in range(len(self.skill)) if other % 2 != number % 2]
            options = [Option(who, dict.fromkeys(SKILLS, NOT_MEASURED)
                              | {skill: self.strength(who, skill, half) for skill in MEASURED},
                              fmean(self.seconds[who][other] for other in half)) for who in self.right]
            skills = one.skills or {one.skill: 1.0}
            chosen.append(select(skills, options, difficulty=one.difficulty or 2.0)[0].option.specialist)
        return chosen


def report(tasks: Sequence[Task], answers: Mapping[tuple[str, str], Answer], routed: Sequence[RequestRouted],
           sizes: Mapping[str, int]) -> dict[str, Any]:
    """All ways side by side. routed: one per task; sizes: specialist → bytes. tasks: two at least."""
    board = Board(tasks, answers)
    lines = {who: board.line([who] * len(tasks)) for who in board.right}
    best = max(lines, key=lambda who: lines[who]["quality"])
    largest = max(board.right, key=lambda who: sizes[who])
    return {
        "requests": len(tasks), "best": best, "largest": largest,
        "ways": {
            "router": board.line([one.specialist for one in routed], [one.seconds_taken for one in routed]),
            "router, strengths of the other half": board.line(board.by_halves(routed),
                                                              [one.seconds_taken for one in routed]),
            f"always the best ({best})": lines[best], f"always the largest ({largest})": lines[largest],
            "oracle": board.line(board.oracle()),
            **{f"always {who}": line for who, line in lines.items() if who not in (best, largest)}},
        "router skill accuracy": round(fmean(one.skill == task.skill
                                             for one, task in zip(routed, tasks, strict=True)), 4),
        "strengths": {who: {skill: round(board.strength(who, skill, range(len(tasks))), 2) for skill in MEASURED}
                      for who in board.right},
        "chosen": {who: sum(one.specialist == who for one in routed) for who in board.right},
    }
