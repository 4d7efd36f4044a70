"""The bar that takes back what was just done: a deletion, something taught. For ten seconds."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_app.controls import IconButton, button, label
from desktop_app.desk import Desk

SHOWN_FOR = 10_000      # ms; Ctrl+Z works longer


class UndoBar(QFrame):
    """Signals: undo_asked()."""

    undo_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("kind", "card")
        self.setAccessibleName("What was just done")
        self._words = label()
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_FOR)
        self._timer.timeout.connect(self.hide)
        self.undo = button("Undo", self.undo_asked.emit, "link")
        close = IconButton("close", "Close this bar", desk.theme, desk.icons)
        close.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 4, 8, 4)
        row.addWidget(self._words, 1)
        row.addWidget(self.undo)
        row.addWidget(close)
        self.hide()

    @property
    def words(self) -> str:
        """What was done."""
        return self._words.text()

    def show_now(self) -> None:
        """Show the newest deed of the view state that can be undone, or go away when nothing is left to undo."""
        undo = self._desk.state.undo
        self.setVisible(bool(undo))
        if undo:
            self._words.setText(undo[-1].words)
            self.undo.setAccessibleName(f"Undo: {undo[-1].words}")
            self._timer.start()
