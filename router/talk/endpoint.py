"""When somebody has begun to speak, and when they are done. Pure: fed with probabilities of speech and with words.

The end needs both silence and words: a pause inside a sentence is as long as one behind it, but “and …” wants to go on.
All times are seconds of the microphone's own sound, so nothing here depends on how fast the computer is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from router.talk.unfinished import is_unfinished

FRAME = 0.032                   # seconds that one probability is for: Silero's
ENTER, LEAVE = 0.5, 0.35        # two thresholds, so that a wavering voice does not chatter
Change = Literal["began", "paused", "resumed", "ended", "dropped"]


@dataclass(frozen=True)
class Rules:
    """begin: speech until it counts; over_sound: the same while Consort itself speaks, since what is left of an echo
    comes in short bursts. least: speech in all, below which it was a cough. look: silence after which the
    words so far are wanted. pause: silence that ends a finished sentence. unfinished: one that wants to go on.
    patience: silence that ends it though its words are not known. longest: of one utterance; Whisper hears 30 s."""

    begin: float = 0.128
    over_sound: float = 0.192
    least: float = 0.22
    look: float = 0.224
    pause: float = 0.5
    unfinished: float = 1.6
    patience: float = 3.0
    longest: float = 28.0


class Endpointer:
    """Attributes: `sounds`, Consort itself speaks now; `speaking`, an utterance is under way; `begun` and `last`, where
    its speech begins and (so far) ends, in frames from the first one."""

    def __init__(self, rules: Rules | None = None) -> None:
        self.rules = rules or Rules()
        self.speaking = self.sounds = False
        self.begun = self.last = 0
        self._frame = 0             # the number of the next one
        self._row = 0               # frames of speech in a row
        self._voiced = 0            # frames of speech in this utterance
        self._paused = False
        self._words: str | None = None

    @property
    def silence(self) -> float:
        """Seconds since the last frame of speech."""
        return (self._frame - self.last) * FRAME

    @property
    def seconds(self) -> float:
        """How long the utterance is so far."""
        return (self._frame - self.begun) * FRAME if self.speaking else 0.0

    def feed(self, probabilities: Iterable[float]) -> list[Change]:
        """What changed within these frames, in order."""
        changes: list[Change] = []
        for probability in probabilities:
            voiced = probability >= (LEAVE if self._row else ENTER)
            self._row = self._row + 1 if voiced else 0
            self._frame += 1
            if (change := self._step(voiced)) is not None:
                changes.append(change)
        return changes

    def words(self, text: str) -> Change | None:
        """The words up to this pause, as they are known now; “ended” where that decides it."""
        self._words = text
        return self._end() if self.speaking else None

    def begin(self) -> None:
        """A key says so: whatever comes now belongs to an utterance."""
        self._reset()
        self.speaking, self.begun, self.last = True, self._frame, self._frame

    def forget(self) -> None:
        """Nothing is under way any more."""
        self._reset()

    def _step(self, voiced: bool) -> Change | None:
        if not self.speaking:
            if self._row * FRAME < (self.rules.over_sound if self.sounds else self.rules.begin) - 1e-9:
                return None
            began = self._frame - self._row
            self._reset()
            self.speaking, self.begun, self.last, self._voiced = True, began, self._frame, self._frame - began
            return "began"
        if voiced:
            return self._goes_on()
        if not self._paused and self.silence >= self.rules.look:
            self._paused = True
            return "paused"
        return self._end()

    def _goes_on(self) -> Change | None:
        self._voiced += 1
        self.last = self._frame
        if self.seconds >= self.rules.longest:
            return self._over()
        if self._paused:
            self._paused, self._words = False, None
            return "resumed"
        return None

    def _end(self) -> Change | None:
        """Is the silence long enough for what is known?"""
        if self._words is None:
            enough = self.rules.patience
        elif is_unfinished(self._words):
            enough = max(self.rules.unfinished, self.rules.pause)
        else:
            enough = self.rules.pause
        too_short = self._voiced * FRAME < self.rules.least and self.silence >= self.rules.pause
        return self._over() if too_short or self.silence >= enough or self.seconds >= self.rules.longest else None

    def _over(self) -> Change:
        spoken, self.speaking = self._voiced * FRAME >= self.rules.least, False
        self._row = 0
        return "ended" if spoken else "dropped"

    def _reset(self) -> None:
        self.speaking, self._paused, self._words, self._voiced, self._row = False, False, None, 0, 0
