"""The list of conversations as a Qt model: headings and rows made by `sections`. Knows no router command.

All rows have one height, so a list of 5,000 lays out at once; only what is visible is painted.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_app.sections import Row
from desktop_app.visible_text import tooltip

Index = QModelIndex | QPersistentModelIndex
ROW = Qt.ItemDataRole.UserRole
_NO_PARENT = QModelIndex()


class ConversationModel(QAbstractListModel):
    """Signals: renamed(key, title) when an inline editor is done."""

    renamed = Signal(str, str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[Row] = []

    @property
    def rows(self) -> list[Row]:
        """What is listed, from top to bottom."""
        return self._rows

    def show_rows(self, rows: list[Row]) -> bool:
        """Show other rows. True: the order changed (a reset), False: at most texts did."""
        same = [each.key for each in rows] == [each.key for each in self._rows]
        if not same:
            self.beginResetModel()
            self._rows = rows
            self.endResetModel()
            return True
        changed = [number for number, (old, new) in enumerate(zip(self._rows, rows, strict=True)) if old != new]
        self._rows = rows
        for number in changed:
            self.dataChanged.emit(self.index(number), self.index(number))
        return False

    def row_of(self, key: str) -> int:
        """The position of a row, -1 when it is not listed."""
        return next((number for number, row in enumerate(self._rows) if row.key == key), -1)

    def row(self, index: Index) -> Row | None:
        """The row at an index."""
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        row = self.row(index)
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.EditRole):
            return row.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(row)
        if role == Qt.ItemDataRole.ToolTipRole:
            return tooltip(row.title) if len(row.title) > 24 else None
        return row if role == ROW else None

    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        row = self.row(index)
        title = " ".join(str(value).split())
        if row is None or not title or title == row.title:
            return False
        self.renamed.emit(row.key, title)
        return True

    def flags(self, index: Index) -> Qt.ItemFlag:
        row = self.row(index)
        if row is None:
            return Qt.ItemFlag.NoItemFlags
        if row.conversation is None and row.folder is None:
            return Qt.ItemFlag.ItemIsEnabled
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsEditable

    @staticmethod
    def _spoken(row: Row) -> str:
        if row.conversation is not None:
            return row.title + (", pinned" if row.conversation.pinned else "")
        if row.folder is not None:
            return f"Folder {row.title}, {'closed' if row.closed else 'open'}"
        return f"{row.title}:"
