"""The sidebar: new chat, search, the conversations with all one can do to them, and the way to the other pages.

It reads the view state and asks for things by signals and commands; the window decides what is shown.
"""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from desktop_app.controls import IconButton, label, line
from desktop_app.conversation_list import ConversationModel
from desktop_app.conversation_menu import ConversationMenu
from desktop_app.desk import Desk
from desktop_app.row_painter import RowPainter
from desktop_app.search_list import SearchModel
from desktop_app.sections import Row, sidebar_rows
from desktop_app.shortcuts import shortcut
from desktop_app.shown import Shown
from desktop_app.sidebar_downloads import SidebarDownloads
from router import messages as m

SEARCH_PAUSE = 200      # ms without a key before a search begins


class ConversationView(QListView):
    """The list; keys act on the row that has the focus."""

    chosen = Signal(QModelIndex)
    delete_asked = Signal(QModelIndex)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.clicked.connect(self.chosen)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if self.state() == QAbstractItemView.State.EditingState:
            event.accept()              # the key that ends a rename is not for the row
        elif current.isValid() and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.chosen.emit(current)
        elif current.isValid() and event.key() == Qt.Key.Key_Delete:
            self.delete_asked.emit(current)
        elif current.isValid() and event.key() == Qt.Key.Key_F2:
            self.edit(current)
        else:
            super().keyPressEvent(event)


