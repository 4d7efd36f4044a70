"""The top of a page: the way to the sidebar, the title, and what belongs on the right."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from desktop_app.controls import ElidedLabel, IconButton
from desktop_app.icons import Icons
from desktop_app.theme import Theme


class PageHeader(QWidget):
    """Signals: sidebar_asked()."""

    sidebar_asked = Signal()

    def __init__(self, title: str, theme: Theme, icons: Icons, right: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        self._open = IconButton("menu", "Show the sidebar", theme, icons)
        self._open.clicked.connect(self.sidebar_asked)
        self._open.hide()
        self.title = ElidedLabel(title, "heading")
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 12, 16, 12)
        row.setSpacing(8)
        row.addWidget(self._open)
        row.addWidget(self.title, 1)
        for widget in right:
            row.addWidget(widget)

    def set_sidebar_button(self, shown: bool) -> None:
        """Shown while the sidebar itself is not."""
        self._open.setVisible(shown)
