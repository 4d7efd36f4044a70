"""What the router's decisions on requests of known skill are worth: shares right, calibration, milliseconds. Pure.

Six skills: all but vision, whose requests mostly bring a picture; documents with an attached file are told apart.
It knows no encoder and no core: decisions are given.
"""

from __future__ import annotations

import statistics
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from router.choose.classifier import Classifier
from router.choose.measuring import calibration_error
from router.choose.training import NONE, Row
from router.messages import RequestRouted

TARGETS = {"six skills": 0.92, "none of these, area": 0.95, "decision ms, median": 10.0, "decision ms, p95": 30.0}
SET_APART = (NONE, "vision")


@dataclass(frozen=True)
class Decided:
    """A row and what the router made of it."""

    row: Row
    routed: RequestRouted

    @property
    def is_right(self) -> bool:
        """The skill is the row's."""
        return self.routed.skill == self.row.skill


def report(decided: Sequence[Decided], weights: Classifier | None) -> dict[str, Any]:
    """All numbers, and right skill → said skill → how many. weights: for the baseline, the words alone.

    A number that these requests cannot tell is None. decided: not empty.
    """
    hits: dict[str, list[bool]] = defaultdict(list)
    confusion: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for one in decided:
        hits[one.row.skill].append(one.is_right)
        confusion[one.row.skill][one.routed.skill] += 1
    known = [one for one in decided if one.row.skill != NONE]
    six = [one for one in known if one.row.skill not in SET_APART]
    spent = sorted(1000 * one.routed.seconds_taken for one in decided)
    return {
        "requests": len(decided),
        "six skills": _share([one.is_right for one in six]),
        "words alone, six skills": _share([weights.judge(one.row.request, None).skill == one.row.skill
                                           for one in six]) if weights is not None else None,
        **{f"skill {skill}": _share(found) for skill, found in sorted(hits.items()) if skill != NONE},
        "documents without a file": _share([one.is_right for one in known if one.row.skill == "documents"
                                            and not one.row.request.attached]),
        "follow-ups": _share([one.is_right for one in known if one.row.request.before]),
        "calibration error": _calibration(known),
        "none of these, area": _area(decided),
        "decision ms, median": round(statistics.median(spent), 2),
        "decision ms, p95": round(spent[int(0.95 * (len(spent) - 1))], 2),
        "by encoder": sum(one.routed.layer in ("encoder", "rules") for one in decided),
        "confusion": {right: dict(said) for right, said in sorted(confusion.items())},
    }


def _share(hits: Sequence[bool]) -> float | None:
    return round(float(np.mean(hits)), 4) if hits else None


def _calibration(known: Sequence[Decided]) -> float | None:
    """Of the judged ones: a rule's choice comes with no probabilities."""
    judged = [one for one in known if one.routed.skills]
    if not judged:
        return None
    skills = tuple(sorted({skill for one in judged for skill in one.routed.skills}))
    chances = np.asarray([[one.routed.skills.get(skill, 0.0) for skill in skills] for one in judged])
    return round(calibration_error(chances, np.asarray([one.row.skill for one in judged]), skills), 4)


def _area(decided: Sequence[Decided]) -> float | None:
    """Under the ROC curve, for requests of no known kind among the others."""
    from sklearn.metrics import roc_auc_score

    strange = [one.row.skill == NONE for one in decided]
    if all(strange) or not any(strange):
        return None
    return round(float(roc_auc_score(strange, [one.routed.none for one in decided])), 4)
