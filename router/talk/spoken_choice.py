"""A choice put and answered by voice: what is asked aloud, and who is meant by what was said. Pure.

Only for what does no harm, such as who should answer; whatever needs a permission is clicked.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from router.views import CandidateView

MOST = 4            # that are read aloud; the others are on the screen
ORDINALS = tuple(words.split() for words in (      # English, German, French, Spanish, Italian
    "first one erste ersten erster eins premier premiere un primero primera uno primo",
    "second two zweite zweiten zweiter zwei deuxieme deux segundo segunda dos secondo",
    "third three dritte dritten dritter drei troisieme trois tercero tercera tres terzo",
    "fourth four vierte vierten vierter vier quatrieme quatre cuarto cuarta cuatro quarto",
))
ANY = frozenset({"any", "anyone", "whoever", "whatever", "egal", "decide", "best", "beste", "besten"})
AGAIN = "Please say one of the names, or choose on the screen."


def question_for(candidates: Sequence[CandidateView]) -> str:
    """What is asked: `Who should answer: Coder or SmolLM2?`"""
    names = [one.name for one in candidates[:MOST]]
    return f"Who should answer: {', '.join(names[:-1])}{' or ' if len(names) > 1 else ''}{names[-1]}?" if names else ""


def chosen_by(text: str, candidates: Sequence[CandidateView]) -> str:
    """The id of the one that is meant, empty where that is not clear. Names count before places in the list."""
    said = _words(text)
    if not said or not candidates:
        return ""
    scores = [_likeness(said, _words(one.name)) for one in candidates]
    best = max(scores)
    if best > 0 and scores.count(best) == 1:
        return candidates[scores.index(best)].specialist
    for place, words in enumerate(ORDINALS[:len(candidates)]):
        if best == 0 and any(one in words for one in said):
            return candidates[place].specialist
    return candidates[0].specialist if best == 0 and ANY & set(said) else ""


def _likeness(said: list[str], name: list[str]) -> float:
    """How much of a name was said: letters of its words that occur; words that ears split are put together."""
    together = "".join(said)
    return sum(len(word) for word in name if len(word) > 2 and (word in said or (len(word) > 4 and word in together)))


def _words(text: str) -> list[str]:
    """Lower case, without accents, letters and digits apart."""
    plain = "".join(each for each in unicodedata.normalize("NFKD", text.lower()) if not unicodedata.combining(each))
    return re.findall(r"[^\W\d_]+|\d+", plain)
