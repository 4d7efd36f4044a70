"""A heading with a list of models under it, in one bordered surface; hidden while the list is empty."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.controls import card, label
from desktop_app.desk import Desk
from desktop_app.model_list import ModelList
from desktop_app.model_rows import ModelRow


class Listed(QWidget):
    """Attributes: list; heading."""

    def __init__(self, desk: Desk, heading: str, right: QWidget | None = None) -> None:
        super().__init__()
        self.heading = label(heading, "heading")
        self.list = ModelList(desk, heading)
        surface = card()
        inside = QVBoxLayout(surface)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)
        top = QHBoxLayout()
        top.addWidget(self.heading, 1)
        if right is not None:
            top.addWidget(right)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(surface)

    def show_rows(self, rows: list[ModelRow]) -> None:
        """Show these."""
        self.list.show_rows(rows)
        self.setVisible(bool(rows))

    def rename(self, heading: str) -> None:
        """Another heading."""
        self.heading.setText(heading)
        self.list.setAccessibleName(heading)
