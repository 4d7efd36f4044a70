"""Telling a reasoning model's thoughts from its answer while both stream: `<think>…</think>`, cut anywhere.

Pure text in, pure text out; it knows no model, no template and no wire. The tags are those that DeepSeek-R1, Qwen 3,
SmolLM 3 and their descendants write.
"""

from __future__ import annotations

from collections.abc import Iterator

OPEN, CLOSE = "<think>", "</think>"
QUOTES = "`'\"“‘"       # a tag right after one of these is being talked about, not used

Piece = tuple[str, bool]
"""Some text, and whether it is thought."""


def opens_thought(prompt: str) -> bool:
    """Did the chat template itself open the thinking block at the end of the prompt?"""
    return prompt.rstrip().endswith(OPEN)


def begins(text: str, *wanted: str) -> int:
    """Length of the longest end of `text` that is a proper beginning of one of `wanted` (0: none)."""
    longest = max(map(len, wanted), default=0) - 1
    for length in range(min(longest, len(text)), 0, -1):
        if any(len(each) > length and each.startswith(text[-length:]) for each in wanted):
            return length
    return 0


class ThoughtSplitter:
    """Feed it the answer as it comes; it gives back (text, is it thought) pieces. Tags and the space around them go.

    At most 7 characters (a possible beginning of a tag) are ever held back.
    """

    def __init__(self, inside: bool = False) -> None:
        self._inside = inside
        self._held = ""
        self._before = ""                       # the last character given out
        self._trim = True                       # the next words start an answer or a thought

    def feed(self, text: str) -> list[Piece]:
        """The pieces that are certain once `text` has arrived. No piece is empty."""
        self._held += text
        return [piece for piece in self._pieces() if piece[0]]

    def close(self) -> list[Piece]:
        """What was held back, now that nothing more comes."""
        rest, self._held = self._held, ""
        piece = self._give(rest)
        return [piece] if piece[0] else []

    def _pieces(self) -> Iterator[Piece]:
        while (found := self._find()) >= 0:
            tag = CLOSE if self._inside else OPEN
            before, self._held = self._held[:found], self._held[found + len(tag):]
            yield self._give(before)
            self._inside = not self._inside
            self._trim = True
        keep = begins(self._held, CLOSE if self._inside else OPEN)
        sure, self._held = self._held[:len(self._held) - keep], self._held[len(self._held) - keep:]
        yield self._give(sure)

    def _find(self) -> int:
        """Where the next tag that counts begins, or -1."""
        tag, start = CLOSE if self._inside else OPEN, 0
        while (found := self._held.find(tag, start)) >= 0:
            before = self._held[found - 1] if found else self._before
            if self._inside or not before or before not in QUOTES:
                return found
            start = found + len(tag)
        return -1

    def _give(self, text: str) -> Piece:
        if self._trim:
            text = text.lstrip()
            self._trim = not text
        if text:
            self._before = text[-1]
        return text, self._inside
