"""How rows of the sidebar are painted: headings, folders, conversations, and what a search found.

Knows the theme and the rows, no command.
"""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPalette
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from desktop_app.conversation_list import ROW
from desktop_app.icons import Icons
from desktop_app.sections import Row
from desktop_app.theme import Theme
from desktop_app.words import snippet_pieces
from router.views import SearchHit

Index = QModelIndex | QPersistentModelIndex


class RowPainter(QStyledItemDelegate):
    """Paints `Row`s and `SearchHit`s found under ROW."""

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        lines = 2 if isinstance(index.data(ROW), SearchHit) else 1
        height = round(QFontMetrics(self._theme.font()).height() * lines) + self._theme.px(12)
        return QSize(80, height)

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("New name")
        return editor

    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        editor.setGeometry(option.rect)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect: QRect = option.rect.adjusted(8, 1, -8, -1)
        state: QStyle.StateFlag = option.state
        right_to_left = option.direction == Qt.LayoutDirection.RightToLeft
        self._background(painter, rect, state)
        shown = index.data(ROW)
        inner = rect.adjusted(self._theme.px(8), 0, -self._theme.px(8), 0)
        if isinstance(shown, SearchHit):
            self._hit(painter, inner, shown, right_to_left)
        elif isinstance(shown, Row) and shown.conversation is None:
            self._heading(painter, inner, shown, right_to_left)
        elif isinstance(shown, Row):
            self._text(painter, inner, shown.title, "text", right_to_left, 1.0)
        painter.restore()

    def _background(self, painter: QPainter, rect: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(Qt.PenStyle.NoPen)
        if selected or hovered:
            painter.setBrush(self._theme.colour("selection" if selected else "hover"))
            painter.drawRoundedRect(rect, 6, 6)
        if focused:
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(self._theme.colour("focus"))
            painter.drawRoundedRect(rect.adjusted(1, 1, -1, -1), 6, 6)

    def _heading(self, painter: QPainter, rect: QRect, row: Row, right_to_left: bool) -> None:
        if row.folder is not None:
            side = self._theme.px(14)
            name = ("chevron-left" if right_to_left else "chevron-right") if row.closed else "chevron-down"
            pixmap = self._icons.pixmap(name, "muted", 14)
            left = rect.right() - side if right_to_left else rect.left()
            painter.drawPixmap(QRect(left, rect.center().y() - side // 2, side, side), pixmap)
            gap = side + self._theme.px(4)
            rect = rect.adjusted(0, 0, -gap, 0) if right_to_left else rect.adjusted(gap, 0, 0, 0)
        self._text(painter, rect, row.title, "muted", right_to_left, 0.84, bold=True, low=row.folder is None)

    def _text(self, painter: QPainter, rect: QRect, text: str, token: str, right_to_left: bool, scale: float,
              *, bold: bool = False, low: bool = False) -> None:
        font = self._theme.font(scale, bold=bold)
        painter.setFont(font)
        painter.setPen(self._theme.colour(token))
        painter.setLayoutDirection(Qt.LayoutDirection.RightToLeft if right_to_left else Qt.LayoutDirection.LeftToRight)
        down = Qt.AlignmentFlag.AlignBottom if low else Qt.AlignmentFlag.AlignVCenter
        shown = QFontMetrics(font).elidedText(text, Qt.TextElideMode.ElideRight, rect.width())
        painter.drawText(rect.adjusted(0, 0, 0, -4 if low else 0), Qt.AlignmentFlag.AlignLeading | down, shown)

    def _hit(self, painter: QPainter, rect: QRect, hit: SearchHit, right_to_left: bool) -> None:
        half = rect.height() // 2
        top = QRect(rect.left(), rect.top() + 3, rect.width(), half - 3)
        bottom = QRect(rect.left(), rect.top() + half, rect.width(), half - 3)
        self._text(painter, top, hit.title or "New chat", "text", right_to_left, 1.0)
        metrics = QFontMetrics(self._theme.font(0.87))
        before, found, after = snippet_pieces(hit.snippet)
        room = bottom.width() - metrics.horizontalAdvance(found)
        before = metrics.elidedText(before, Qt.TextElideMode.ElideLeft, max(room // 3, 0))
        lead = metrics.horizontalAdvance(before)
        if not right_to_left and found:
            wide = metrics.horizontalAdvance(found)
            marked = QRect(bottom.left() + lead, bottom.top() + 1, wide, bottom.height() - 2)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(self._theme.colour("found")))
            painter.drawRoundedRect(marked, 3, 3)
        self._text(painter, bottom, before + found + after, "muted", right_to_left, 0.87)

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.palette.setColor(QPalette.ColorRole.Text, self._theme.colour("text"))
