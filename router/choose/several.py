"""Does a request name several tasks, one after the other, and which? Pure; well under a millisecond.

Careful rather than complete: a request that is wrongly split costs more than one that is answered whole. Tasks are
told by a word such as “then” with a task before and after it, or by a list whose items each begin with a task. It knows
no specialist; whether a plan is made of them is the planner's concern.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

MOST_CHARACTERS = 2_000         # more is mostly pasted text, and tasks in it are not the person's
MOST_STEPS = 6
FIRST_WORDS = 6                 # of the request, among which its first task must begin (“could you please …”)
QUOTED = re.compile(r"```.*?(```|\Z)|“[^”]*”|„[^“”]*[“”]|«[^»]*»|\"[^\"\n]*\"", re.DOTALL)
ITEM = re.compile(r"^[ \t]*(?:\d{1,2}[.)]|[-*•])[ \t]+(.+)$", re.MULTILINE)
CONDITION = re.compile(
    r"\b(?:if|when|unless|wenn|falls|sobald|si|quand|cuando|se|quando|als|jeśli|gdy|eğer|если|когда)\b", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True)
class TaskWords:
    """Words that stand between tasks, and words that a task begins with, of all languages together."""

    then: re.Pattern[str]
    task: re.Pattern[str]

    @classmethod
    @cache
    def shipped(cls) -> TaskWords:
        """Those of resources/router/several.toml."""
        languages = tomllib.loads(files("resources").joinpath("router/several.toml").read_text(encoding="utf-8"))
        then = sorted({word for one in languages.values() for word in one["then"]}, key=len, reverse=True)
        tasks = sorted({word for one in languages.values() for word in one["tasks"]})
        return cls(re.compile(r"(?:[,;.!]\s*|\s+)(?:" + "|".join(map(re.escape, then)) + r")\b[,:]?\s+", re.IGNORECASE),
                   re.compile("(?:" + "|".join(re.escape(word).replace(r"\*", r"\w*") for word in tasks) + r")\Z",
                              re.IGNORECASE))


def tasks_in(text: str, words: TaskWords) -> tuple[str, ...]:
    """The tasks of `text` in their order, two to MOST_STEPS; empty for a request of one task, or of too many."""
    if len(text) > MOST_CHARACTERS:
        return ()
    blank = QUOTED.sub(lambda match: "·" * len(match.group()), text)
    tasks = _listed(text, blank, words) or _joined(text, blank, words)
    return tasks if 2 <= len(tasks) <= MOST_STEPS else ()


def _listed(text: str, blank: str, words: TaskWords) -> tuple[str, ...]:
    """Items of a list that each begin with a task."""
    items = list(ITEM.finditer(blank))
    if len(items) < 2 or not all(_begins(item.group(1), words, 1) for item in items):
        return ()
    return tuple(text[item.start(1):item.end(1)].strip() for item in items)


def _joined(text: str, blank: str, words: TaskWords) -> tuple[str, ...]:
    """Tasks with a “then” between them."""
    cuts, start = [], 0
    for match in words.then.finditer(blank):
        before = re.split(r"[.!?\n]", blank[start:match.start()])[-1]
        if _begins(blank[match.end():], words, 2) and not CONDITION.search(before):
            cuts.append(match)
            start = match.end()
    if not cuts or not _begins(blank[:cuts[0].start()], words, FIRST_WORDS):
        return ()
    starts, ends = [0, *(cut.end() for cut in cuts)], [*(cut.start() for cut in cuts), len(text)]
    return tuple(text[start:end].strip(" \t\n,;.") for start, end in zip(starts, ends, strict=True))


def _begins(text: str, words: TaskWords, most: int) -> bool:
    """Is one of the first `most` words one that a task begins with?"""
    return any(words.task.match(word) for word in WORD.findall(text[:200])[:most])
