"""Words that tell what kind of request it is, in some twenty languages, looked up by their stems.

The words are data: resources/router/lexicon.toml, which says how they are written. It knows no weights.
"""

from __future__ import annotations

import re
import tomllib
from importlib.resources import files

_SPACELESS = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\u0e00-\u0e7f]")
_WORD = re.compile(r"[^\W\d_][\w'’+#-]*")
FIRST = 3                       # words that count as the beginning of a request
MOST = 3                        # times a kind of word counts


def read_lexicon() -> dict[str, str]:
    """The entries that are shipped: name → stems, separated by white space."""
    entries: dict[str, str] = tomllib.loads(files("resources").joinpath("router/lexicon.toml").read_text("utf-8"))
    return entries


class Lexicon:
    """Looks words up by their stems. names: of the numbers that `counts` gives."""

    def __init__(self, entries: dict[str, str]) -> None:
        self._whole: dict[str, list[int]] = {}
        self._stems: dict[str, list[int]] = {}
        self._spaceless: list[tuple[str, int]] = []
        for number, stems in enumerate(entries.values()):
            for stem in set(stems.casefold().split()):
                if _SPACELESS.search(stem):
                    self._spaceless.append((stem.rstrip("."), number))
                elif stem.endswith("."):
                    self._whole.setdefault(stem[:-1], []).append(number)
                else:
                    self._stems.setdefault(stem, []).append(number)
        self._longest = max(map(len, self._stems), default=0)
        self._size = len(entries)
        self.names = (*entries, *(f"first {name}" for name in entries))

    def counts(self, text: str) -> list[float]:
        """How often words of each entry are there (0…1), then the same for the first words alone. (len(names),)"""
        found = [0] * len(self.names)
        for place, word in enumerate(_WORD.findall(text.casefold())):
            for number in self._of(word):
                found[number] += 1
                if place < FIRST:
                    found[self._size + number] += 1
        if _SPACELESS.search(text):
            for stem, number in self._spaceless:
                found[number] += text.count(stem)
        return [min(MOST, count) / MOST for count in found]

    def _of(self, word: str) -> set[int]:
        numbers = set(self._whole.get(word, ()))
        for length in range(2, min(len(word), self._longest) + 1):
            numbers.update(self._stems.get(word[:length], ()))
        return numbers