class Sidebar(QFrame):
    """Signals: new_chat(), opened(conversation, around message or ""), page_asked(name), close_asked()."""

    new_chat = Signal()
    opened = Signal(str, str)
    page_asked = Signal(str)
    close_asked = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._closed: set[str] = set()
        self.setProperty("kind", "sidebar")
        self.setAccessibleName("Sidebar")
        self._new = QPushButton(" New chat")
        self._new.setAccessibleName("New chat")
        self._new.setToolTip(f"New chat ({shortcut('new_chat').in_words()})")
        self._new.setProperty("kind", "quiet")
        self._new.clicked.connect(self.new_chat)
        self._close = IconButton("close", "Close the sidebar", desk.theme, desk.icons)
        self._close.clicked.connect(self.close_asked)
        self.search = QLineEdit()
        self.search.setPlaceholderText("Search")
        self.search.setAccessibleName("Search in all conversations")
        self.search.setToolTip(f"Search in all conversations ({shortcut('search').in_words()})")
        self.search.setClearButtonEnabled(True)
        for clear in self.search.findChildren(QToolButton):
            clear.setAccessibleName("Clear the search")
            clear.setToolTip("Clear the search")
        self._wait = QTimer(self, singleShot=True, interval=SEARCH_PAUSE)
        self._wait.timeout.connect(self._search)
        self.search.textChanged.connect(self._search_changed)
        self.search.returnPressed.connect(self._search)

        self.model = ConversationModel(self)
        self.model.renamed.connect(self._renamed)
        self.list = ConversationView()
        self.list.setAccessibleName("Conversations")
        self.list.setModel(self.model)
        self.list.setItemDelegate(RowPainter(desk.theme, desk.icons, self.list))
        self.list.chosen.connect(self._chosen)
        self.list.delete_asked.connect(self._delete)
        self.menu = ConversationMenu(desk, self)
        self.menu.rename_asked.connect(self.rename)
        self.list.customContextMenuRequested.connect(self._menu_at)
        self.found = SearchModel(self)
        self.results = ConversationView()
        self.results.setAccessibleName("Search results")
        self.results.setModel(self.found)
        self.results.setItemDelegate(RowPainter(desk.theme, desk.icons, self.results))
        self.results.chosen.connect(self._hit_chosen)
        self._nothing = label("", "muted")
        self._nothing.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
        self._nothing.setMargin(16)
        self._stack = QStackedWidget()
        self._stack.setStyleSheet("QStackedWidget { background: transparent; }")
        for page in (self.list, self.results, self._nothing):
            self._stack.addWidget(page)
        self.downloads = SidebarDownloads(desk)
        self._lay_out()
        self._draw()
        desk.theme.changed.connect(self._draw)
        self._show_right_page()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._new, 1)
        top.addWidget(self._close)
        head = QVBoxLayout()
        head.setContentsMargins(12, 12, 12, 8)
        head.setSpacing(8)
        head.addLayout(top)
        head.addWidget(self.search)
        foot = QVBoxLayout()
        foot.setContentsMargins(12, 8, 12, 12)
        foot.setSpacing(0)
        self.downloads.clicked.connect(lambda _=False: self.page_asked.emit("downloads"))
        foot.addWidget(self.downloads)
        self._pages: list[tuple[QPushButton, str]] = []
        for name, words in (("models", "Models"), ("system", "System"), ("settings", "Settings")):
            entry = QPushButton(f" {words}")
            entry.setProperty("kind", "quiet")
            entry.setAccessibleName(words)
            entry.setToolTip(f"{words} ({shortcut(name).in_words()})")
            entry.clicked.connect(lambda _=False, name=name: self.page_asked.emit(name))
            self._pages.append((entry, name))
            foot.addWidget(entry)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._stack, 1)
        whole.addWidget(line())
        whole.addLayout(foot)

    def _draw(self) -> None:
        side = self._desk.theme.px(20)
        for entry, name, token in ((self._new, "new-chat", "text"), *((*each, "muted") for each in self._pages)):
            entry.setIcon(self._desk.icons.icon(name, token))
            entry.setIconSize(QSize(side, side))
        self.list.scheduleDelayedItemsLayout()
        self.results.scheduleDelayedItemsLayout()

    def set_drawer(self, drawer: bool) -> None:
        """In a narrow window it lies over the page and has a button that closes it."""
        self._close.setVisible(drawer)

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & (Shown.CONVERSATIONS | Shown.CONVERSATION):
            self._show_rows()
        if changed & (Shown.INSTALLS | Shown.SPECIALISTS):
            self.downloads.show_soon()
        if changed & Shown.SEARCH and self._desk.state.search_text == self.search.text().strip():
            self.found.show_hits(self._desk.state.hits)
            self._show_right_page()

    def rename(self, conversation: str = "") -> None:
        """Edit a title in its row (the one on show by default)."""
        self.search.clear()
        number = self.model.row_of("c:" + (conversation or self._desk.state.conversation))
        if number < 0:
            number = self.model.row_of("f:" + conversation)
        if number >= 0:
            index = self.model.index(number)
            self.list.scrollTo(index)
            self.list.setCurrentIndex(index)
            self.list.setFocus()
            self.list.edit(index)

    def neighbour(self, step: int) -> str:
        """The conversation `step` rows below the one on show; empty when there is none."""
        listed = [row.conversation.id for row in self.model.rows if row.conversation]
        if not listed:
            return ""
        here = self._desk.state.conversation
        if here not in listed:
            return listed[0]
        position = listed.index(here) + step
        return listed[position] if 0 <= position < len(listed) else ""

    def _show_rows(self) -> None:
        if self.list.state() == QAbstractItemView.State.EditingState:
            QTimer.singleShot(500, self, self._show_rows)
            return
        state = self._desk.state
        scrolled = self.list.verticalScrollBar().value()
        rows = sidebar_rows(state.conversations.values(), state.folders.values(), datetime.now(),
                            frozenset(self._closed))
        if self.model.show_rows(rows):
            self.list.verticalScrollBar().setValue(scrolled)
        number = self.model.row_of("c:" + (state.opening or state.conversation))
        if number >= 0:
            self.list.setCurrentIndex(self.model.index(number))
        else:
            self.list.clearSelection()
            self.list.setCurrentIndex(QModelIndex())
        self._show_right_page()

    def _show_right_page(self) -> None:
        searching = bool(self.search.text().strip())
        if searching and not self.found.rowCount():
            self._nothing.setText("Nothing found yet." if self._wait.isActive() else "No message has these words.")
            self._stack.setCurrentWidget(self._nothing)
        elif searching:
            self._stack.setCurrentWidget(self.results)
        elif not self.model.rowCount():
            self._nothing.setText("Your chats will be listed here." if self._desk.state.listed else "")
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._stack.setCurrentWidget(self.list)

    def _search_changed(self, text: str) -> None:
        self._wait.start() if text.strip() else self._wait.stop()
        if not text.strip():
            self.found.show_hits(())
            self._show_right_page()

    def _search(self) -> None:
        self._wait.stop()
        text = self.search.text().strip()
        if text:
            self._desk.send(m.Search(text, request="search"))

    def _chosen(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is None:
            return
        if row.conversation is not None:
            self.opened.emit(row.conversation.id, "")
        elif row.folder is not None:
            self._closed ^= {row.folder.id}
            self._show_rows()
            self.list.setCurrentIndex(self.model.index(self.model.row_of(row.key)))

    def _hit_chosen(self, index: QModelIndex) -> None:
        hit = self.found.hit(index)
        if hit is not None:
            self.opened.emit(hit.conversation, hit.message)

    def _renamed(self, key: str, title: str) -> None:
        kind, _, subject = key.partition(":")
        command: m.Command = (m.RenameConversation(subject, title) if kind == "c" else m.RenameFolder(subject, title))
        self._desk.send(command)

    def _delete(self, index: QModelIndex) -> None:
        row = self.model.row(index)
        if row is not None and row.conversation is not None:
            self._desk.send(m.DeleteConversation(row.conversation.id))
        elif row is not None and row.folder is not None:
            self._desk.send(m.DeleteFolder(row.folder.id))

    def _menu_at(self, place: QPoint) -> None:
        index = self.list.indexAt(place)
        row: Row | None = self.model.row(index if index.isValid() else self.list.currentIndex())
        self.menu.open_for(row, self.list.viewport().mapToGlobal(place))
