"""A quiet bar of what takes how much of the disk, with its parts named below. Knows sizes, not models."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_app.controls import label
from desktop_app.flow import Flow
from desktop_app.storage_rows import Part
from desktop_app.theme import Theme
from desktop_app.words import size_in_words


def colour_of(part: Part, theme: Theme) -> QColor:
    """The hue of its skill, or a quiet grey."""
    return theme.dot(part.skill) if part.skill else theme.colour("muted")


class StorageBar(QWidget):
    """`show_parts` of a whole; what is left over is free, or taken by others."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._bar = _Bar(theme)
        self._theme = theme
        self._names = Flow(gap=4)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(self._bar)
        whole.addWidget(self._names)
        self._shown: list[Part] = []
        theme.changed.connect(self._name_parts)

    def show_parts(self, parts: list[Part], free: int, words: str) -> None:
        """Bytes each, and the free ones; `words` say the same for those who cannot see it."""
        self._bar.setAccessibleName("Room on the disk")
        self._bar.setAccessibleDescription(words)
        self._bar.show_parts(parts, free)
        if parts != self._shown:
            self._shown = parts
            self._name_parts()

    def _name_parts(self) -> None:
        self._names.flow.clear()
        for part in self._shown:
            side = self._theme.px(9)
            dot = label(wrap=False)
            dot.setFixedSize(side, side)
            dot.setStyleSheet(f"background: {colour_of(part, self._theme).name()}; border-radius: {side // 2}px;")
            entry = QWidget()
            across = QHBoxLayout(entry)
            across.setContentsMargins(0, 0, 12, 0)
            across.setSpacing(6)
            across.addWidget(dot)
            across.addWidget(label(f"{part.name} {size_in_words(part.size)}", "small", wrap=False))
            self._names.flow.addWidget(entry)
        self._names.updateGeometry()


class _Bar(QWidget):
    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._parts: list[Part] = []
        self._free = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_parts(self, parts: list[Part], free: int) -> None:
        self._parts, self._free = parts, free
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(200, self._theme.px(14))

    def paintEvent(self, event: QPaintEvent) -> None:
        total = sum(each.size for each in self._parts) + self._free
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        outline = QPainterPath()
        outline.addRoundedRect(QRectF(self.rect()), 5, 5)
        painter.setClipPath(outline)
        painter.fillRect(self.rect(), self._theme.colour("hover"))
        along = 0.0
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        for part in self._parts if total else ():
            wide = max(self.width() * part.size / total, 2.0)
            left = self.width() - along - wide if mirrored else along
            painter.fillRect(QRectF(left, 0, max(wide - 1, 1), self.height()), colour_of(part, self._theme))
            along += wide
        painter.end()
