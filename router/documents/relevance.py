"""Do the passages that were found have to do with the question at all? Pure: numbers and texts in.

There is always a nearest passage; a model that is given one that has nothing to do with the question invents. A
passage's rating is the encoder's cosine plus half the share of the question's telling words that stand in it. On the
questions of tests/benchmarks/cited_answers.py the best passage rates 0.80 or more where the documents answer (38 of 40)
and 0.61 or less where they do not (18 of 20).
"""

from __future__ import annotations

from collections.abc import Sequence

from router.document_views import FoundPassage
from router.documents.citing import share

ENOUGH = 0.7            # rating from which a passage has to do with the question
BESIDE = 0.75           # … or this share of the best one's
BY_WORDS = 0.6          # share of the words, without an encoder
SURELY = 0.9            # rating from which the best passage is quoted when a specialist makes nothing of it


def rating(question: str, found: FoundPassage) -> float:
    """How much a passage has to do with the question, 0 to 1.5."""
    return found.closeness + 0.5 * share(question, _all(found))


def relevant(question: str, found: Sequence[FoundPassage], by_meaning: bool) -> tuple[FoundPassage, ...]:
    """Those that have to do with `question`, in their order."""
    if not by_meaning:
        return tuple(one for one in found if share(question, _all(one)) >= BY_WORDS)
    best = max((rating(question, one) for one in found), default=0.0)
    if best < ENOUGH:
        return ()
    return tuple(one for one in found if rating(question, one) >= min(ENOUGH, BESIDE * best))


def _all(found: FoundPassage) -> str:
    return " ".join((found.title, *found.headings, found.text))
