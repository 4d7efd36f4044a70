"""The context meter: how much of what a specialist can keep in mind is filled, and how much of that was warm."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFocusEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from desktop_app.routing_words import warm_in_words
from desktop_app.theme import Theme
from router.views import TurnStats

NEARLY_FULL = 0.85
READ = 0.55         # how strongly what had to be read is drawn, beside what was warm


class ContextMeter(QWidget):
    """A ring, a number, and words on hover or focus. What needed no reading is drawn stronger. Hidden at first."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._share = self._warm = 0.0
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
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
        self._warm = min(stats.reused_tokens / stats.context, self._share)
        warm = warm_in_words(stats)
        words = " ".join(filter(None, (
            f"{used:,} of {stats.context:,} tokens are in use: what this chat's specialist can keep in mind.",
            f"{warm[:1].upper()}{warm[1:]} and needed no reading." if warm else "",
            "When it is full, the oldest messages are left out, and you are told.")))
        self.setToolTip(words)
        self.setAccessibleName(f"Context {round(100 * self._share)} % full")
        self.setAccessibleDescription(words)
        self.update()

    @property
    def share(self) -> float:
        """How full, 0…1."""
        return self._share

    @property
    def warm(self) -> float:
        """How much of the whole needed no reading for the last answer, 0…1."""
        return self._warm

    def sizeHint(self) -> QSize:
        words = self.fontMetrics().horizontalAdvance("100 %")
        return QSize(self._theme.px(16) + 14 + words, self._theme.px(24))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._theme.px(14)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - side - 5 if mirrored else 5
        ring = QRectF(left, (self.height() - side) / 2, side, side)
        token = "warning" if self._share >= NEARLY_FULL else "accent"
        painter.setPen(QPen(self._theme.colour("border"), 2.5))
        painter.drawEllipse(ring)
        read = self._theme.colour(token)
        read.setAlphaF(READ)
        for colour, start, end in ((self._theme.colour(token), 0.0, self._warm), (read, self._warm, self._share)):
            painter.setPen(QPen(colour, 2.5, c=Qt.PenCapStyle.FlatCap))
            painter.drawArc(ring, round(16 * (90 - 360 * start)), -round(16 * 360 * (end - start)))
        painter.setPen(self._theme.colour("muted"))
        painter.setFont(self._theme.font(0.87))
        words = self.rect().adjusted(0, 0, -side - 11, 0) if mirrored else self.rect().adjusted(side + 11, 0, 0, 0)
        painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeading,
                         f"{round(100 * self._share)} %")
        if self.hasFocus():
            painter.setPen(QPen(self._theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The words that a pointer finds by hovering come with the focus, too."""
        super().focusInEvent(event)
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), self.toolTip(), self)
