"""The text field of the composer: grows to eight lines, sends on Enter, takes files and long pastes as attachments."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QCoreApplication, QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop_app.attachments import LARGEST_PASTE
from desktop_app.theme import Theme

MOST_LINES = 8


class ComposerEdit(QPlainTextEdit):
    """Signals: send_asked(), edit_last_asked(), files_given(list of paths), long_paste(text)."""

    send_asked = Signal()
    edit_last_asked = Signal()
    files_given = Signal(list)
    long_paste = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.enter_sends = True
        self.heard = ""                 # words on show that are no part of the text yet
        self.setAccessibleName("Message")
        self.setPlaceholderText("Ask anything")
        self.setTabChangesFocus(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(2)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("background: transparent;")
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        theme.changed.connect(self._fit)
        self._fit()

    def put(self, text: str) -> None:
        """Replace the words and stand at their end."""
        self.setPlainText(text)
        self.moveCursor(QTextCursor.MoveOperation.End)

    def show_heard(self, text: str) -> None:
        """Words that may still change, quietly at the cursor: they are no part of the text yet. Empty: none."""
        if not text and not self.heard:
            return
        look = QTextCharFormat()
        look.setForeground(self._theme.colour("muted"))
        look.setFontUnderline(True)
        words = f"{self._joint(text)}{text}" if text else ""
        form = QInputMethodEvent.Attribute(QInputMethodEvent.AttributeType.TextFormat, 0, len(words), look)
        QCoreApplication.sendEvent(self, QInputMethodEvent(words, [form] if words else []))
        self.heard = text

    def write_heard(self, text: str) -> None:
        """Words that are certain, at the cursor; undone in one step."""
        self.show_heard("")
        cursor = self.textCursor()
        cursor.beginEditBlock()
        after = self.document().characterAt(cursor.selectionEnd())
        cursor.insertText(f"{self._joint(text)}{text}{' ' if after.isalnum() else ''}")
        cursor.endEditBlock()
        self.setTextCursor(cursor)
        self.ensureCursorVisible()

    def _joint(self, text: str) -> str:
        """A space, where the words stand behind others."""
        begin = self.textCursor().selectionStart()
        before = self.document().characterAt(begin - 1) if begin else " "
        return " " if text and not before.isspace() and before not in "\u2029([{„“‘«¿¡-/" else ""

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def _fit(self) -> None:
        """Tall enough for the text, at most MOST_LINES. The layout counts in lines, so this costs nothing."""
        line = self.fontMetrics().lineSpacing()
        lines = max(1, min(MOST_LINES, round(self.document().size().height())))
        self.setFixedHeight(line * lines + 10)
        more = self.document().size().height() > MOST_LINES
        policy = Qt.ScrollBarPolicy
        self.setVerticalScrollBarPolicy(policy.ScrollBarAsNeeded if more else policy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        modifiers = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            plain = modifiers == Qt.KeyboardModifier.NoModifier
            if modifiers == Qt.KeyboardModifier.ControlModifier or (plain and self.enter_sends):
                self.send_asked.emit()
                return
        elif event.key() == Qt.Key.Key_Up and not self.document().toPlainText():
            self.edit_last_asked.emit()
            return
        super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasUrls()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Files become attachments; so does a text too long for a field that lays out every line of it."""
        files = [Path(url.toLocalFile()) for url in source.urls() if url.isLocalFile()]
        if files:
            self.files_given.emit(files)
            return
        text = source.text()
        if len(text) > LARGEST_PASTE:
            self.long_paste.emit(text)
        else:
            self.insertPlainText(text)
            self.ensureCursorVisible()
