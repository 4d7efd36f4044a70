"""What a reasoning model thought, folded under one quiet line; live while it is being written."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer, Slot
from PySide6.QtGui import QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from desktop_app.rendering import Rendering
from desktop_app.rich_view import RichView
from desktop_app.visible_text import break_runs, clean

_SHOWN = 100_000    # characters


class ThoughtView(QWidget):
    """`add` while it streams, `finish` when the answer proper begins or all is over."""

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._text = ""
        self._written = 0
        self._began = time.monotonic()
        self._seconds: float | None = None
        self._live = False
        self._button = QPushButton()
        self._button.setProperty("kind", "quiet")
        self._button.setCheckable(True)
        self._button.toggled.connect(self._toggled)
        self._words = RichView()
        self._words.setAccessibleName("Thoughts")
        self._words.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self._button)
        column.addWidget(self._words)
        self._timer = QTimer(self)
        self._timer.setInterval(100)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._write)
        rendering.theme.changed.connect(self._theme_changed)
        self._theme_changed()

    def show_whole(self, text: str) -> None:
        """Thoughts of an earlier answer; how long they took is not known any more."""
        self._text = clean(text)
        self._theme_changed()

    def add(self, text: str) -> None:
        self._live = True
        self._text += clean(text)
        if not self._timer.isActive():
            self._timer.start()

    def finish(self) -> None:
        """Thinking is over."""
        if self._live:
            self._live = False
            self._seconds = time.monotonic() - self._began
            self._write()

    @Slot(bool)
    def _toggled(self, opened: bool) -> None:
        self._words.setVisible(opened)
        self._write()

    @Slot()
    def _write(self) -> None:
        self._label()
        if not self._button.isChecked() or self._written >= min(len(self._text), _SHOWN):
            return
        style = QTextCharFormat()
        style.setFont(self._rendering.theme.font(0.93))
        style.setForeground(self._rendering.theme.colour("muted"))
        cursor = QTextCursor(self._words.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        cursor.insertText(break_runs(self._text[self._written : _SHOWN]), style)
        self._written = len(self._text)
        if self._written > _SHOWN:
            cursor.insertText("\n… the rest of the thoughts is not shown here.", style)
        self._words.fit()

    def _label(self) -> None:
        if self._live:
            words = "Thinking …"
        elif self._seconds is None:
            words = "Thoughts"
        else:
            words = f"Thought for {max(1, round(self._seconds))} s"
        self._button.setText(words)
        self._button.setAccessibleName(words)
        down = self._button.isChecked()
        self._button.setIcon(self._rendering.icons.icon("chevron-down" if down else "chevron-right", "muted", 14))
        self._button.setFixedWidth(self._button.sizeHint().width())

    @Slot()
    def _theme_changed(self) -> None:
        self._words.clear()
        self._written = 0
        self._write()
