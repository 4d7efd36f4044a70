"""Which questions are about a whole file, and the parts such a file is read in. Pure: texts and sizes in.

The best passages cannot answer "summarise this" or "list all dates": every part has to be read. Recognised by words of
English and German; whoever asks otherwise is answered from passages, which is never wrong, only narrower.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

Kind = Literal["", "summary", "list"]

_SUMMARY = re.compile(
    r"\b(summari[sz]e|summary|sum up|tl;?dr|overview of|outline|key points|main points|gist|compare|comparison|"
    r"what (is|are) (this|these|the) (file|document|text|paper|book|letter|report)s? about|"
    r"fasse?\b.*\bzusammen|zusammenfassung|überblick|vergleiche?|worum geht)", re.IGNORECASE)
_LIST = re.compile(
    r"\b(list|find|extract|name|give me|show me|collect|liste?|nenne|finde|zeige)\b.{0,30}\b(all|every|each|alle[rns]?|"
    r"jede[rns]?|sämtliche)\b|\b(which|what) \w+ (are|were|is) mentioned\b|\bhow many times\b", re.IGNORECASE)


def kind_of(question: str) -> Kind:
    """What a question wants of whole files; empty when the best passages are enough."""
    if _SUMMARY.search(question):
        return "summary"
    return "list" if _LIST.search(question) else ""


def parts_of(sizes: Sequence[int], room: int) -> tuple[tuple[int, int], ...]:
    """(first, end) of runs of neighbouring passages, each of at most `room` tokens, or of one passage alone."""
    runs: list[tuple[int, int]] = []
    begin, taken = 0, 0
    for number, size in enumerate(sizes):
        if number > begin and taken + size > room:
            runs.append((begin, number))
            begin, taken = number, 0
        taken += size
    return (*runs, (begin, len(sizes))) if sizes else ()


def lines_once(notes: Sequence[tuple[int, str]]) -> str:
    """What each numbered part lists, as one list with marks; what was listed before is not listed again."""
    seen: set[str] = set()
    lines: list[str] = []
    for number, note in notes:
        for line in note.splitlines():
            item = re.sub(r"^\s*(?:[-*•]|\d{1,3}[.)])\s*", "", line).strip()
            item = re.sub(r"\s*\[\d+\]", "", item)
            key = " ".join(re.findall(r"\w+", item.casefold()))
            if key and key not in seen and not item.endswith(":") and key not in ("none", "nothing", "no"):
                seen.add(key)
                lines.append(f"- {item} [{number}]")
    return "\n".join(lines)
