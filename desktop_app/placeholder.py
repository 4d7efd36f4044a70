"""What a page shows instead of a list: nothing there yet, still on its way, or why not; one button at most.

While something is on its way: nothing for 300 ms, then a quiet skeleton, after 2 s a sentence too.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.desk import Desk

SKELETON_AFTER, WORDS_AFTER = 300, 2_000        # ms


class Placeholder(QWidget):
    """`say` or `wait`; hidden until then. Attributes: button, there while `say` was given one."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._bars = SkeletonRows(desk)
        self._heading = label("", "strong")
        self._words = label("", "muted")
        self._does: Callable[[], object] = lambda: None
        self.button: QPushButton = button("", lambda: self._does(), "primary")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addWidget(self._bars)
        column.addWidget(self._heading)
        column.addWidget(self._words)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeading)
        self._waiting = ""
        self._skeleton = QTimer(self, singleShot=True, interval=SKELETON_AFTER)
        self._skeleton.timeout.connect(lambda: self._bars.setVisible(True))
        self._slow = QTimer(self, singleShot=True, interval=WORDS_AFTER)
        self._slow.timeout.connect(self._say_waiting)
        self.leave()

    @property
    def words(self) -> str:
        """What it says, heading and sentence."""
        return "" if self.isHidden() else f"{self._heading.text()} {self._words.text()}".strip()

    def say(self, heading: str, words: str = "", verb: str = "", does: Callable[[], object] | None = None) -> None:
        """A heading, a sentence, and the one way on."""
        self._stop()
        self._bars.hide()
        for shown, text in ((self._heading, heading), (self._words, words)):
            shown.setText(text)
            shown.setVisible(bool(text))
        self._does = does or (lambda: None)
        self.button.setText(verb.replace("&", "&&"))
        self.button.setAccessibleName(verb)
        self.button.setVisible(bool(verb))
        self.show()

    def wait(self, words: str) -> None:
        """Something is on its way; `words` say what, once it takes long."""
        if self._waiting == words:
            return
        self._stop()
        self._waiting = words
        for each in (self._bars, self._heading, self._words, self.button):
            each.hide()
        self.show()
        self._skeleton.start()
        self._slow.start()

    def leave(self) -> None:
        """There is something to show now."""
        self._stop()
        self.hide()

    def _stop(self) -> None:
        self._waiting = ""
        self._skeleton.stop()
        self._slow.stop()

    def _say_waiting(self) -> None:
        self._words.setText(self._waiting)
        self._words.show()


class SkeletonRows(QWidget):
    """Where rows will be."""

    def __init__(self, desk: Desk, rows: int = 3) -> None:
        super().__init__()
        self._theme, self._rows = desk.theme, rows
        self.setAccessibleName("On its way")

    def sizeHint(self) -> QSize:
        return QSize(200, round(self._theme.em * 3.6 * self._rows))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("skeleton"))
        em, mirrored = self._theme.em, self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for number in range(self._rows):
            for down, part in ((0.5, 0.34), (1.8, 0.62)):
                width = round(self.width() * part)
                left = self.width() - width if mirrored else 0
                painter.drawRoundedRect(left, round((number * 3.6 + down) * em), width, round(em * 0.8), 4, 4)
        painter.end()
