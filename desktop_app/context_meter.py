"""The context meter: how much of the window a specialist reads is filled, as a ring, a number and words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.theme import Theme
from router.views import TurnStats

NEARLY_FULL = 0.85


class ContextMeter(QWidget):
    """Hidden while nothing is known."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share = 0.0
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.hide()
        theme.changed.connect(self.updateGeometry)
        theme.changed.connect(self.update)

    def show_use(self, stats: TurnStats) -> None:
        """Tokens of the last turn (prompt and answer) of the specialist's context."""
        used = stats.prompt_tokens + stats.written_tokens
        self.setVisible(stats.context > 0 and used > 0)
        if stats.context <= 0:
            return
        self._share = min(used / stats.context, 1.0)
        words = (f"{used:,} of {stats.context:,} tokens are in use: what this chat's specialist can keep in mind. "
                 f"When it is full, the oldest messages are left out, and you are told.")
        self.setToolTip(words)
        self.setAccessibleName(f"Context {round(100 * self._share)} % full")
        self.setAccessibleDescription(words)
        self.update()

    @property
    def share(self) -> float:
        """How full, 0…1."""
        return self._share

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance("100 %")
        return QSize(self._theme.px(16) + 8 + words, self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._theme.px(14)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - side - 2 if mirrored else 2
        ring = QRectF(left, (self.height() - side) / 2, side, side)
        token = "warning" if self._share >= NEARLY_FULL else "accent"
        painter.setPen(QPen(self._theme.colour("border"), 2.5))
        painter.drawEllipse(ring)
        painter.setPen(QPen(self._theme.colour(token), 2.5, c=Qt.PenCapStyle.FlatCap))
        painter.drawArc(ring, 90 * 16, -round(360 * 16 * self._share))
        painter.setPen(self._theme.colour("muted"))
        painter.setFont(self._theme.font(0.87))
        words = self.rect().adjusted(0, 0, -side - 8, 0) if mirrored else self.rect().adjusted(side + 8, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading,
                         f"{round(100 * self._share)} %")
