"""What a message is made of: typed parts. Pure values; identity (ids, parents, positions) is the store's concern.

A part travels and is stored as one JSON object whose `kind` names its type. New kinds are new classes in `Part`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from router.tools.results import FileResult, ImageResult, ResultPart, Status, TableResult, TextResult

__all__ = ["AttachmentPart", "FileResult", "ImageResult", "NoticePart", "Part", "PlanPart", "PlanStep", "ResultPart",
           "StepState", "TableResult", "TextPart", "TextResult", "ThoughtPart", "ToolPart", "plain_text", "spoken"]


class TextPart(msgspec.Struct, frozen=True, tag="text", tag_field="kind"):
    """What was said, as Markdown."""

    text: str


class ThoughtPart(msgspec.Struct, frozen=True, tag="thought", tag_field="kind"):
    """What a reasoning model wrote between <think> and </think>; shown folded, never sent back to a model."""

    text: str


class NoticePart(msgspec.Struct, frozen=True, tag="notice", tag_field="kind"):
    """A sentence from Consort about this answer ("The first 6 messages were left out …")."""

    text: str


class AttachmentPart(msgspec.Struct, frozen=True, tag="attachment", tag_field="kind"):
    """A text file the person attached. `text` is its whole content, `size` its bytes."""

    name: str
    text: str
    size: int = 0


StepState = Literal["waiting", "running", "done", "stopped", "failed", "skipped"]


class PlanStep(msgspec.Struct, frozen=True):
    """One task of a plan. skill: what it needs, empty where nobody said. specialist: the name of who does it."""

    do: str
    skill: str = ""
    specialist: str = ""
    state: StepState = "waiting"


class PlanPart(msgspec.Struct, frozen=True, tag="plan", tag_field="kind"):
    """The steps that a request of several tasks was answered in; shown before and while they run."""

    steps: tuple[PlanStep, ...]


class ToolPart(msgspec.Struct, frozen=True, tag="tool", tag_field="kind"):
    """A call of a tool and what came of it. call: its id within the turn. arguments: as JSON. origin: whose words were
    in the context. status: empty while it waits for the person or was cut off. seconds: how long it took."""

    call: str
    name: str
    arguments: str
    origin: str = "person"
    status: Status | Literal[""] = ""
    parts: tuple[ResultPart, ...] = ()
    seconds: float = 0.0


Part = TextPart | ThoughtPart | NoticePart | AttachmentPart | PlanPart | ToolPart


def spoken(parts: tuple[Part, ...]) -> str:
    """The words a model gets to read: text and attachments, in order; no thoughts and no notices."""
    pieces = []
    for part in parts:
        if isinstance(part, TextPart):
            pieces.append(part.text)
        elif isinstance(part, AttachmentPart):
            pieces.append(f"File “{part.name}”:\n```\n{part.text}\n```")
    return "\n\n".join(pieces)


def plain_text(parts: tuple[Part, ...]) -> str:
    """Only what was said: the text parts. What *Copy*, search and titles use."""
    return "\n\n".join(part.text for part in parts if isinstance(part, TextPart))
