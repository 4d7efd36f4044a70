"""What the echo engine has read: words, with a number for each as if they were tokens; kept like a model's.

It knows no script and no message.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Sequence


def numbers(words: Sequence[str]) -> list[int]:
    """A number for each word, the same everywhere."""
    return [zlib.crc32(word.encode("utf-8", "replace")) for word in words]


class EchoCache:
    """The words read and written, in order (specialists.paging.Resumable)."""

    whole_only = False

    def __init__(self) -> None:
        self.words: list[str] = []

    @property
    def cached(self) -> list[int]:
        """The words as numbers."""
        return numbers(self.words)

    def state(self) -> bytes:
        """The words as JSON."""
        return json.dumps(self.words).encode()

    def restore(self, state: bytearray, tokens: Sequence[int]) -> bool:
        """Have these words in place of those read. False, with nothing read, when they do not make these tokens."""
        words = json.loads(state)
        self.words = words if numbers(words) == list(tokens) else []
        return bool(self.words)
