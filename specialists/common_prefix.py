"""How far two sequences agree from their beginning: texts, bytes, tokens or words. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any


def common_prefix(left: Sequence[Any], right: Sequence[Any]) -> int:
    """Length of the common beginning."""
    for index, (one, other) in enumerate(zip(left, right, strict=False)):
        if one != other:
            return index
    return min(len(left), len(right))


def first_difference(earlier: Sequence[Any], later: Sequence[Any]) -> int | None:
    """Where `later` departs from `earlier` for the first time; None when it begins with all of it."""
    common = common_prefix(earlier, later)
    return None if common == len(earlier) else common
