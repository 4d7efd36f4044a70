"""Who will probably answer the first question, so that it is in memory when the question has been said. Pure.

A guess costs nothing but the loading: the router decides as always, once there are words.
"""

from __future__ import annotations

from collections.abc import Callable

from specialists.manifest import Manifest


def likely_writer(installed: tuple[Manifest, ...], wanted: tuple[str, ...],
                  last_used: Callable[[str], float]) -> Manifest | None:
    """The first of `wanted` that is installed (who is picked, who is always asked, who answered here last), else the
    one that was asked last of all."""
    there = {one.id: one for one in installed}
    known = next((there[one] for one in wanted if one in there), None)
    return known or max(installed, key=lambda one: last_used(one.id), default=None)
