"""How loud it is at the microphone, as a bar that moves: from a whisper to as loud as it can be."""

from __future__ import annotations

import math

from PySide6.QtWidgets import QProgressBar

QUIETEST = -54.0        # decibels below the loudest, where the bar begins


def share_of(level: float) -> float:
    """0…1 on a scale like the ear's, from a root mean square of 0…1."""
    return max(0.0, min(1.0, 1.0 - 20 * math.log10(level) / QUIETEST)) if level > 0 else 0.0


class LevelMeter(QProgressBar):
    """Falls slowly, so that the eye can follow."""

    def __init__(self) -> None:
        super().__init__()
        self.setRange(0, 100)
        self.setTextVisible(False)
        self.setAccessibleName("Loudness at the microphone")
        self._shown = 0.0

    def set_level(self, level: float) -> None:
        """A root mean square, 0…1."""
        self._shown = max(share_of(level), self._shown * 0.75)
        self.setValue(round(100 * self._shown))

    def clear(self) -> None:
        """Nobody listens."""
        self._shown = 0.0
        self.setValue(0)
