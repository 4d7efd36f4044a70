"""Who answers: a dot in the colour of the skill and the specialist's name; a button that tells why."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QPushButton, QSizePolicy, QWidget

from desktop_app.rendering import Rendering


class SpecialistChip(QPushButton):
    """`clicked`: the person wants to know why this one answers."""

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._skill = ""
        self.setProperty("kind", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        rendering.theme.changed.connect(self._dress)
        self._dress()

    def show_who(self, name: str, skill: str, why: str) -> None:
        """`why` in words goes to screen readers here and to the card that the click opens."""
        self._skill = skill
        shown = name if len(name) <= 40 else name[:39] + "…"
        self.setText((shown or "Consort").replace("&", "&&"))
        self.setAccessibleName(f"Answered by {name or 'Consort'}")
        self.setAccessibleDescription(why)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        theme = self._rendering.theme
        icon = QIcon()
        side = theme.px(10)
        for density in (1, 2, 3):
            dot = QPixmap(side * density, side * density)
            dot.fill(Qt.GlobalColor.transparent)
            painter = QPainter(dot)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.dot(self._skill) if self._skill else theme.colour("muted"))
            painter.drawEllipse(QRectF(0, 0, side * density, side * density).adjusted(1, 1, -1, -1))
            painter.end()
            dot.setDevicePixelRatio(density)
            icon.addPixmap(dot)
        self.setIcon(icon)
