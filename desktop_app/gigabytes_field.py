"""Gigabytes that take effect a moment after they were last changed: what is passed on the way is not meant."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QWidget

from desktop_app.controls import IconButton
from desktop_app.desk import Desk

GIGABYTE = 1_000_000_000
PAUSE = 600         # ms
STEP = 0.5


class _Number(QDoubleSpinBox):
    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()      # it scrolls the page


class GigabytesField(QWidget):
    """A number between two buttons. Signals: settled(bytes as text), for changes made by the person only."""

    settled = Signal(str)

    def __init__(self, desk: Desk, name: str, least: float, most: float, at_least: str = "") -> None:
        """`at_least` is said instead of the smallest number."""
        super().__init__()
        self.number = _Number()
        self.number.setAccessibleName(name)
        self.number.setRange(least, most)
        self.number.setSingleStep(STEP)
        self.number.setDecimals(1)
        self.number.setSuffix(" GB")
        self.number.setSpecialValueText(at_least)
        self.number.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.number.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.number.setFixedWidth(self.number.fontMetrics().horizontalAdvance("1000.0 GB") + desk.theme.px(24))
        self.less = IconButton("minus", f"{name}: less", desk.theme, desk.icons)
        self.more = IconButton("plus", f"{name}: more", desk.theme, desk.icons)
        self.less.clicked.connect(self.number.stepDown)
        self.more.clicked.connect(self.number.stepUp)
        across = QHBoxLayout(self)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(2)
        for each in (self.less, self.number, self.more):
            across.addWidget(each)
        self._told = ""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._pause.timeout.connect(self.settle)
        self.number.valueChanged.connect(lambda _: self._pause.start())

    @property
    def bytes_as_text(self) -> str:
        """The number as a preference keeps it."""
        return str(round(self.number.value() * GIGABYTE))

    def show_bytes(self, size: int) -> None:
        """A number from elsewhere; nothing is told, and nothing is taken from who is changing it."""
        if not self._pause.isActive():
            self.number.setValue(size / GIGABYTE)
            self._pause.stop()
            self._told = self.bytes_as_text

    def settle(self) -> None:
        """The number as it is now is meant."""
        self._pause.stop()
        if self.bytes_as_text != self._told:
            self._told = self.bytes_as_text
            self.settled.emit(self._told)
