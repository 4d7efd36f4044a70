"""When speech begins and ends, from the probability of speech in each frame. Pure; it hears nothing itself.

Two thresholds, so that a wavering voice does not chatter (Silero's own recommendation: 0.5, and 0.15 less to leave).
"""

from __future__ import annotations

from collections.abc import Iterable

from specialists.speech_wire import SpeechChange

ENTER = 0.5
LEAVE = 0.35
FRAMES_TO_ENTER = 2             # a click is shorter than two frames of 32 ms
FRAMES_TO_LEAVE = 4             # a plosive's silence is shorter than four


class SpeechGate:
    """Fed frame by frame. `speaking` tells how it stands."""

    def __init__(self, frame_seconds: float) -> None:
        self.speaking = False
        self._seconds = frame_seconds
        self._frame = 0             # the number of the next one
        self._for = 0               # frames in a row that speak for a change

    def feed(self, probabilities: Iterable[float]) -> tuple[SpeechChange, ...]:
        """What changed within these frames. A beginning lies at its first frame, an end behind the last one."""
        changes = []
        for probability in probabilities:
            other = probability < LEAVE if self.speaking else probability >= ENTER
            self._for = self._for + 1 if other else 0
            self._frame += 1
            if self._for == (FRAMES_TO_LEAVE if self.speaking else FRAMES_TO_ENTER):
                at = (self._frame - self._for) * self._seconds
                changes.append(SpeechChange("ended" if self.speaking else "began", at))
                self.speaking, self._for = not self.speaking, 0
        return tuple(changes)
