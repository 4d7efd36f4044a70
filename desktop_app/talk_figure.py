"""The quiet figure of a spoken conversation: a disc that breathes with the voice it belongs to.

It says nothing that the words beside it do not say. Where the system asks for no motion, it stands still.
"""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QPointF, QSize, Qt, QTimer
from PySide6.QtGui import QColor, QHideEvent, QPainter, QPaintEvent, QPen, QShowEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.level_meter import share_of
from desktop_app.talk_state import Stage
from desktop_app.theme import Theme

SIDE = 168              # px at 100 %
EVERY = 33              # ms between two pictures, while something moves
MOVES = frozenset({"opening", "hearing", "thinking", "speaking", "listening"})


class TalkFigure(QWidget):
    """`show_stage` and `set_level` change it."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._stage: Stage = ""
        self._level = self._shown = 0.0
        self._clock = QElapsedTimer()
        self._clock.start()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(self._step)
        theme.changed.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        return QSize(self._theme.px(SIDE), self._theme.px(SIDE))

    def minimumSizeHint(self) -> QSize:
        return QSize(80, 80)

    def show_stage(self, stage: Stage) -> None:
        """What is happening."""
        if stage != self._stage:
            self._stage = stage
            self._run()
            self.update()

    def set_level(self, level: float) -> None:
        """How loud it is at the microphone, 0…1."""
        self._level = share_of(level)

    def _run(self) -> None:
        moves = self._stage in MOVES and self.isVisible() and not self._theme.reduced_motion
        self._timer.start() if moves else self._timer.stop()

    def _step(self) -> None:
        self._shown += (self._level - self._shown) * (0.5 if self._level > self._shown else 0.15)
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._run()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(self.width() / 2, self.height() / 2)
        whole = min(self.width(), self.height()) / 2 - 2
        seconds = self._clock.elapsed() / 1000 if self._timer.isActive() else 0.0
        live = self._stage in ("listening", "hearing", "speaking", "thinking", "opening")
        colour = self._theme.colour("accent" if live else "muted")
        match self._stage:
            case "hearing" | "listening":
                around = self._shown if self._stage == "hearing" else 0.35 * self._shown
                self._disc(painter, middle, whole * (0.62 + 0.36 * around), _thin(colour, 34))
                self._disc(painter, middle, whole * 0.6, _thin(colour, 60))
            case "speaking":
                wave = 0.5 + 0.28 * math.sin(seconds * 5.1) + 0.22 * math.sin(seconds * 8.3 + 1)
                self._disc(painter, middle, whole * (0.72 + 0.26 * wave), _thin(colour, 30))
                self._disc(painter, middle, whole * (0.62 + 0.14 * wave), _thin(colour, 60))
            case "thinking" | "opening":
                self._arc(painter, middle, whole * 0.74, colour, seconds)
        filled = self._stage in ("hearing", "speaking")
        core = whole * 0.5
        painter.setPen(QPen(colour, 2))
        painter.setBrush(colour if filled else _thin(colour, 24 if live else 14))
        painter.drawEllipse(middle, core, core)
        painter.end()

    @staticmethod
    def _disc(painter: QPainter, middle: QPointF, radius: float, colour: QColor) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawEllipse(middle, radius, radius)

    @staticmethod
    def _arc(painter: QPainter, middle: QPointF, radius: float, colour: QColor, seconds: float) -> None:
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(_thin(colour, 50), 3))
        painter.drawEllipse(middle, radius, radius)
        painter.setPen(QPen(colour, 3, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        begin = round((90 - seconds * 140) * 16)
        painter.drawArc(round(middle.x() - radius), round(middle.y() - radius), round(2 * radius), round(2 * radius),
                        begin, -70 * 16)


def _thin(colour: QColor, alpha: int) -> QColor:
    made = QColor(colour)
    made.setAlpha(alpha)
    return made
