"""A part of a page: a heading with something under it."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.controls import label


class Section(QWidget):
    """Attributes: body, the layout under the heading."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.setAccessibleName(heading)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        self.heading = label(heading, "heading")
        whole.addWidget(self.heading)
        self.body = QVBoxLayout()
        self.body.setSpacing(8)
        whole.addLayout(self.body)

    def begin(self, key: str) -> None:
        """Another model is on show."""
