"""How a row of a list of models is painted: the skill's dot, name and facts, size and verdict, and its button.

Knows the theme and rows, no command. Mirrored where reading goes from right to left.
"""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.icons import Icons
from desktop_app.model_rows import ModelRow
from desktop_app.theme import Theme

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
ROOM_FOR_BUTTON = 460       # px at 100 %: in a narrower list rows have no button; Enter opens, and there it is
LEAST_BUTTON = 100          # px at 100 %: buttons below each other are as wide
_SIDE = 16                  # px at 100 %: before and after everything


def reading_direction(words: str) -> Qt.LayoutDirection:
    """The direction of the first letter that has one; from left to right without any."""
    strong = next((way for each in words if (way := unicodedata.bidirectional(each)) in ("L", "R", "AL")), "L")
    return Qt.LayoutDirection.LeftToRight if strong == "L" else Qt.LayoutDirection.RightToLeft


class ModelRowPainter(QStyledItemDelegate):
    """Attributes: height of a row in px; pointer, where it is, for the button under it."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.pointer = QPoint(-1, -1)
        self.measure()

    def measure(self) -> None:
        """Take the sizes from the theme as it is now."""
        self._title, self._small = self._theme.font(1.0, bold=True), self._theme.font(0.87)
        self._high = QFontMetrics(self._title).height()
        self._low = QFontMetrics(self._small).height()
        self.height = self._high + self._low + self._theme.px(2 * 11 + 3)

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(80, self.height)

    def button_rect(self, row_rect: QRect, row: ModelRow) -> QRect | None:
        """Where the row's button is; None without one."""
        if not row.action or row_rect.width() < self._theme.px(ROOM_FOR_BUTTON):
            return None
        px = self._theme.px
        width = max(QFontMetrics(self._theme.font()).horizontalAdvance(row.action) + px(24), px(LEAST_BUTTON))
        height = self._high + px(10)
        place = QRect(row_rect.right() - px(_SIDE) - width, row_rect.center().y() - height // 2, width, height)
        return self._mirrored(place, row_rect)

    @property
    def _is_mirrored(self) -> bool:
        parent = self.parent()
        return isinstance(parent, QWidget) and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft

    def _mirrored(self, place: QRect, within: QRect) -> QRect:
        sides = Qt.LayoutDirection
        return QStyle.visualRect(sides.RightToLeft if self._is_mirrored else sides.LeftToRight, within, place)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW)
        if not isinstance(row, ModelRow):
            return
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setLayoutDirection(option.direction)
        self._background(painter, option, index.row())
        self._words(painter, option.rect, row)
        button = self.button_rect(option.rect, row)
        if button is not None:
            self._button(painter, button, row.action)
        painter.restore()

    def _background(self, painter: QPainter, option: QStyleOptionViewItem, number: int) -> None:
        rect: QRect = option.rect
        if number:
            painter.setPen(self._theme.colour("border"))
            painter.drawLine(rect.left() + self._theme.px(_SIDE), rect.top(),
                             rect.right() - self._theme.px(_SIDE), rect.top())
        if option.state & QStyle.StateFlag.State_MouseOver:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.colour("hover"))
            painter.drawRoundedRect(rect.adjusted(4, 4, -4, -3), 6, 6)
        if option.state & QStyle.StateFlag.State_HasFocus:
            pen = painter.pen()
            pen.setColor(self._theme.colour("focus"))
            pen.setWidth(2)
            pen.setStyle(Qt.PenStyle.SolidLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(rect).adjusted(5, 5, -5, -4), 6, 6)

    def _words(self, painter: QPainter, rect: QRect, row: ModelRow) -> None:
        """Everything but the button, laid out from left to right and then mirrored as a whole."""
        px = self._theme.px
        left, right = rect.left() + px(_SIDE), rect.right() - px(_SIDE)
        if row.action and rect.width() >= px(ROOM_FOR_BUTTON):
            width = max(QFontMetrics(self._theme.font()).horizontalAdvance(row.action) + px(24), px(LEAST_BUTTON))
            right -= width + px(16)
        top = rect.top() + px(11)
        low = top + self._high + px(3)
        if row.skill:
            dot = self._mirrored(QRect(left, top + (self._high - px(9)) // 2, px(9), px(9)), rect)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._theme.dot(row.skill))
            painter.drawEllipse(QRectF(dot))
        left += px(18)
        above_end = self._far(painter, rect, right, top, self._high, row.aside, "text", "")
        below_end = self._far(painter, rect, right, low, self._low, row.below, row.token, row.icon)
        self._near(painter, rect, left, above_end - px(12), top, row)
        self._say(painter, rect, QRect(left, low, max(below_end - px(12) - left, 0), self._low), row.detail, "muted",
                  self._small)

    def _near(self, painter: QPainter, rect: QRect, left: int, right: int, top: int, row: ModelRow) -> None:
        """The title, a lock, and quiet words beside it where there is room."""
        px = self._theme.px
        taken = self._say(painter, rect, QRect(left, top, max(right - left, 0), self._high), row.title, "text",
                          self._title)
        left += taken + px(8)
        if row.lock and right - left >= px(14):
            side = px(14)
            place = self._mirrored(QRect(left, top + (self._high - side) // 2, side, side), rect)
            painter.drawPixmap(place, self._icons.pixmap("lock", "warning", 14))
            left += side + px(8)
        if right - left > px(56):
            self._say(painter, rect, QRect(left, top + (self._high - self._low) // 2 + 1, right - left, self._low),
                      row.beside, "muted", self._small)

    def _far(self, painter: QPainter, rect: QRect, right: int, top: int, height: int, words: str, token: str,
             icon: str) -> int:
        """Words that end at `right`; where they begin."""
        if not words:
            return right
        metrics = QFontMetrics(self._small)
        most = rect.width() * 2 // 5
        width = min(metrics.horizontalAdvance(words) + 1, most)
        self._say(painter, rect, QRect(right - width, top + (height - self._low) // 2, width, self._low), words, token,
                  self._small)
        left = right - width
        if icon:
            side = self._theme.px(13)
            left -= side + self._theme.px(4)
            place = self._mirrored(QRect(left, top + (height - side) // 2, side, side), rect)
            painter.drawPixmap(place, self._icons.pixmap(icon, token, 13))
        return left

    def _say(self, painter: QPainter, within: QRect, place: QRect, words: str, token: str, font: object) -> int:
        """Write one line; how wide it came out."""
        if not words or place.width() <= 0:
            return 0
        painter.setFont(font)  # type: ignore[arg-type]
        painter.setPen(self._theme.colour(token))
        metrics = QFontMetrics(font)  # type: ignore[call-overload]
        shown = metrics.elidedText(words, Qt.TextElideMode.ElideRight, place.width())
        put = self._mirrored(place, within)
        side = Qt.AlignmentFlag.AlignRight if self._is_mirrored else Qt.AlignmentFlag.AlignLeft
        painter.setLayoutDirection(reading_direction(shown))        # by its own letters, wherever it stands
        painter.drawText(put, side | Qt.AlignmentFlag.AlignAbsolute | Qt.AlignmentFlag.AlignVCenter, shown)
        return int(min(metrics.horizontalAdvance(shown), place.width()))

    def _button(self, painter: QPainter, place: QRect, words: str) -> None:
        pen = painter.pen()
        pen.setWidth(1)
        pen.setColor(self._theme.colour("border"))
        painter.setPen(pen)
        painter.setBrush(self._theme.colour("hover" if place.contains(self.pointer) else "raised"))
        painter.drawRoundedRect(QRectF(place).adjusted(0.5, 0.5, -0.5, -0.5), 6, 6)
        painter.setPen(self._theme.colour("text"))
        painter.setFont(self._theme.font())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)
