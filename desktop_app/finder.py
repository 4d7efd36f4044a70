"""The palette (Ctrl+K): one field that finds chats, pages and commands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QStringListModel, Qt
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QLineEdit,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from desktop_app.theme import Theme

Index = QModelIndex | QPersistentModelIndex
MOST_SHOWN = 40
SEPARATOR = ", "        # between words and keys; a screen reader pauses there


@dataclass(frozen=True)
class Entry:
    """Something that can be found: its words, what kind it is (or its keys), and what choosing it does."""

    words: str
    kind: str
    run: Callable[[], object]


def rank(wanted: str, words: str) -> int | None:
    """How well `words` fit: smaller is better, None not at all. Every piece must occur; word beginnings count more."""
    lowered = words.casefold()
    score = 0
    for piece in wanted.casefold().split():
        position = lowered.find(piece)
        if position < 0:
            return None
        begins = position == 0 or not lowered[position - 1].isalnum()
        score += (0 if begins else 1000) + position
    return score


def found(wanted: str, entries: list[Entry]) -> list[Entry]:
    """The entries that fit, best first; in their own order when nothing is wanted yet."""
    ranked = [(score, number, each) for number, each in enumerate(entries)
              if (score := rank(wanted, each.words)) is not None]
    return [each for _, _, each in sorted(ranked, key=lambda one: one[:2])[:MOST_SHOWN]]


class EntryPainter(QStyledItemDelegate):
    """The words of an entry, and on the far side its keys or kind (after a tab in the model's text)."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        kind = self._kind(index)
        painter.save()
        painter.setFont(self._theme.font(0.87))
        painter.setPen(self._theme.colour("muted"))
        far_side = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignTrailing
        painter.drawText(option.rect.adjusted(12, 0, -12, 0), far_side, kind)
        painter.restore()

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        room = option.rect.width() - 48 - option.fontMetrics.horizontalAdvance(self._kind(index))
        words = str(index.data()).rpartition(SEPARATOR)[0]
        option.text = option.fontMetrics.elidedText(words, Qt.TextElideMode.ElideRight, room)

    @staticmethod
    def _kind(index: Index) -> str:
        return str(index.data()).rpartition(SEPARATOR)[2]


class Finder(QDialog):
    """Esc closes it, Enter takes the marked entry, the arrows move the mark while one goes on typing."""

    def __init__(self, entries: list[Entry], theme: Theme, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Dialog | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("Find chats, pages and commands")
        self.setAccessibleName("Find chats, pages and commands")
        self._entries = entries
        self._shown: list[Entry] = []
        t = theme.tokens
        self.setStyleSheet(f"Finder {{ background: {t.raised}; border: 1px solid {t.border}; }}")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find chats, pages and commands")
        self.field.setAccessibleName("Find chats, pages and commands")
        self.field.textChanged.connect(self._show)
        self.field.installEventFilter(self)
        self._model = QStringListModel(self)
        self.list = QListView()
        self.list.setModel(self._model)
        self.list.setAccessibleName("Found")
        self.list.setItemDelegate(EntryPainter(theme, self.list))
        self.list.setUniformItemSizes(True)
        self.list.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.clicked.connect(lambda index: self._take(index.row()))
        self.list.installEventFilter(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(self.field)
        column.addWidget(self.list, 1)
        around = parent.window()
        width = min(round(theme.em * 38), around.width() - 24)
        height = min(round(theme.em * 28), around.height() - 48)
        self.resize(width, height)
        corner = around.mapToGlobal(around.rect().topLeft())
        self.move(corner.x() + (around.width() - width) // 2, corner.y() + min(80, (around.height() - height) // 2))
        self._show("")
        self.field.setFocus()

    @property
    def shown(self) -> list[Entry]:
        """What is listed now."""
        return self._shown

    def _show(self, wanted: str) -> None:
        self._shown = found(wanted, self._entries)
        self._model.setStringList([f"{each.words}{SEPARATOR}{each.kind}" for each in self._shown])
        if self._shown:
            self.list.setCurrentIndex(self._model.index(0))

    def _take(self, number: int) -> None:
        if 0 <= number < len(self._shown):
            chosen = self._shown[number]
            self.accept()
            chosen.run()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key, here = event.key(), self.list.currentIndex().row()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._take(here)
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and watched is self.field:
                there = (here + (1 if key == Qt.Key.Key_Down else -1)) % max(len(self._shown), 1)
                self.list.setCurrentIndex(self._model.index(there))
                return True
        return super().eventFilter(watched, event)
