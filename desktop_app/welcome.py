"""What an empty chat says: what this is for, and what happens to the words."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.controls import label


class Welcome(QWidget):
    """Two centred sentences."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title = label("", "title")
        self._words = label("", "muted")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 24)
        column.addStretch(2)
        for each in (self._title, self._words):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(each)
        column.addStretch(3)
        self.show_for(temporary=False)

    def show_for(self, *, temporary: bool, opening: bool = False) -> None:
        """The words for a new chat, a temporary one, or while one is being opened."""
        if opening:
            self._title.setText("Opening…")
            self._words.setText("")
        elif temporary:
            self._title.setText("A chat that is not saved")
            self._words.setText("Nothing you write here reaches the disk; it is gone when you leave it.")
        else:
            self._title.setText("What would you like to know?")
            self._words.setText("Answered on this computer. Your words stay here.")
