"""The prompt of a question that is answered from documents: numbered passages marked as data. Pure.

What stands in a document is never an instruction: it lies between marks that it cannot write itself, and what a person
would not see in it is taken out first (Unicode 16, chapter 23: format characters and tags; "Trojan Source", Boucher and
Anderson 2021). How many passages fit is decided from counted tokens, not from lengths.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from importlib.resources import files

from router.document_views import FoundPassage
from router.documents.citing import share
from router.parts import Source

BEGIN, END = "<<<", ">>>"
NOTHING = "NOT IN THE DOCUMENTS"            # what the specialist is told to say when the passages do not answer
PARROTED = 0.8          # share of an answer's words that stand in the instructions
_KEPT_FORMAT = frozenset("\u200c\u200d")    # joiners that some scripts and emoji need


def instructions(*, again: bool = False) -> str:
    """What the specialist is told about passages and marks. again: it made nothing of them the first time."""
    name = "grounded_again.md" if again else "grounded.md"
    return files("resources").joinpath("prompts", name).read_text(encoding="utf-8").strip()


def visible(text: str) -> str:
    """The text without characters that nobody sees, and without our marks."""
    shown = "".join(one for one in text if one in "\n\t" or one in _KEPT_FORMAT
                    or unicodedata.category(one) not in ("Cf", "Cc", "Co", "Cs", "Cn"))
    return shown.replace(BEGIN, "‹‹‹").replace(END, "›››")


def source_of(number: int, found: FoundPassage) -> Source:
    """A found passage as the source [number]."""
    return Source(number, found.document, found.title, found.paths[0] if found.paths else "", found.text, found.start,
                  found.end, found.page, found.row, found.sheet, found.headings)


def shown_to_model(source: Source) -> str:
    """One source as it stands in the prompt: number, origin, text."""
    origin = [source.title, *source.headings]
    if source.page:
        origin.append(f"page {source.page}")
    if source.sheet:
        origin.append(source.sheet)
    if source.row:
        origin.append(f"row {source.row}")
    return f"[{source.number}] {BEGIN} from: {visible(' › '.join(origin))}\n{visible(source.text).strip()}\n{END}"


def grounded_question(question: str, sources: Sequence[Source], *, again: bool = False) -> str:
    """What is asked instead of `question`. The passages come first, so that asking again finds them read already."""
    passages = "\n\n".join(map(shown_to_model, sources))
    return f"{instructions(again=again)}\n\n{passages}\n\nQuestion: {question}"


def how_many_fit(sizes: Sequence[int], room: int) -> int:
    """How many of the first texts, each of `sizes` tokens, go into `room` tokens; at least one when there is any."""
    taken = 0
    for number, size in enumerate(sizes):
        taken += size
        if taken > room:
            return max(1, number)
    return len(sizes)


def says_nothing(answer: str) -> bool:
    """Has the specialist said that the passages do not answer the question, nothing at all, or what it was told?"""
    words = " ".join(answer.casefold().replace("’", "'").split())
    if not any(one.isalpha() for one in words) or share(answer, instructions()) > PARROTED:
        return True
    return NOTHING.casefold() in words[:200] or words.startswith((
        "the passages do not", "the passages don't", "the provided passages do not", "the documents do not",
        "i'm sorry, but the passages", "there is no information", "no information", "none of the passages"))
