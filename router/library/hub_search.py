"""What a person looks for, in the Hub's terms: its tags, its kinds of tasks, its order. Pure.

The Hub knows no skills; it has tags that publishers set (or forget) and one kind of task per model. The two tables say
what we ask for and what we take it for. Nor does a search tell sizes: the number of parameters does, where it is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from router.errors import UserFacingError
from router.library.hub_answers import HubModel
from router.model_commands import SearchHub

MOST_AT_ONCE = 100
LONGEST_WORDS = 200             # characters of what is looked for
BYTES_PER_PARAMETER = 0.35      # of the smallest usual file: IQ2_M and Q2_K have 2.7 to 3.0 bits for each weight
EXPANDED = ["author", "downloads", "gated", "gguf", "lastModified", "likes", "pipeline_tag", "private", "sha", "tags"]
SORTS = {"trending": "trendingScore", "downloads": "downloads", "updated": "lastModified"}


@dataclass(frozen=True)
class Skill:
    """How a skill is asked for (`tag`, `task`), and the words in tags or name that are taken for it."""

    tag: str = ""
    task: str = ""
    words: frozenset[str] = frozenset()


def _skill(tag: str, task: str, words: str) -> Skill:
    return Skill(tag, task, frozenset(words.split()))


SKILLS: dict[str, Skill] = {
    "general": _skill("", "text-generation", ""),
    "code": _skill("code", "", "code coder coding codegemma starcoder"),
    "math": _skill("math", "", "math mathematics"),
    "reasoning": _skill("reasoning", "", "reasoning reasoner thinking r1"),
    "writing": _skill("creative-writing", "", "creative-writing storytelling writing writer"),
    "vision": _skill("", "image-text-to-text", "image-text-to-text vision vl"),
    "encoder": _skill("", "feature-extraction", "feature-extraction sentence-similarity embedding"),
    "speech-in": _skill("", "automatic-speech-recognition", "automatic-speech-recognition whisper"),
    "speech-out": _skill("", "text-to-speech", "text-to-speech tts"),
}
_WORD = re.compile(r"[a-z0-9]+")
_CLAIMED = re.compile(r"(?<![a-z0-9.])(?:(\d{1,3})x)?(\d{1,4}(?:\.\d{1,2})?)(b|m)(?![a-z0-9])")


def parameters(search: SearchHub) -> dict[str, str | list[str]]:
    """What to ask `/api/models`. Raises UserFacingError for a skill or an order that nobody knows."""
    if search.skill and search.skill not in SKILLS:
        raise UserFacingError(f"There is no skill called “{search.skill[:60]}”.", f"There are: {', '.join(SKILLS)}.")
    if search.sort not in SORTS:
        raise UserFacingError(f"Models cannot be sorted by “{search.sort}”.", f"There are: {', '.join(SORTS)}.")
    skill = SKILLS.get(search.skill, Skill())
    licence = search.licence.strip().lower()[:60]
    tags = ["gguf", *([skill.tag] if skill.tag else []), *([f"license:{licence}"] if licence else [])]
    asked: dict[str, str | list[str]] = {"filter": tags, "sort": SORTS[search.sort], "expand": EXPANDED,
                                         "limit": str(max(1, min(search.limit, MOST_AT_ONCE)))}
    if words := repository_in(search.text):
        asked["search"] = words
    if skill.task:
        asked["pipeline_tag"] = skill.task
    if search.cursor:
        asked["cursor"] = search.cursor
    return asked


def repository_in(text: str) -> str:
    """The words to look for; of an address of the Hub the `owner/repository`."""
    words = " ".join(text.split())[:LONGEST_WORDS]
    found = re.fullmatch(r"https?://[^/\s]+/([\w.-]+/[\w.-]+)(?:/\S*)?", words)
    return found[1] if found else words


def may_be_as_small(model: HubModel, largest: int) -> bool:
    """May its smallest file have `largest` bytes at most (0: any)? Where nothing is known of its size, yes."""
    weights = model.parameters or claimed_parameters(model.repo)
    return not largest or weights * BYTES_PER_PARAMETER <= largest


def claimed_parameters(name: str) -> int:
    """The number of weights that the name of a model claims (“7B”, “8x7B”, “350M”), 0 when it claims none."""
    sizes = [int(float(number) * (1e9 if unit == "b" else 1e6)) * int(times or 1)
             for times, number, unit in _CLAIMED.findall(name.lower().replace("_", "-"))]
    return max(sizes, default=0)


def skills_of(model: HubModel) -> tuple[str, ...]:
    """What its tags, its task and its name say it is made for; `general` where a text model says nothing."""
    said = {*model.tags, model.pipeline, *_WORD.findall(model.repo.lower())}
    found = tuple(name for name, skill in SKILLS.items() if skill.words & said)
    return found or (("general",) if model.pipeline in ("", "text-generation") else ())


def parameters_in_words(count: int) -> str:
    """`135M`, `1.5B`; empty for 0."""
    if not count:
        return ""
    return f"{count / 1e9:.3g}B" if count >= 1e9 else f"{max(1, round(count / 1e6))}M"
