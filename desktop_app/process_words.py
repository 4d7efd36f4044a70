"""Models in memory and what happened to them, in the words people read. Plain Python, no Qt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime

from desktop_app.words import size_in_words
from router.messages import ProcessesListed
from router.views import FleetEvent, ProcessView

WHAT = {"loaded": "was loaded", "evicted": "had to leave", "unloaded": "was unloaded",
        "failed": "could not be loaded", "context lowered": "had its context lowered", "crashed": "ended unexpectedly"}
TROUBLE = ("failed", "context lowered", "crashed")
STATES = {"loading": "Loading", "ready": "Ready", "busy": "Answering"}
DIFFERENT = 0.05        # of the account; a measured size nearer to it is not worth a word


def ago(then: float, now: float) -> str:
    """`just now`, `40 s ago`, `2 min ago`, `3 h ago`; empty for never. Seconds since the epoch."""
    if then <= 0:
        return ""
    seconds = max(0.0, now - then)
    if seconds < 10:
        return "just now"
    if seconds < 60:
        return f"{10 * int(seconds / 10)} s ago"        # in steps, so that it is quiet to look at
    if seconds < 3600:
        return f"{int(seconds / 60)} min ago"
    hours = int(seconds / 3600)
    return f"{hours} h ago" if hours < 48 else f"{hours // 24} days ago"


def clock(then: float, now: float) -> str:
    """`14:02` today, else `23 Nov, 14:02`. Local time."""
    when = datetime.fromtimestamp(then)
    same_day = when.date() == datetime.fromtimestamp(now).date()
    return f"{when:%H:%M}" if same_day else f"{when.day} {when:%b, %H:%M}"


def memory_in_words(process: ProcessView) -> str:
    """`1.6 GB`, and what was measured where that is something else."""
    account = size_in_words(process.memory)
    if process.measured and abs(process.measured - process.memory) > DIFFERENT * max(process.memory, 1):
        return f"{account} reckoned, {size_in_words(process.measured)} measured"
    return f"{account}{', as measured' if process.measured else ''}"


def context_in_words(process: ProcessView) -> str:
    """`1,240 of 8,192 tokens`."""
    return f"{process.context_used:,} of {process.context:,} tokens" if process.context else ""


def budget_in_words(listed: ProcessesListed) -> str:
    """`1.9 of 14 GB`, both in the unit of the larger."""
    if listed.budget >= 1e9:
        return f"{_short(listed.used / 1e9)} of {_short(listed.budget / 1e9)} GB"
    return f"{listed.used / 1e6:.0f} of {listed.budget / 1e6:.0f} MB"


def pages_in_words(listed: ProcessesListed) -> str:
    """What is kept on disk so that it need not be read again."""
    if not listed.pages:
        return "Nothing is kept on disk yet for a quick return."
    states = f"{listed.pages:,} state{'' if listed.pages == 1 else 's'}"
    return f"Kept on disk for a quick return: {states}, {size_in_words(listed.page_bytes)}."


def event_in_words(event: FleetEvent, ids: Iterable[str], name_of: Callable[[str], str]) -> str:
    """What happened and why, as one sentence with names instead of ids: `SmolLM2 had to leave to make room for …`."""
    why = event.why.strip().rstrip(".")
    known = sorted((re.escape(each) for each in ids if each), key=len, reverse=True)
    if known:
        why = re.sub(rf"(?<![\w.-])({'|'.join(known)})(?![\w-])", lambda found: name_of(found[1]), why)
    what = f"{name_of(event.specialist.partition('/')[0])} {WHAT.get(event.what, event.what)}"
    return f"{what}{' ' if why.startswith(('in ', 'to ')) else ': ' if why else ''}{why}."


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
