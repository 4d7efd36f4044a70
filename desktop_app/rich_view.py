"""A read-only piece of rich text, as high as its content, that fetches nothing and opens nothing.

What it shows is written with a cursor, never parsed from HTML. Its document answers nothing to `loadResource`, so no
picture, style sheet or file is ever loaded, whatever the text says. (Answering nothing in the view is not enough: a
QTextDocument then reads local files by itself.)
"""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, QUrl, Signal, Slot
from PySide6.QtGui import (
    QContextMenuEvent,
    QFocusEvent,
    QKeyEvent,
    QResizeEvent,
    QTextDocument,
    QTextOption,
    QWheelEvent,
)
from PySide6.QtWidgets import QFrame, QMenu, QSizePolicy, QTextBrowser, QWidget

_SCROLLING = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown, Qt.Key.Key_Home,
              Qt.Key.Key_End}


class SealedDocument(QTextDocument):
    """Has the pictures that were added to it and no others."""

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None


class RichView(QTextBrowser):
    """`link_asked` with the address when the person chose a link; nothing has been opened then."""

    link_asked = Signal(str)
    read_asked = Signal(int)        # read aloud from this place on
    reads_aloud = False             # is that offered?

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setDocument(SealedDocument(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setOpenExternalLinks(False)
        self.setUndoRedoEnabled(False)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.LinksAccessibleByMouse
            | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.viewport().setAutoFillBackground(False)
        self.document().setDocumentMargin(0)
        self.setProperty("kind", "words")
        start = self.textCursor()
        start.setKeepPositionOnInsert(True)     # or the view scrolls to what is inserted
        self.setTextCursor(start)
        self.document().contentsChange.connect(self._unselect_inserted)
        self.anchorClicked.connect(self._link_chosen)

    @Slot(int, int, int)
    def _unselect_inserted(self, at: int, removed: int, added: int) -> None:
        """Only the cursor's position keeps its place on insertion, its anchor moves: that would select the new text."""
        cursor = self.textCursor()
        if cursor.position() == at and cursor.anchor() > at and not self.hasFocus():
            cursor.clearSelection()
            self.setTextCursor(cursor)

    # ── nothing is fetched ───────────────────────────────────────────────────────────────────────────────────────
    def loadResource(self, kind: int, name: QUrl | str) -> object:
        return None

    @Slot(QUrl)
    def _link_chosen(self, address: QUrl) -> None:
        self.link_asked.emit(address.toString(QUrl.ComponentFormattingOption.PrettyDecoded))

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.menu_at(event.pos())
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(event.globalPos())

    def menu_at(self, point: QPoint) -> QMenu:
        """What can be done with the text there."""
        menu = self.createStandardContextMenu(point)
        if self.reads_aloud:
            place = self.cursorForPosition(point).position()
            menu.addSeparator()
            menu.addAction("Read aloud from here").triggered.connect(lambda _=False: self.read_asked.emit(place))
        return menu

    # ── as high as its content ───────────────────────────────────────────────────────────────────────────────────
    def fit(self) -> None:
        """Take the height the text needs at the present width."""
        height = self.content_height()
        if height != self.height() or height != self.minimumHeight():
            self.setFixedHeight(height)

    def content_height(self) -> int:
        return max(1, round(self.document().size().height() + 0.49))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def sizeHint(self) -> QSize:
        return QSize(200, max(1, self.minimumHeight()))

    def minimumSizeHint(self) -> QSize:
        return QSize(40, max(1, self.minimumHeight()))

    # ── keys and wheel belong to the transcript ──────────────────────────────────────────────────────────────────
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in _SCROLLING:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() not in (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason):
            cursor = self.textCursor()
            cursor.clearSelection()
            self.setTextCursor(cursor)
