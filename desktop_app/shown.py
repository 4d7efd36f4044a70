"""The values a view state is made of: which parts changed, a notice, what can be undone, a running turn.

Plain Python; no Qt, no behaviour beyond joining the pieces of an answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Flag, auto

from router import messages as m
from router.parts import Part, PlanPart, PlanStep, SourcesPart, TextPart, ThoughtPart
from router.views import Choice, MessageView


class Shown(Flag):
    """The parts of the window an event may change."""

    NOTHING = 0
    CONVERSATIONS = auto()
    CONVERSATION = auto()
    MESSAGES = auto()
    TURN = auto()
    TEXT = auto()
    SPECIALISTS = auto()
    INSTALLS = auto()
    SEARCH = auto()
    PREFERENCES = auto()
    NOTICES = auto()
    CHECKS = auto()
    UNDO = auto()
    UNSENT = auto()
    RAISED = auto()
    PROCESSES = auto()
    LESSONS = auto()
    HUB = auto()
    STORAGE = auto()


@dataclass(frozen=True)
class Notice:
    """A sentence in the quiet bar above the page, with ways out. passing: it leaves by itself all the same."""

    text: str
    hint: str = ""
    choices: tuple[Choice, ...] = ()
    level: str = "info"
    subject: str = ""
    passing: bool = False


@dataclass(frozen=True)
class Undo:
    """What just happened, in words, and the command that takes it back."""

    words: str
    command: m.Command


@dataclass
class Turn:
    """A question being answered. `said` and `thought` are the pieces so far (joined only when needed).

    choice: whom the person may choose, while the turn waits for that.
    """

    id: str
    conversation: str
    answer: MessageView
    read: m.PromptRead | None = None
    said: list[str] = field(default_factory=list)
    thought: list[str] = field(default_factory=list)
    kept: tuple[Part, ...] = ()
    choice: m.ChoiceNeeded | None = None
    plan: tuple[PlanStep, ...] = ()
    sources: SourcesPart | None = None

    def parts(self) -> tuple[Part, ...]:
        """The answer so far as typed parts."""
        thought: tuple[Part, ...] = (ThoughtPart("".join(self.thought)),) if self.thought else ()
        said: tuple[Part, ...] = (TextPart("".join(self.said)),) if self.said else ()
        plan: tuple[Part, ...] = (PlanPart(self.plan),) if self.plan else ()
        sources: tuple[Part, ...] = (self.sources,) if self.sources is not None else ()
        return plan + self.kept + thought + said + sources

    def as_it_stands(self, stored: MessageView) -> MessageView:
        """The answer as the disk has it, with what was said and decided since."""
        return replace(stored, parts=self.parts(), state="streaming", specialist=self.answer.specialist,
                       specialist_name=self.answer.specialist_name, why=self.answer.why, routing=self.answer.routing)
