"""Where the words of an answer's Markdown stand in what is shown of it. Pure.

What is shown lacks the marks, the addresses of links, the signs of lists; but its words stand in the same order. So
each shown word is looked for a little further on in the source than the one before it. A word that is not there (an
entity, a formula) is skipped, and each view begins anew where its block begins.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

AHEAD = 300         # characters of marks and addresses that a word may stand further on
_WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class ShownWord:
    """A word at `at` in what view number `view` shows, which stands at `begin` in the source."""

    begin: int
    view: int
    at: int
    size: int


def words_of(source: str, views: Sequence[tuple[str, str]]) -> list[ShownWord]:
    """The words of each view in order. views: how the view's source begins (one line), and what it shows."""
    found: list[ShownWord] = []
    here = 0
    for number, (begins, shown) in enumerate(views):
        start = source.find(begins, here) if begins else -1
        here = max(here, start)
        for word in _WORD.finditer(shown):
            place = source.find(word[0], here, here + AHEAD + len(word[0]))
            if place >= 0:
                found.append(ShownWord(place, number, word.start(), len(word[0])))
                here = place + len(word[0])
    return found


def stretches(words: Sequence[ShownWord], begin: int, end: int) -> dict[int, tuple[int, int]]:
    """What of each view shows the source from `begin` to `end`: view → from where to where."""
    shown: dict[int, tuple[int, int]] = {}
    for word in words:
        if begin <= word.begin < end:
            first, last = shown.get(word.view, (word.at, word.at))
            shown[word.view] = (min(first, word.at), max(last, word.at + word.size))
    return shown


def place_of(words: Sequence[ShownWord], view: int, at: int) -> int:
    """Where in the source the word stands that is shown at `at` in a view, or the next one behind it; 0 when none is
    behind it."""
    return next((word.begin for word in words
                 if word.view > view or (word.view == view and word.at + word.size > at)), 0)


def in_utf16(text: str, at: int) -> int:
    """A place in a text as Qt counts it, where some characters are two."""
    return at + sum(ord(each) > 0xFFFF for each in text[:at])


def from_utf16(text: str, at: int) -> int:
    """The other way round."""
    units = 0
    for index, each in enumerate(text):
        if units >= at:
            return index
        units += 2 if ord(each) > 0xFFFF else 1
    return len(text)
