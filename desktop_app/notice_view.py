"""A sentence from Consort inside the conversation, what to do next, and buttons for the ways out."""

from __future__ import annotations

from functools import partial
from typing import Literal

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from desktop_app.flow import FlowLayout
from desktop_app.rendering import Rendering
from router.views import Choice

Level = Literal["info", "warning", "danger"]


class NoticeView(QFrame):
    """`choice_made` with the action of the button that was pressed. The level is also told by the icon."""

    choice_made = Signal(str)

    def __init__(self, rendering: Rendering, text: str, hint: str = "", choices: tuple[Choice, ...] = (),
                 level: Level = "info", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._rendering = rendering
        self._level = level
        self._icon = QLabel()
        self._icon.setAlignment(Qt.AlignmentFlag.AlignTop)
        words = QVBoxLayout()
        words.setSpacing(4)
        self.setAccessibleName(" ".join(part for part in (text, hint) if part))
        for part, kind in ((text, ""), (hint, "muted")):
            if part:
                words.addWidget(_label(part, kind))
        self.buttons: list[QPushButton] = []
        if choices:
            row = QWidget()
            flow = FlowLayout(row)
            for choice in choices:
                button = QPushButton(choice.label)
                button.clicked.connect(partial(self.choice_made.emit, choice.action))
                flow.addWidget(button)
                self.buttons.append(button)
            words.addSpacing(4)
            words.addWidget(row)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 10, 12, 10)
        line.setSpacing(10)
        line.addWidget(self._icon)
        line.addLayout(words, 1)
        rendering.theme.changed.connect(self._dress)
        self._dress()

    @Slot()
    def _dress(self) -> None:
        icon, token = ("info", "muted") if self._level == "info" else ("warning", self._level)
        self._icon.setPixmap(self._rendering.icons.pixmap(icon, token, 18))


def _label(text: str, kind: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if kind:
        made.setProperty("kind", kind)
    return made
