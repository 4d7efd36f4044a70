"""A routing in the words people read: how sure, who decided, how long it takes. Plain Python, no Qt."""

from __future__ import annotations

from desktop_app.words import SKILLS
from router.views import Routing, TurnStats

LAYERS = {
    "rules": "by a simple rule",
    "encoder": "by what the request means",
    "model": "by a small model that read the request, as it was not clear-cut",
    "person": "by you",
    "fallback": "by the words alone",
}
TOOLS = {"calculator": "a calculator", "python": "Python", "documents": "your documents", "clock": "the clock",
         "files": "files", "convert": "a unit converter", "remember": "your notes", "clipboard": "the clipboard",
         "open": "another program"}
SAY_FROM = 0.015        # a skill less likely than this is not worth a word
MOST_SKILLS = 4
STRANGE = 0.5           # probability of "no kind of request known" from which on it is said


def sure_in_words(routing: Routing) -> str:
    """What stands after the name in the chip: `93 %`, `your choice`, or nothing where there was nothing to weigh."""
    if routing.layer == "person":
        return "your choice"
    if len(routing.candidates) == 1 or (routing.layer == "rules" and routing.confidence >= 1.0):
        return ""
    return percent(routing.confidence)


def percent(share: float) -> str:
    """`93 %`; only what is certain is `100 %`."""
    return f"{100 if share >= 1.0 else min(99, max(0, round(100 * share)))} %"


def layer_in_words(routing: Routing) -> str:
    """Who decided, and how sure it is: `Decided by what the request means, 93 % sure.`"""
    certain = routing.layer in ("person", "rules") and routing.confidence >= 1.0
    return f"Decided {LAYERS.get(routing.layer, f'by {routing.layer}')}" + (
        "." if certain else f", {percent(routing.confidence)} sure.")


def seconds_in_words(seconds: float) -> str:
    """An expectation: `about 0.4 s`, `about 12 s`, `about 2 min`; empty when there is none."""
    if seconds <= 0:
        return ""
    if seconds < 0.05:
        return "at once"
    if seconds < 9.95:
        return f"about {seconds:.1f} s"
    return f"about {seconds:.0f} s" if seconds < 90 else f"about {seconds / 60:.0f} min"


def kind_in_words(routing: Routing) -> str:
    """What the request looks like, in one line: `Code 88 % · Math 7 % · hard · a calculator would help`."""
    likely = sorted(routing.skills.items(), key=lambda each: -each[1])[:MOST_SKILLS]
    said = [f"{SKILLS.get(skill, skill.capitalize())} {percent(chance)}" for skill, chance in likely
            if chance >= SAY_FROM]
    if routing.none >= STRANGE:
        said.append(f"unlike anything known {percent(routing.none)}")
    if routing.difficulty:
        hard = routing.difficulty
        said.append("easy" if hard < 1.5 else "hard" if hard >= 2.5 else "of medium difficulty")
    if routing.tool not in ("", "none"):
        said.append(f"{TOOLS.get(routing.tool, routing.tool)} would help")
    return "\u00a0· ".join(said).replace(" %", "\u00a0%")      # lines break after the points only


def warm_in_words(stats: TurnStats) -> str:
    """Where what needed no reading came from: `1,180 were still in memory`, `1,180 were kept on disk`, or both."""
    kept = min(stats.resumed_tokens, stats.reused_tokens)
    warm = stats.reused_tokens - kept
    said = ([f"{warm:,} were still in memory"] if warm else []) + ([f"{kept:,} were kept on disk"] if kept else [])
    return " and ".join(said)


def numbers_of(stats: TurnStats) -> list[tuple[str, str]]:
    """The numbers of an answer as rows; what was not measured is left out."""
    warm = warm_in_words(stats)
    rows = [
        ("Read", f"{max(stats.prompt_tokens - stats.reused_tokens, 0):,} tokens{f'; {warm}' if warm else ''}"
         if stats.prompt_tokens else ""),
        ("Wrote", f"{stats.written_tokens:,} tokens" if stats.written_tokens else ""),
        ("First word", f"after {stats.seconds_to_first_token:.1f} s" if stats.seconds_to_first_token else ""),
        ("Speed", f"{stats.tokens_per_second:.1f} tokens/s" if stats.tokens_per_second else ""),
        ("Loading", f"took {stats.load_seconds:.1f} s" if stats.load_seconds else ""),
        ("Context", f"{stats.context:,} tokens" if stats.context else ""),
    ]
    return [(name, words) for name, words in rows if words]
