"""A small choice of pages in one row: one is on show, the arrow keys go from one to the next.

Radio buttons by nature, so that screen readers say which of how many; where there is no room they take two rows.
"""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QRadioButton, QWidget

from desktop_app.theme import Theme


class Segment(QRadioButton):
    """One of them; `count` stands after its words, 0 is not shown."""

    def __init__(self, words: str, theme: Theme) -> None:
        super().__init__(words)
        self._theme, self._words, self._count = theme, words, 0
        self.setAccessibleName(words)

    def set_count(self, count: int) -> None:
        """How many things wait there."""
        if count != self._count:
            self._count = count
            self.setAccessibleName(f"{self._words}, {count}" if count else self._words)
            self.updateGeometry()
            self.update()

    @property
    def shown(self) -> str:
        """Its words and its count."""
        return f"{self._words}  {self._count}" if self._count else self._words

    def sizeHint(self) -> QSize:
        metrics = QFontMetrics(self._theme.font(0.93, bold=True))
        return QSize(metrics.horizontalAdvance(self.shown) + self._theme.px(24), metrics.height() + self._theme.px(12))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(40), self.sizeHint().height())

    def hitButton(self, place: object) -> bool:
        return True

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        room = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked():
            painter.setPen(QPen(self._theme.colour("border"), 1))
            painter.setBrush(self._theme.colour("raised"))
            painter.drawRoundedRect(room, 6, 6)
        elif self.underMouse():
            painter.setBrush(self._theme.colour("hover"))
            painter.drawRoundedRect(room, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.drawRoundedRect(room, 6, 6)
        painter.setPen(self._theme.colour("text" if self.isChecked() else "muted"))
        font = self._theme.font(0.93, bold=self.isChecked())
        painter.setFont(font)
        shown = QFontMetrics(font).elidedText(self.shown, Qt.TextElideMode.ElideRight, self.width() - 8)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, shown)
        painter.end()


class Segments(QWidget):
    """Signals: chosen(name)."""

    chosen = Signal(str)

    def __init__(self, theme: Theme, name: str, options: tuple[tuple[str, str], ...]) -> None:
        super().__init__()
        self._theme = theme
        self.setAccessibleName(name)
        self._group = QButtonGroup(self)
        self.buttons: dict[str, Segment] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(3, 3, 3, 3)
        self._grid.setSpacing(2)
        for value, words in options:
            made = Segment(words, theme)
            made.clicked.connect(lambda _=False, value=value: self.chosen.emit(value))
            self._group.addButton(made)
            self.buttons[value] = made
        self._columns = 0
        self._arrange(len(options))
        theme.changed.connect(self.refit)

    def choose(self, value: str) -> None:
        """Mark one as the one on show; nothing is told."""
        self.buttons[value].setChecked(True)
        for name, each in self.buttons.items():         # Tab comes to the one on show; the arrows lead to the others
            each.setFocusPolicy(Qt.FocusPolicy.StrongFocus if name == value else Qt.FocusPolicy.ClickFocus)

    @property
    def present(self) -> str:
        """The one on show; empty while there is none."""
        return next((value for value, each in self.buttons.items() if each.isChecked()), "")

    def focus_present(self) -> None:
        """The keys go to the one on show."""
        checked = self._group.checkedButton()
        if checked is not None:
            checked.setFocus(Qt.FocusReason.TabFocusReason)

    def refit(self) -> None:
        """As many columns as there is room for."""
        wanted = self._wanted()
        self._arrange(len(self.buttons) if wanted <= self.width() or not self.width() else 2)
        self.update()

    def _wanted(self) -> int:
        return sum(each.sizeHint().width() + 2 for each in self.buttons.values()) + 6

    def sizeHint(self) -> QSize:
        rows = -(-len(self.buttons) // max(self._columns, 1))
        high = next(iter(self.buttons.values())).sizeHint().height()
        return QSize(self._wanted(), rows * (high + 2) + 4)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        for number, each in enumerate(self.buttons.values()):
            self._grid.removeWidget(each)
            self._grid.addWidget(each, number // columns, number % columns)
        self.updateGeometry()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.refit()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._theme.colour("surface"))
        painter.drawRoundedRect(QRectF(self.rect()), 8, 8)
        painter.end()
