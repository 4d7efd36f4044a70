"""From the bytes of sampled tokens to what may be shown: whole characters, no stop text, thoughts apart. Pure."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Sequence

from specialists.stop_texts import StopTexts
from specialists.thinking import Piece, ThoughtSplitter

MAX_STOP_TOKENS = 64            # how far back `tokens_of` looks for the beginning of a stop text


class AnswerText:
    """Feed it the bytes of each token; it gives back the pieces that are certain. `said` is the answer so far."""

    def __init__(self, stop: tuple[str, ...], thinking: bool) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = StopTexts(stop)
        self._splitter = ThoughtSplitter(inside=thinking)
        self._said: list[str] = []

    @property
    def hit(self) -> bool:
        """A stop text was written: the answer is over."""
        return self._stop.hit

    @property
    def said(self) -> str:
        """Everything given out so far that is not thought."""
        return "".join(self._said)

    def feed(self, data: bytes) -> list[Piece]:
        """The pieces that are certain now."""
        return self._noted(self._splitter.feed(self._stop.feed(self._decoder.decode(data))))

    def close(self) -> list[Piece]:
        """The rest, now that nothing more comes."""
        last = self._stop.feed(self._decoder.decode(b"", final=True)) + self._stop.close()
        return self._noted(self._splitter.feed(last) + self._splitter.close())

    def _noted(self, pieces: list[Piece]) -> list[Piece]:
        self._said += [text for text, thought in pieces if not thought]
        return pieces


def tokens_of(said: str, tokens: Sequence[int], data: Callable[[int], bytes]) -> Sequence[int]:
    """The first of the sampled `tokens` that make exactly `said`; none if there was more to it (a thought, say)."""
    for length in range(len(tokens), max(0, len(tokens) - MAX_STOP_TOKENS), -1):
        written = b"".join(map(data, tokens[:length])).decode("utf-8", "replace").lstrip()
        if written == said:
            return tokens[:length]
        if len(written) < len(said):
            break
    return ()
