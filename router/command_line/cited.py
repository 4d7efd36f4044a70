"""An answer from documents on a terminal: what is being read, then the checked text with its sources below."""

from __future__ import annotations

import sys

from router.command_line.following import erase
from router.command_line.front import Front
from router.messages import AnswerCited, Event, Noticed, SourcesFound
from router.parts import Citation, Source

QUOTED = 160            # characters of a quotation that is printed


def show_cited(event: Event, front: Front) -> None:
    """The event for a person, or as JSON. The text is printed once its citations are checked."""
    front.show(event)
    if isinstance(event, Noticed):
        front.note(f"{erase()}{event.text}", event.hint)
    elif isinstance(event, SourcesFound) and sys.stderr.isatty():
        what = (f"Read {event.done} of {event.parts} parts" if event.parts
                else f"Reading {len(event.sources)} passages")
        print(f"{erase()}{what} …", end="", file=sys.stderr, flush=True)
    elif isinstance(event, AnswerCited):
        print(erase(), end="", file=sys.stderr, flush=True)
        if not front.as_json:
            print(event.text)
            for line in footnotes(event.sources, event.citations):
                print(line)


def footnotes(sources: tuple[Source, ...], citations: tuple[Citation, ...]) -> list[str]:
    """A line for each source that is cited, with the words that come nearest; a warning where they do not fit."""
    lines = [""] if citations else []
    for source in sources:
        here = [one for one in citations if one.source == source.number]
        if not here:
            continue
        lines.append(f"[{source.number}] {origin(source)}")
        for quote in dict.fromkeys((one.quote_start, one.quote_end) for one in here if one.supported):
            words = " ".join(source.text[quote[0] - source.start:quote[1] - source.start].split())
            lines.append(f"    “{words if len(words) <= QUOTED else words[:QUOTED - 1] + '…'}”")
        if any(not one.supported for one in here):
            lines.append("    Careful: not every sentence with this mark is borne out by it.")
    return lines


def origin(source: Source) -> str:
    """Where a source stands, in words: file, page, sheet, row, headings."""
    places = [source.path or source.title]
    if source.page:
        places.append(f"page {source.page}")
    if source.sheet:
        places.append(source.sheet)
    if source.row:
        places.append(f"row {source.row}")
    return ", ".join(places) + (f" · {' › '.join(source.headings)}" if source.headings else "")
