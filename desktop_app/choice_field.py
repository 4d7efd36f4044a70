"""A combo box that looks like the other fields: an arrow in the theme's colour, never wider than its place."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox

from desktop_app.desk import Desk


class ChoiceField(QComboBox):
    """Values are the items' data. The wheel scrolls the page it stands on, it does not change the choice."""

    def __init__(self, desk: Desk, name: str, options: tuple[tuple[str, str], ...] = ()) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(12)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        for value, words in options:
            self.addItem(words, value)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = self._desk.icons.pixmap("chevron-down", "muted", 14)
        side = self._desk.theme.px(14)
        left = 8 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self.width() - side - 8
        QPainter(self).drawPixmap(QRect(left, (self.height() - side) // 2, side, side), arrow)
