"""What choosing comes to: one specialist with the reason in words, or nobody. Plain values."""

from __future__ import annotations

from dataclasses import dataclass

from router.views import Routing
from specialists.manifest import Manifest


@dataclass(frozen=True)
class Choice:
    """One specialist, why (a sentence a person reads) and the card.

    notice, hint: what the person should know besides, such as that nobody here is made for this kind of request.
    """

    specialist: Manifest
    why: str
    routing: Routing = Routing()
    notice: str = ""
    hint: str = ""


class NobodyCanAnswer(Exception):
    """No installed specialist fits; `wanted` is what was asked for, empty when nothing at all is installed."""

    def __init__(self, wanted: str = "") -> None:
        super().__init__(wanted)
        self.wanted = wanted
