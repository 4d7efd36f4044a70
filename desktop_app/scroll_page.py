"""A page with a header and one centred column that scrolls; System is such a page, the pages of Models are columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.desk import Desk
from desktop_app.page_header import PageHeader

COLUMN_EM = 46
BAR = 10            # px: the width of a scroll bar, as the style sheet has it


class ScrollColumn(QScrollArea):
    """A centred column that scrolls. Attributes: column, the layout to fill from top to bottom."""

    def __init__(self, desk: Desk, width_em: float = COLUMN_EM) -> None:
        super().__init__()
        self._desk, self._width_em = desk, width_em
        self._inner = QWidget()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(0, 8, 0, 24)
        self.column.setSpacing(16)
        holder = QWidget()
        self._centred = QHBoxLayout(holder)
        self._centred.addStretch(1)
        self._centred.addWidget(self._inner, 1000)
        self._centred.addStretch(1)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setWidget(holder)
        self.verticalScrollBar().rangeChanged.connect(self._keep_place)
        desk.theme.changed.connect(self._fit)
        self._fit()

    def _keep_place(self) -> None:
        """The column stands where it stood, whether there is something to scroll or not."""
        bar = 0 if self.verticalScrollBar().maximum() > 0 else BAR
        self._centred.setContentsMargins(16, 0, 16 + bar, 0)

    def _fit(self) -> None:
        self._keep_place()
        self._inner.setMaximumWidth(round(self._desk.theme.em * self._width_em))


class ScrollPage(QWidget):
    """Attributes: header; column, the layout to fill from top to bottom."""

    def __init__(self, title: str, desk: Desk, right: tuple[QWidget, ...] = ()) -> None:
        super().__init__()
        self._desk = desk
        self.setAccessibleName(title)
        self.header = PageHeader(title, desk.theme, desk.icons, right)
        self._scroll = ScrollColumn(desk)
        self.column = self._scroll.column
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self._scroll, 1)
