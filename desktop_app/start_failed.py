"""The page shown when the router could not start: what happened, what is safe, what to do, and one button."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.controls import button, label


class StartFailedPage(QWidget):
    """Signals: close_asked()."""

    close_asked = Signal()

    def __init__(self, text: str, hint: str) -> None:
        super().__init__()
        column = QVBoxLayout()
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(label("Consort could not start", "title"))
        column.addWidget(label(text))
        if hint:
            column.addWidget(label(hint, "muted"))
        column.addWidget(label("Your chats and models were not touched.", "muted"))
        row = QHBoxLayout()
        row.addWidget(button("Close Consort", self.close_asked.emit, "primary"))
        row.addStretch(1)
        column.addLayout(row)
        column.addStretch(2)
        inner = QWidget()
        inner.setMaximumWidth(560)
        inner.setLayout(column)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 24)
        whole.addStretch(1)
        whole.addWidget(inner, 100)
        whole.addStretch(1)
