"""One quiet line at the foot of the sidebar while something is being downloaded; it leads to the downloads."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QPushButton

from desktop_app.desk import Desk

REPAINT = 100           # ms: at most ten times a second


class SidebarDownloads(QPushButton):
    """Hidden while nothing runs or waits."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._words = ""
        self.setProperty("kind", "quiet")
        self.setCursor(Qt.CursorShape.ArrowCursor)
        self._soon = QTimer(self, singleShot=True, interval=REPAINT)
        self._soon.timeout.connect(self.show_now)
        desk.theme.changed.connect(self.updateGeometry)
        self.show_now()

    @property
    def words(self) -> str:
        """What it says."""
        return self._words

    def show_soon(self) -> None:
        """Something moved."""
        if not self._soon.isActive():
            self._soon.start()

    def show_now(self) -> None:
        """Draw what the queue says."""
        active = self._desk.state.queue.active()
        self.setVisible(bool(active))
        if not active:
            return
        what = self._desk.state.name_of(active[0].specialist) if len(active) == 1 else f"{len(active)} downloads"
        words = f"{what} · {int(100 * self._desk.state.queue.share())} %"
        if words != self._words:
            self._words = words
            self.setAccessibleName(f"Downloads: {words}")
            self.setToolTip("Show the downloads")
            self.update()

    def sizeHint(self) -> QSize:
        return QSize(120, QFontMetrics(self._desk.theme.font(0.87)).height() + self._desk.theme.px(16))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = self._desk.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = theme.px(8)
        inside = QRectF(self.rect()).adjusted(edge, theme.px(3), -edge, -theme.px(6))
        painter.setFont(theme.font(0.87))
        painter.setPen(theme.colour("text" if self.underMouse() else "muted"))
        shown = QFontMetrics(painter.font()).elidedText(self._words, Qt.TextElideMode.ElideMiddle, int(inside.width()))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        painter.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        painter.drawText(inside, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignTop, shown)
        high, share = theme.px(3), self._desk.state.queue.share()
        bar = QRectF(inside.left(), inside.bottom() - high + 1, inside.width(), high)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("border"))
        painter.drawRoundedRect(bar, high / 2, high / 2)
        wide = bar.width() * share
        left = bar.right() - wide if mirrored else bar.left()
        painter.setBrush(theme.colour("accent"))
        painter.drawRoundedRect(QRectF(left, bar.top(), wide, high), high / 2, high / 2)
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        painter.end()
