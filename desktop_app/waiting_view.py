"""What stands where an answer will be: nothing at first, then a quiet skeleton, then how far reading has come."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from desktop_app.rendering import Rendering

_SKELETON_AFTER = 300       # ms
_NUMBERS_AFTER = 1_000      # ms
_BARS = (0.92, 0.78, 0.5)   # of the width


class WaitingView(QWidget):
    """`reading` with numbers; they are shown once a second has passed."""

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bars = _Bars(rendering)
        self._bars.hide()
        self._words = QLabel()
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setProperty("kind", "small")
        self._words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2, 0, 2)
        column.addWidget(self._bars)
        column.addWidget(self._words)
        self._skeleton = self._later(_SKELETON_AFTER, self._show_bars)
        self._numbers = self._later(_NUMBERS_AFTER, self._show_words)

    def reading(self, done: int, total: int) -> None:
        """The specialist has read `done` of `total` tokens."""
        self._words.setText(f"Reading {done:,} of {total:,} tokens" if total else "")
        if not self._numbers.isActive() and total:
            self._words.show()

    def _later(self, delay: int, what: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.timeout.connect(what)
        timer.start(delay)
        return timer

    @Slot()
    def _show_bars(self) -> None:
        self._bars.show()

    @Slot()
    def _show_words(self) -> None:
        self._words.setVisible(bool(self._words.text()))


class _Bars(QWidget):
    def __init__(self, rendering: Rendering) -> None:
        super().__init__()
        self._theme = rendering.theme
        self.setAccessibleName("Waiting for the answer")
        self.setFixedHeight(round(self._theme.em * 4.4))

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self._theme.colour("skeleton"))
        painter.setBrush(self._theme.colour("skeleton"))
        high = self._theme.em * 0.75
        for number, part in enumerate(_BARS):
            painter.drawRoundedRect(0, round(number * self._theme.em * 1.5 + 2), round((self.width() - 2) * part),
                                    round(high), 4, 4)
        painter.end()
