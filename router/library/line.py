"""The line that bytes come over: how patient, which way, how fast, onto how much room, and who hears of trouble."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from router.library.bandwidth import Bandwidth
from router.library.disk import free_bytes
from router.library.network import Patience, Route

Note = Callable[[str], None]       # a sentence for the person


def unheard(sentence: str) -> None:
    """For those who do not want to hear what went wrong on the way."""


@dataclass(frozen=True)
class Line:
    """bandwidth is shared by all downloads. `free` says how many bytes may still be written below a folder; note hears
    sentences about what had to begin anew."""

    patience: Patience = field(default_factory=Patience)
    route: Route = field(default_factory=Route)
    bandwidth: Bandwidth = field(default_factory=Bandwidth)
    free: Callable[[Path], int] = free_bytes
    note: Note = unheard
