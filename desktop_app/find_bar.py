"""Find in the chat: a field, how many, next and previous. Highlights in whatever editors it is given."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QTextEdit, QToolButton, QWidget

from desktop_app.rendering import Rendering
from desktop_app.text_marks import Owner, mark_of, put_marks

Editor = QTextEdit | QPlainTextEdit
MOST = 2_000        # matches marked
_WAIT = 120         # ms after the last key


@dataclass(frozen=True)
class Match:
    editor: Editor
    cursor: QTextCursor


class FindBar(QFrame):
    """`went_to` with a Match to bring into view; `closed` when the person is done."""

    went_to = Signal(object)
    closed = Signal()

    def __init__(self, rendering: Rendering, editors: Callable[[], list[Editor]],
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._editors = editors
        self._marked: list[Editor] = []
        self._matches: list[Match] = []
        self._at = -1
        self.setProperty("kind", "card")
        self.field = QLineEdit()
        self.field.setPlaceholderText("Find in this chat")
        self.field.setAccessibleName("Find in this chat")
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._changed)
        self.count = QLabel()
        self.count.setTextFormat(Qt.TextFormat.PlainText)
        self.count.setProperty("kind", "small")
        line = QHBoxLayout(self)
        line.setContentsMargins(8, 6, 8, 6)
        line.setSpacing(4)
        line.addWidget(self.field, 1)
        line.addWidget(self.count)
        self.previous_button = self._button("chevron-up", "Previous match", self.previous)
        self.next_button = self._button("chevron-down", "Next match", self.next)
        self.close_button = self._button("close", "Close find", self.close_bar)
        for button in (self.previous_button, self.next_button, self.close_button):
            line.addWidget(button)
        escape = QShortcut(QKeySequence(Qt.Key.Key_Escape), self)
        escape.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        escape.activated.connect(self.close_bar)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.search)
        rendering.theme.changed.connect(self._theme_changed)

    @property
    def matches(self) -> list[Match]:
        return self._matches

    def open(self) -> None:
        """Show it, ready to type."""
        self.show()
        self.field.setFocus()
        self.field.selectAll()
        self.search()

    @Slot()
    def close_bar(self) -> None:
        self._timer.stop()
        self._clear()
        self.hide()
        self.closed.emit()

    @Slot()
    def search(self) -> None:
        """Look again in all editors; stays near the match it was at."""
        self._clear()
        words = self.field.text()
        for editor in self._editors() if words else ():
            cursor = editor.document().find(words, 0)
            while not cursor.isNull() and len(self._matches) < MOST:
                self._matches.append(Match(editor, cursor))
                cursor = editor.document().find(words, cursor)
        self._at = min(max(self._at, 0), len(self._matches) - 1)
        self._show()

    @Slot()
    def next(self) -> None:
        self._go(1)

    @Slot()
    def previous(self) -> None:
        self._go(-1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._go(-1 if event.modifiers() & Qt.KeyboardModifier.ShiftModifier else 1)
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        if self._timer.isActive():
            self._timer.stop()
            self.search()
            return
        if self._matches:
            self._at = (self._at + step) % len(self._matches)
            self._show()

    @Slot()
    def _changed(self) -> None:
        self._at = 0
        self._timer.start(_WAIT)

    def _show(self) -> None:
        total = len(self._matches)
        words = self.field.text()
        many = f"{total:,}+" if total >= MOST else f"{total:,}"
        self.count.setText(f"{self._at + 1:,} of {many}" if total else "Nothing found" if words else "")
        self.count.setAccessibleName(self.count.text())
        for button in (self.previous_button, self.next_button):
            button.setEnabled(total > 1)
        by_editor: dict[Editor, list[QTextEdit.ExtraSelection]] = {}
        for number, match in enumerate(self._matches):
            colour = self._rendering.theme.colour("found_here" if number == self._at else "found")
            by_editor.setdefault(match.editor, []).append(mark_of(Owner.FINDING, match.cursor, colour))
        self._marked = list(by_editor)
        for editor, marks in by_editor.items():
            put_marks(editor, Owner.FINDING, marks)
        if total:
            self.went_to.emit(self._matches[self._at])

    def _clear(self) -> None:
        alive = set(self._editors())
        for editor in self._marked:
            if editor in alive:
                put_marks(editor, Owner.FINDING, ())
        self._marked, self._matches = [], []

    def _button(self, icon: str, name: str, pressed: Callable[[], None]) -> QToolButton:
        button = QToolButton()
        button.setIcon(self._rendering.icons.icon(icon, "muted", 16))
        button.setIconSize(QSize(self._rendering.theme.px(16), self._rendering.theme.px(16)))
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        button.clicked.connect(pressed)
        button.setObjectName(icon)
        return button

    @Slot()
    def _theme_changed(self) -> None:
        for button in (self.previous_button, self.next_button, self.close_button):
            button.setIcon(self._rendering.icons.icon(button.objectName(), "muted", 16))
        if self.isVisible():
            self.search()
