"""A list of models, as high as its rows: it lies in a page that scrolls. Enter opens a row, Ctrl+Enter does what its
button says, the menu key shows what else can be done. Knows rows, no command."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView, QScrollArea, QSizePolicy, QWidget

from desktop_app.desk import Desk
from desktop_app.model_row_painter import ROW, ModelRowPainter
from desktop_app.model_rows import ModelRow
from desktop_app.visible_text import tooltip

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class RowModel(QAbstractListModel):
    """Rows with the same keys in the same order are changed in place, so that the mark stays where it is."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.rows: list[ModelRow] = []

    def show_rows(self, rows: list[ModelRow]) -> bool:
        """Show other rows. True: there are others now, or in another order."""
        if [each.key for each in rows] != [each.key for each in self.rows]:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
            return True
        changed = [number for number, (old, new) in enumerate(zip(self.rows, rows, strict=True)) if old != new]
        self.rows = rows
        for number in changed:
            self.dataChanged.emit(self.index(number), self.index(number))
        return False

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip("\n".join(part for part in (row.title, row.lock, row.detail) if part))
        return row if role == ROW else None


class ModelList(QListView):
    """Signals: opened(key), acted(key), menu_asked(key, place on the screen), delete_asked(key)."""

    opened = Signal(str)
    acted = Signal(str)
    menu_asked = Signal(str, QPoint)
    delete_asked = Signal(str)

    def __init__(self, desk: Desk, name: str) -> None:
        super().__init__()
        self._desk = desk
        self.rows = RowModel(self)
        self.painter = ModelRowPainter(desk.theme, desk.icons, self)
        self.setModel(self.rows)
        self.setItemDelegate(self.painter)
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setProperty("kind", "models")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        for off in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            off(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu_at)
        desk.theme.changed.connect(self._fit)
        self._fit()

    def show_rows(self, rows: list[ModelRow]) -> None:
        """Show these; the row that had the mark keeps it."""
        here = self.current_key
        if self.rows.show_rows(rows):
            self._fit()
            self.mark(here)
        self.setVisible(bool(rows))

    @property
    def current_key(self) -> str:
        """The row with the mark; empty when there is none."""
        index = self.currentIndex()
        return self.rows.rows[index.row()].key if index.isValid() and index.row() < len(self.rows.rows) else ""

    def row(self, key: str) -> ModelRow | None:
        """The row of a model, if it is listed."""
        return next((each for each in self.rows.rows if each.key == key), None)

    def mark(self, key: str) -> bool:
        """Put the mark on a row. False: it is not listed."""
        number = next((at for at, each in enumerate(self.rows.rows) if each.key == key), -1)
        if number >= 0:
            self.setCurrentIndex(self.rows.index(number))
        return number >= 0

    def focus_row(self, key: str) -> bool:
        """Put the mark and the keys on a row. False: it is not listed."""
        found = self.mark(key)
        if found:
            self.setFocus()
        return found

    def _fit(self) -> None:
        self.painter.measure()
        self.setFixedHeight(max(1, len(self.rows.rows) * self.painter.height + 2))
        self.scheduleDelayedItemsLayout()

    def _show_current(self) -> None:
        """The page scrolls to the row with the mark: the list itself never scrolls."""
        page: QWidget | None = self.parentWidget()
        while page is not None and not isinstance(page, QScrollArea):
            page = page.parentWidget()
        inside = page.widget() if page is not None else None
        if page is not None and inside is not None and self.currentIndex().isValid():
            top = self.mapTo(inside, self.visualRect(self.currentIndex()).topLeft())
            bottom = top + QPoint(0, self.painter.height)
            page.ensureVisible(0, top.y(), 0, 24)
            page.ensureVisible(0, bottom.y(), 0, 24)

    def _menu_at(self, place: QPoint) -> None:
        index = self.indexAt(place)
        index = index if index.isValid() else self.currentIndex()
        if index.isValid():
            self.setCurrentIndex(index)
            inside = self.visualRect(index)
            place = place if inside.contains(place) else inside.center()
            self.menu_asked.emit(self.current_key, self.viewport().mapToGlobal(place))

    # ── keys and pointer ──────────────────────────────────────────────────────────────────────────────────
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = self.current_key
        if key and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
            row = self.row(key)
            (self.acted if held and row is not None and row.action else self.opened).emit(key)
        elif key and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit(key)
        else:
            super().keyPressEvent(event)
            self._show_current()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self.rows.rows:
            self.setCurrentIndex(self.rows.index(0))
        if event.reason() != Qt.FocusReason.MouseFocusReason:
            self._show_current()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if event.button() != Qt.MouseButton.LeftButton or not index.isValid():
            return
        row = self.rows.rows[index.row()]
        pressed = self.painter.button_rect(self.visualRect(index), row)
        hit = pressed is not None and pressed.contains(event.position().toPoint())
        (self.acted if hit else self.opened).emit(row.key)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        self.painter.pointer = event.position().toPoint()
        self.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()
