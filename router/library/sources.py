"""What every source of models has in common: what it found, and how it says that it cannot serve.

It does not know any particular source.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

SourceName = Literal["hub", "index"]
SOURCE_WORDS: dict[str, str] = {"hub": "the Hugging Face Hub", "index": "the package index",
                                "import": "a file of yours"}


class SourceFailed(Exception):
    """This source cannot serve the model now. The text is part of a sentence: "… could not be reached"."""


class Unreachable(SourceFailed):
    """Nobody answered, perhaps there is no network at all; or the server is in trouble just now."""


@dataclass(frozen=True)
class Found:
    """A file that a source offers. `size` in bytes, 0 when only the server will tell; `sha256` always known.

    headers may carry a token: they are for the host of `url` alone and are dropped when it redirects elsewhere.
    """

    url: str
    sha256: str
    size: int = 0
    commit: str = ""
    headers: dict[str, str] = field(default_factory=dict, repr=False)
