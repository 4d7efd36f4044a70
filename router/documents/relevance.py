"""Do the passages that were found have to do with the question at all? Pure: numbers and texts in.

There is always a nearest passage; a model that is given one that has nothing to do with the question invents. The
bounds were chosen where the questions with and without an answer of tests/benchmarks/cited_answers.py part.
"""

from __future__ import annotations

from collections.abc import Sequence

from router.document_views import FoundPassage
from router.documents.citing import share

NEAR = 0.50             # cosine of question and passage from which the passage has to do with it
TOUCHING = 0.25         # … and where at least half of the question's telling words stand in it
SHARED = 0.5
BY_WORDS = 0.6          # share of the words without an encoder


def relevant(question: str, found: Sequence[FoundPassage], by_meaning: bool) -> tuple[FoundPassage, ...]:
    """Those that have to do with `question`, in their order."""
    return tuple(one for one in found if _has_to_do(question, one, by_meaning))


def _has_to_do(question: str, found: FoundPassage, by_meaning: bool) -> bool:
    shared = share(question, " ".join((found.title, *found.headings, found.text)))
    if not by_meaning:
        return shared >= BY_WORDS
    return found.closeness >= NEAR or (found.closeness >= TOUCHING and shared >= SHARED)
