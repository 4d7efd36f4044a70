"""The sheet of keyboard shortcuts (F1, or ? when not writing), made from the one table."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.shortcuts import SHORTCUTS


class ShortcutsSheet(QDialog):
    """Esc closes it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Keyboard shortcuts")
        grid = QGridLayout()
        grid.setHorizontalSpacing(24)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 1)
        row = 0
        for group in dict.fromkeys(each.group for each in SHORTCUTS):
            heading = label(group, "heading")
            grid.addWidget(heading, row, 0, 1, 2)
            row += 1
            for each in (one for one in SHORTCUTS if one.group == group):
                grid.addWidget(label(each.words), row, 0)
                grid.addWidget(label(each.in_words(), "muted", wrap=False), row, 1, Qt.AlignmentFlag.AlignTrailing)
                row += 1
        inner = QWidget()
        inner.setLayout(grid)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setAccessibleName("Shortcuts")
        scroll.setWidget(inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(16)
        whole.addWidget(label("Keyboard shortcuts", "title"))
        whole.addWidget(scroll, 1)
        close = button("Close", self.accept, "primary")
        whole.addWidget(close, 0, Qt.AlignmentFlag.AlignTrailing)
        around = parent.window()
        self.resize(min(560, around.width() - 24), min(640, around.height() - 48))
        close.setFocus()
