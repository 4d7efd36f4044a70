"""Ending an answer at a stop text without ever showing a part of it. Pure; knows no model."""

from __future__ import annotations

from specialists.thinking import begins


class StopTexts:
    """Feed it the answer as it comes. `hit` is true once one of `texts` was written; nothing from there on is given."""

    def __init__(self, texts: tuple[str, ...]) -> None:
        self._texts = tuple(text for text in texts if text)
        self._held = ""
        self.hit = False

    def feed(self, text: str) -> str:
        """The text that is certain not to belong to a stop text. The earliest stop text wins."""
        if not self._texts or self.hit:
            return "" if self.hit else text
        self._held += text
        found = min((at for at in map(self._held.find, self._texts) if at >= 0), default=-1)
        if found >= 0:
            self.hit = True
            sure, self._held = self._held[:found], ""
            return sure
        keep = begins(self._held, *self._texts)
        sure, self._held = self._held[:len(self._held) - keep], self._held[len(self._held) - keep:]
        return sure

    def close(self) -> str:
        """What was held back, now that nothing more comes."""
        rest, self._held = self._held, ""
        return rest
