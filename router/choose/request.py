"""What is to be routed, and what the classifier says of it: plain values. They know no specialist and no model."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, get_args

Skill = Literal["general", "code", "math", "reasoning", "writing", "documents", "vision"]
SKILLS: tuple[Skill, ...] = get_args(Skill)

Tool = Literal["none", "calculator", "python", "documents", "clock", "files", "convert", "remember", "clipboard",
               "open"]
TOOLS: tuple[Tool, ...] = get_args(Tool)


@dataclass(frozen=True)
class Request:
    """One request. before: the person's earlier requests in the conversation, oldest first. attached: file names."""

    text: str
    before: tuple[str, ...] = ()
    attached: tuple[str, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Calibrated probabilities. skills and tools each sum to one; `none` is that of a kind never seen.

    difficulty: 1 (a tiny model does it) to 3 (the strongest is needed), expected value. vector: the encoder's, of
    length one, for neighbours and prototypes; empty when only features were looked at.
    """

    skills: dict[str, float]
    tools: dict[str, float]
    difficulty: float
    none: float
    vector: tuple[float, ...] = field(default=(), repr=False)

    @property
    def skill(self) -> str:
        """The most likely skill."""
        return max(self.skills, key=lambda skill: self.skills[skill])

    @property
    def tool(self) -> str:
        """The most likely tool."""
        return max(self.tools, key=lambda tool: self.tools[tool])
