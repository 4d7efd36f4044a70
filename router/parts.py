"""What a message is made of: typed parts. Pure values; identity (ids, parents, positions) is the store's concern.

A part travels and is stored as one JSON object whose `kind` names its type. New kinds are new classes in `Part`.
"""

from __future__ import annotations

from typing import Literal

import msgspec

from router.tools.results import FileResult, ImageResult, ResultPart, Status, TableResult, TextResult

__all__ = ["AttachmentPart", "Citation", "DocumentsPart", "FileResult", "ImageResult", "NoticePart", "Part", "PlanPart",
           "PlanStep", "ResultPart", "Source", "SourcesPart", "StepState", "TableResult", "TextPart", "TextResult",
           "ThoughtPart", "ToolPart", "plain_text", "spoken"]


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


class DocumentsPart(msgspec.Struct, frozen=True, tag="documents", tag_field="kind"):
    """Of a question: it is to be answered from the person's documents. paths: only from these files or what lies below
    these folders; empty: from all."""

    paths: tuple[str, ...] = ()


class Source(msgspec.Struct, frozen=True):
    """A stretch of a document that was read for an answer, called [number] in it. document: its checksum. start, end:
    characters of the document's text; `text` is what stands there. page, row: counted from 1, 0 where there are none.
    """

    number: int
    document: str
    title: str
    path: str
    text: str
    start: int
    end: int
    page: int = 0
    row: int = 0
    sheet: str = ""
    headings: tuple[str, ...] = ()


class Citation(msgspec.Struct, frozen=True):
    """A sentence of an answer (its characters `start` to `end`) and a source that is named for it.

    quote_start, quote_end: the sentence of the document that comes nearest, as characters of the document's text.
    supported: what was checked speaks for it. added: by Consort, where the specialist named no source.
    """

    start: int
    end: int
    source: int
    quote_start: int
    quote_end: int
    supported: bool
    added: bool = False


class SourcesPart(msgspec.Struct, frozen=True, tag="sources", tag_field="kind"):
    """What an answer rests on. No sources: there was nothing in the documents."""

    sources: tuple[Source, ...]
    citations: tuple[Citation, ...] = ()


Part = (TextPart | ThoughtPart | NoticePart | AttachmentPart | PlanPart | ToolPart | DocumentsPart
        | SourcesPart)


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
