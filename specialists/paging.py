"""Which kept state a prompt goes on from, and keeping one: what engines share. The format is `kept_state`'s.

A state is taken only when it spares reading clearly more than the engine's own cache does. Whatever goes wrong with a
file costs reading again, never an answer. It knows no model library: the model is passed in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from specialists.common_prefix import common_prefix
from specialists.kept_state import BrokenPage, Head, Origin, read_body, read_head, write_page

LEAST_TOKENS = 64               # a state of fewer tokens, or one that spares fewer, is not worth a file
LEAST_BEGINNING = 96            # tokens of the instructions that stand before many conversations


class Resumable(Protocol):
    """What is needed of a model.

    cached: the tokens in its cache. whole_only: its cache cannot be cut back to any length (a sliding window, a
    recurrent state), so a state helps only if the prompt goes on where it ends.
    """

    @property
    def cached(self) -> Sequence[int]: ...
    @property
    def whole_only(self) -> bool: ...

    def state(self) -> bytes | bytearray | None:
        """Its cache as bytes; None when it cannot say."""
        ...

    def restore(self, state: bytearray, tokens: Sequence[int]) -> bool:
        """Have this state, of these tokens, in place of its own; False, with an empty cache, when that fails."""
        ...


class Paging:
    """The kept states of one loaded model. origin: asked for when it is needed first, as that reads the file."""

    def __init__(self, model: Resumable, origin: Callable[[], Origin]) -> None:
        self._model = model
        self._find_origin = origin
        self._known: Origin | None = None

    @property
    def _origin(self) -> Origin:
        if self._known is None:
            self._known = self._find_origin()
        return self._known

    def heads(self, paths: Sequence[str]) -> tuple[Head, ...]:
        """What the files say of themselves, without those that are doubtful."""
        found = []
        for path in paths:
            try:
                found.append(read_head(path, self._origin))
            except BrokenPage:
                continue        # not there, somebody else's, damaged: all the same to us
        return tuple(found)

    def resume(self, tokens: Sequence[int], heads: Sequence[Head]) -> bool:
        """Take the best of the files, if it spares reading LEAST_TOKENS more than the cache. Was one taken?"""
        live = common_prefix(tokens, self._model.cached)
        while heads:
            best = max(heads, key=lambda head: self._spares(head, tokens))
            if self._spares(best, tokens) < live + LEAST_TOKENS:
                return False
            try:
                body = read_body(best)
            except BrokenPage:
                heads = [head for head in heads if head is not best]
                continue
            return self._model.restore(body, best.tokens)
        return False

    def keep(self, path: str, answers: Sequence[Sequence[int]], stopped: Callable[[], bool]) -> tuple[int, int]:
        """Keep what is in the cache. answers: tokens of the answers in it. Returns tokens and bytes, (0, 0) when it is
        too little, the model cannot say its state, or it was stopped. Raises OSError.
        """
        tokens = list(self._model.cached)
        state = self._model.state() if len(tokens) >= LEAST_TOKENS else None
        if not state:
            return 0, 0
        size = write_page(Path(path), self._origin, tokens, answers, state, stopped)
        return (len(tokens), size) if size else (0, 0)

    @staticmethod
    def wants_beginning(path: str, heads: Sequence[Head], tokens: Sequence[int]) -> bool:
        """May the instructions of this prompt be kept at `path`: is the prompt long enough, and are they not there?"""
        there = any(head.path == path and head.tokens == tuple(tokens[:len(head.tokens)]) for head in heads)
        return bool(path) and len(tokens) > LEAST_BEGINNING and not there

    def _spares(self, head: Head, tokens: Sequence[int]) -> int:
        common = common_prefix(tokens, head.tokens)
        in_part = common < len(head.tokens) or common == len(tokens)     # the last token is read anew in any case
        return 0 if self._model.whole_only and in_part else common
