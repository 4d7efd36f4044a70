"""What is on the disk, in rows, in the parts of a bar and in sentences. Plain Python, no Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from desktop_app.model_rows import ModelRow
from desktop_app.model_words import age_in_words, outside_text
from desktop_app.words import size_in_words
from router import messages as m
from router.model_views import StoredModel

MOST_PARTS = 6          # parts of the bar with a colour of their own; the rest is one


@dataclass(frozen=True)
class Part:
    """A stretch of the bar: bytes, what they are, and whose hue it has (a skill; empty for a quiet one)."""

    name: str
    size: int
    skill: str = ""


def stored_rows(models: Iterable[StoredModel], skill_of: Callable[[str], str], now: float) -> list[ModelRow]:
    """One row for each, with the one thing to do with it. `now` in seconds since the epoch."""
    actions = {"installed": "Remove…", "unfinished": "Continue", "missing": "Find it…"}
    rows = []
    for each in models:
        used = age_in_words(each.last_used, now)
        facts = [each.quantisation, f"last used {used}" if used else "never used" if each.state == "installed" else "",
                 "its file is gone or has changed" if each.state == "missing" else "",
                 "what was fetched so far is kept" if each.state == "unfinished" else "",
                 outside_text(each.path) if each.in_place else ""]
        action = "Forget" if each.in_place and each.state == "installed" else actions[each.state]
        rows.append(ModelRow(f"specialist:{each.specialist}", outside_text(each.name or each.specialist, 120),
                             " · ".join(filter(None, facts)), "your own file" if each.in_place else "",
                             size_in_words(each.size) if each.size else "", "", action=action,
                             skill=skill_of(each.specialist)))
    return rows


def bar_parts(listed: m.StorageListed, skill_of: Callable[[str], str]) -> list[Part]:
    """The largest models one by one, then the others, kept states, and what else is on the disk."""
    ours = sorted((each for each in listed.models if not each.in_place and each.size),
                  key=lambda each: -each.size)
    parts = [Part(outside_text(each.name or each.specialist, 60), each.size, skill_of(each.specialist))
             for each in ours[:MOST_PARTS]]
    rest = sum(each.size for each in ours[MOST_PARTS:])
    parts += [Part("other models", rest, "general")] if rest else []
    parts += [Part("kept for quick returns", listed.pages)] if listed.pages else []
    return parts


def storage_in_words(listed: m.StorageListed) -> str:
    """`8.4 GB of models · 41 GB free in /home/anna/models`."""
    ours = sum(each.size for each in listed.models if not each.in_place)
    words = [f"{size_in_words(ours)} of models",
             f"{size_in_words(listed.pages)} kept for quick returns" if listed.pages else "",
             f"{size_in_words(listed.free)} free" if listed.free else ""]
    return " · ".join(filter(None, words))


def verified_in_words(event: m.Verified, name_of: Callable[[str], str]) -> tuple[str, bool]:
    """What comparing with the checksums came to, and whether all is well."""
    wrong = [f"{name_of(each)} has changed" for each in event.changed]
    wrong += [f"the file of {name_of(each)} is gone" for each in event.missing]
    if wrong:
        said = "; ".join(wrong)
        return f"{said[:1].upper()}{said[1:]}. Install it again, or find its file.", False
    if not event.sound:
        return "There is nothing to compare.", True
    one = len(event.sound) == 1
    return ("Its file is as it was published." if one else f"All {len(event.sound)} are as they were published."), True


def share_in_words(done: int, total: int) -> str:
    """`1.2 GB of 4.0 GB`."""
    return f"{size_in_words(done)} of {size_in_words(total)}" if total else ""
