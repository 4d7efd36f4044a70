"""Something wide with something small beside it, or below it where there is no room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from desktop_app.theme import Theme

LEAST_EM = 22           # the least width, in em, at which both stand side by side


class Beside(QWidget):
    """`wide` takes what `small` leaves."""

    def __init__(self, theme: Theme, wide: QWidget, small: QWidget, gap: int = 8, *,
                 least_em: float = LEAST_EM) -> None:
        super().__init__()
        self._theme, self._least_em = theme, least_em
        self._box = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._box.setContentsMargins(0, 0, 0, 0)
        self._box.setSpacing(gap)
        self._box.addWidget(wide, 1)
        self._box.addWidget(small, 0, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignLeading)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        sides = QBoxLayout.Direction
        wanted = sides.LeftToRight if self.width() > self._theme.em * self._least_em else sides.TopToBottom
        if self._box.direction() != wanted:
            self._box.setDirection(wanted)
