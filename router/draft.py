"""The answer being written: collects its parts and saves them while they grow, at most half a second behind.

It knows the store's `write`, not the worker and not the front-end.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from router.errors import UserFacingError
from router.parts import NoticePart, Part, PlanPart, PlanStep, SourcesPart, TextPart, ThoughtPart, ToolPart

SAVE_AFTER_SECONDS = 0.5


class AnswerDraft:
    """Parts in the order they came; pieces of one kind in a row become one part.

    `save` is called with all parts so far; a save that fails is reported once through `warn` and tried again.
    """

    def __init__(self, save: Callable[[tuple[Part, ...]], None], warn: Callable[[UserFacingError], None]) -> None:
        self._save = save
        self._warn = warn
        self._notices: list[NoticePart] = []
        self._calls: dict[str, ToolPart] = {}
        self._pieces: list[tuple[bool, list[str]]] = []
        self._timer: asyncio.TimerHandle | None = None
        self._warned = False
        self.plan: tuple[PlanStep, ...] = ()
        self.sources: SourcesPart | None = None

    def add(self, text: str, thought: bool) -> None:
        """More of the answer or of the thinking before it."""
        if not self._pieces or self._pieces[-1][0] != thought:
            self._pieces.append((thought, []))
        self._pieces[-1][1].append(text)
        self._schedule()

    def notice(self, text: str) -> None:
        """A sentence of Consort's own, kept with the answer."""
        self._notices.append(NoticePart(text))
        self._schedule()

    def use(self, call: ToolPart) -> None:
        """A call of a tool, and later what came of it under the same id."""
        self._calls[call.call] = call
        self._schedule()

    def clear(self) -> None:
        """Begin again (the first attempt died before it said anything worth keeping)."""
        self._pieces.clear()

    def rewrite(self, text: str) -> None:
        """What the answer says from now on; thoughts stay."""
        self._pieces = [piece for piece in self._pieces if piece[0]]
        if text:
            self.add(text, False)

    @property
    def parts(self) -> tuple[Part, ...]:
        """All parts so far."""
        written: list[Part] = [ThoughtPart("".join(texts)) if thought else TextPart("".join(texts))
                               for thought, texts in self._pieces]
        plan = (PlanPart(self.plan),) if self.plan else ()
        sources = (self.sources,) if self.sources is not None else ()
        return (*plan, *self._notices, *self._calls.values(), *written, *sources)

    @property
    def text(self) -> str:
        """What the answer says, without thoughts and notices."""
        return "".join(piece for thought, texts in self._pieces if not thought for piece in texts)

    def stop_saving(self) -> None:
        """No more saves; the caller writes the final state itself."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _schedule(self) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(SAVE_AFTER_SECONDS, self._save_now)

    def _save_now(self) -> None:
        self._timer = None
        try:
            self._save(self.parts)
        except UserFacingError as error:
            if not self._warned:
                self._warned = True
                self._warn(error)
