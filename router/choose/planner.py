"""What a small model is asked for a plan, and what of its answer is believed. Pure; it knows no worker and no turn.

The form is enforced by a grammar (GBNF), so an answer cannot be anything but a list of steps; whether the steps are
those of the request is checked here. A plan that is not believed costs nothing: the tasks as the person wrote them are
a plan too (`several.tasks_in`).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass

from router.choose.several import MOST_STEPS

PLANNED_SKILLS = ("general", "code", "math", "reasoning", "writing", "documents")
LONGEST_STEP = 200              # characters
_WORD = re.compile(r"[^\W_]{3,}")


@dataclass(frozen=True)
class PlannedStep:
    """What is to be done, in words, and the skill that it needs; an empty skill: whatever the words say."""

    do: str
    skill: str = ""


def plan_grammar(steps: int) -> str:
    """GBNF of a JSON list of exactly `steps` steps (llama.cpp, grammars/README.md)."""
    skills = " | ".join(f'"\\"{skill}\\""' for skill in PLANNED_SKILLS)
    return "\n".join((
        'root ::= "[" ' + ' "," '.join(["step"] * steps) + ' "]"',
        'step ::= "{\\"do\\":\\"" char{3,' + str(LONGEST_STEP) + '} "\\",\\"skill\\":" skill "}"',
        r'char ::= [^"\\\x00-\x1f]',
        f"skill ::= {skills}",
    ))


def read_plan(text: str, tasks: tuple[str, ...]) -> tuple[PlannedStep, ...]:
    """The steps in what a model wrote, when they are the tasks' in their order; else the tasks themselves."""
    own = tuple(PlannedStep(task) for task in tasks[:MOST_STEPS])
    try:
        steps = tuple(PlannedStep(str(one["do"]).strip()[:LONGEST_STEP], str(one["skill"])) for one in json.loads(text))
    except (ValueError, TypeError, KeyError):
        return own
    if len(steps) != len(tasks) or any(step.skill not in PLANNED_SKILLS for step in steps):
        return own
    believed = all(_words(step.do) & _words(task) for step, task in zip(steps, tasks, strict=True))
    return steps if believed else tuple(
        PlannedStep(task, step.skill) for step, task in zip(steps, tasks, strict=True))


def _words(text: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(text)}
