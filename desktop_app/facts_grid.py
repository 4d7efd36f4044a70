"""Names and values in two columns; long values are shortened and have a button that copies all of them."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from desktop_app.controls import IconButton, label
from desktop_app.desk import Desk
from desktop_app.model_words import breakable
from desktop_app.visible_text import tooltip

SHORT = 32          # characters that stand on one line in the narrowest window
Row = tuple[str, str, str]


class FactsGrid(QWidget):
    """Rows of (name, value, all of it to copy or nothing)."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(4)
        self._grid.setColumnStretch(1, 1)
        self._shown: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is shown."""
        return self._shown

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these; made anew only when they are others."""
        self.setVisible(bool(rows))
        if rows == self._shown:
            return
        self._shown = rows
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (name, value, whole) in enumerate(rows):
            upright = Qt.AlignmentFlag.AlignTop if len(value) > SHORT else Qt.AlignmentFlag.AlignVCenter
            self._grid.addWidget(label(name, "muted", wrap=False), number, 0, upright)
            self._grid.addWidget(self._value(name, value, whole), number, 1)

    def _value(self, name: str, value: str, whole: str) -> QWidget:
        fills = not whole or len(value) > SHORT
        words = label(breakable(value), wrap=fills)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setMinimumWidth(self._desk.theme.px(48))
        words.setAccessibleName(f"{name}: {value}")
        holder = QWidget()
        across = QHBoxLayout(holder)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(4)
        across.addWidget(words, 1 if fills else 0)
        if whole:
            words.setToolTip(tooltip(whole))
            copy = IconButton("copy", f"Copy: {name}", self._desk.theme, self._desk.icons)
            copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(whole))
            copy.setFixedHeight(words.fontMetrics().height() + 4)
            across.addWidget(copy, 0, Qt.AlignmentFlag.AlignTop)
        if not fills:
            across.addStretch(1)
        return holder
