"""Who speaks an answer: whoever speaks its own language, as far as it says which, else the question's."""

from __future__ import annotations

from collections.abc import Callable

from router.messages import Noticed
from router.voice.choice import Choice
from router.voice.language import language_of
from specialists.manifest import Manifest

ENOUGH_TO_TELL = 25             # characters of an answer that may say in which language it is


class AnswerVoice:
    """picked: the person's own choice, if there is one. tell: hears, once, that nobody speaks a language."""

    def __init__(self, choice: Choice, picked: str, tell: Callable[[Noticed], None]) -> None:
        self._choice, self._picked, self._tell = choice, picked, tell
        self._told: set[str] = set()

    def voice_for(self, answer: str, asked: str) -> Manifest:
        """asked: the question's language. When nobody speaks it, another one reads, and one that would is offered.
        Raises UserFacingError when there is no voice at all."""
        written = language_of(answer) if len(answer) >= ENOUGH_TO_TELL else ""
        voice, missing = self._choice.nearest_voice(written or asked, self._picked)
        if missing is not None and missing.text not in self._told:
            self._told.add(missing.text)
            self._tell(missing)
        return voice
