"""A layout that puts widgets side by side and begins a new line where there is no room."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem, QWidget


class FlowLayout(QLayout):
    """Widgets in reading order, `gap` px apart. Mirrored where reading goes from right to left."""

    def __init__(self, parent: QWidget, gap: int = 8) -> None:
        super().__init__(parent)
        self._items: list[QLayoutItem] = []
        self._gap = gap
        self.setContentsMargins(0, 0, 0, 0)

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem | None:
        return self._items[index] if 0 <= index < len(self._items) else None

    def takeAt(self, index: int) -> QLayoutItem | None:
        return self._items.pop(index) if 0 <= index < len(self._items) else None

    def clear(self) -> None:
        """Take out and delete everything."""
        while self._items:
            widget = self._items.pop().widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.invalidate()

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._place(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        return self.minimumSize()

    def minimumSize(self) -> QSize:
        widest = max((item.minimumSize().width() for item in self._items), default=0)
        tallest = max((item.sizeHint().height() for item in self._items), default=0)
        return QSize(min(widest, 120), tallest)

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._place(rect, move=True)

    def _place(self, rect: QRect, *, move: bool) -> int:
        parent = self.parentWidget()
        mirrored = parent is not None and parent.layoutDirection() == Qt.LayoutDirection.RightToLeft
        top = rect.top()
        for row in self._rows(rect.width()):
            tallest, left = max(item.sizeHint().height() for item in row), rect.left()
            for item in row:
                width, height = min(item.sizeHint().width(), max(rect.width(), 1)), item.sizeHint().height()
                across = rect.right() + 1 - (left - rect.left()) - width if mirrored else left
                if move:
                    item.setGeometry(QRect(QPoint(across, top + (tallest - height) // 2), QSize(width, height)))
                left += width + self._gap
            top += tallest + self._gap
        return max(top - self._gap - rect.top(), 0)

    def _rows(self, room: int) -> list[list[QLayoutItem]]:
        """Which widgets stand side by side; hidden ones take no place."""
        rows: list[list[QLayoutItem]] = []
        taken = 0
        for item in self._items:
            if item.isEmpty():
                continue
            width = min(item.sizeHint().width(), max(room, 1))
            if rows and taken + self._gap + width <= room:
                rows[-1].append(item)
                taken += self._gap + width
            else:
                rows.append([item])
                taken = width
        return rows


class Flow(QWidget):
    """Widgets in a flow layout, as one widget."""

    def __init__(self, *widgets: QWidget, gap: int = 8) -> None:
        super().__init__()
        self.flow = FlowLayout(self, gap)
        for each in widgets:
            self.flow.addWidget(each)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
