"""The bar that brings back what was just deleted, for ten seconds."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from desktop_app.controls import ElidedLabel, IconButton, button
from desktop_app.desk import Desk

SHOWN_FOR = 10_000      # ms; Ctrl+Z works longer


class UndoBar(QFrame):
    """Signals: undo_asked()."""

    undo_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("kind", "card")
        self.setAccessibleName("Deleted")
        self._words = ElidedLabel()
        self._timer = QTimer(self, singleShot=True, interval=SHOWN_FOR)
        self._timer.timeout.connect(self.hide)
        self.undo = button("Undo", self.undo_asked.emit, "link", "Undo the deletion")
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
        """What was deleted."""
        return self._words.whole

    def show_now(self) -> None:
        """Show the newest deletion of the view state, or go away when nothing is left to undo."""
        undo = self._desk.state.undo
        self.setVisible(bool(undo))
        if undo:
            self._words.set_whole(undo[-1].words)
            self._timer.start()
