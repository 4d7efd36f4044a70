"""A page with a header and one centred column that scrolls; Models, System and Settings are such pages."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.desk import Desk
from desktop_app.page_header import PageHeader

COLUMN_EM = 46


class ScrollPage(QWidget):
    """Attributes: header; column, the layout to fill from top to bottom."""

    def __init__(self, title: str, desk: Desk, right: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(title)
        self.header = PageHeader(title, desk.theme, desk.icons, right)
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 8, 0, 24)
        self.column.setSpacing(16)
        holder = QWidget()
        centred = QHBoxLayout(holder)
        centred.setContentsMargins(16, 0, 16, 0)
        centred.addStretch(1)
        centred.addWidget(self._inner, 1000)
        centred.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(holder)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self._scroll, 1)
        desk.theme.changed.connect(self._fit)
        self._fit()

    def _fit(self) -> None:
        self._inner.setMaximumWidth(round(self._desk.theme.em * COLUMN_EM))
