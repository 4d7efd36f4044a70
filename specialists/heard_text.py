"""What a speech recogniser wrote, without what nobody said: marks in brackets, music notes, loops. Pure.

Whisper was trained on subtitles. Of noise it writes `[BLANK_AUDIO]`, `(wind blowing)` or `♪`; now and then it falls
into a loop and repeats a phrase until its tokens are used up.
"""

from __future__ import annotations

import re

_MARKS = re.compile(r"\[[^\[\]]*\]|\([^()]*\)|\*[^*]*\*|<\|[^|]*\|>|[♪♫]+")
_SPACES = re.compile(r"\s+")
_LOOP = re.compile(r"(?P<phrase>\b\w.{0,120}?)(?:\W+(?P=phrase)\b){3,}", re.IGNORECASE | re.DOTALL)
_LETTER = re.compile(r"\w")


def cleaned(text: str) -> str:
    """The words that were said; empty for a text of marks and punctuation only."""
    text = _SPACES.sub(" ", _MARKS.sub(" ", text)).strip()
    text = without_loops(text)
    return text if _LETTER.search(text) else ""


def without_loops(text: str) -> str:
    """A phrase that is said four times in a row or more is said once: nobody speaks like that."""
    return _LOOP.sub(r"\g<phrase>", text)


def loops(text: str) -> bool:
    """Does the text repeat itself like a recogniser that hangs?"""
    return len(text) >= 24 and _LOOP.search(text) is not None
