"""A code block: a bar with the language and a copy button, and the code. Copies exactly what was written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Slot
from PySide6.QtGui import QEnterEvent, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app.blocks import Block
from desktop_app.code_text import CodeText
from desktop_app.quiet_button import QuietButton
from desktop_app.rendering import Rendering

_NAMES = {"py": "python", "js": "javascript", "ts": "typescript", "sh": "shell", "bash": "shell", "cpp": "C++",
          "c++": "C++", "cs": "C#", "rb": "ruby", "rs": "rust", "yml": "yaml"}


class CodeView(QFrame):
    """`put` the block as it is now, again and again."""

    def __init__(self, rendering: Rendering, block: Block, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.indent = block.indent
        self._rendering = rendering
        self._block = block
        self._shown = 0
        self._finished = False
        words = block.info.split()
        language = words[0] if words else ""
        self.setProperty("kind", "code")
        self.text = CodeText(rendering.theme, language, rendering.lexers)
        label = QLabel(_NAMES.get(language.lower(), language)[:40] or "text")
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", "small")
        self._copy = QuietButton(rendering, "copy", "Copy code", self)
        self._copy.clicked.connect(self._copy_code)
        bar = QHBoxLayout()
        bar.setContentsMargins(0, 0, 0, 0)
        bar.addWidget(label)
        bar.addStretch()
        bar.addWidget(self._copy)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 4, 6, 10)
        column.setSpacing(2)
        column.addLayout(bar)
        column.addWidget(self.text)
        rendering.theme.changed.connect(self._theme_changed)

    def put(self, block: Block) -> None:
        """Show what is new in it since the last time."""
        self._block = block
        fresh = block.pieces[self._shown :]
        self._shown = len(block.pieces)
        self.text.add(fresh, block.partial)
        if block.closed and not self._finished:
            self._finished = True
            self.text.finish()

    @Slot()
    def _copy_code(self) -> None:
        QGuiApplication.clipboard().setText(self._block.text.removesuffix("\n"))
        self._copy.show_done("Copied")

    @Slot()
    def _theme_changed(self) -> None:
        self.text.set_theme()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._copy.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._copy.update()
