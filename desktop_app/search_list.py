"""What a search over all conversations found, as a Qt model. Knows no command."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from desktop_app.conversation_list import ROW
from desktop_app.words import snippet_pieces
from router.views import SearchHit

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class SearchModel(QAbstractListModel):
    """One row per matching message."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._hits: tuple[SearchHit, ...] = ()

    def show_hits(self, hits: tuple[SearchHit, ...]) -> None:
        """Show other results."""
        self.beginResetModel()
        self._hits = hits
        self.endResetModel()

    def hit(self, index: Index) -> SearchHit | None:
        """The result at an index."""
        return self._hits[index.row()] if index.isValid() and index.row() < len(self._hits) else None

    def rowCount(self, parent: Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self._hits)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        hit = self.hit(index)
        if hit is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{hit.title or 'New chat'}: {''.join(snippet_pieces(hit.snippet))}"
        return hit if role == ROW else None
