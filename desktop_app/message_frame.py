"""What every message in the transcript has: an id, a place in the focus order, a ring around it, a row of actions."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QFocusEvent, QGuiApplication, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QTextEdit, QVBoxLayout, QWidget

from desktop_app.action_row import ActionRow
from desktop_app.rendering import Rendering
from router.parts import plain_text
from router.views import MessageView

_SPOKEN = 200       # characters of a message in its accessible name


class MessageFrame(QFrame):
    """Base of a person's message and an answer. Signals carry the message's id first."""

    regenerate_asked = Signal(str)
    edit_asked = Signal(str, str)
    delete_asked = Signal(str)
    sibling_asked = Signal(str)
    why_asked = Signal(str)
    choice_made = Signal(str, str)
    specialist_chosen = Signal(str, str)
    plan_changed = Signal(str, object)
    link_asked = Signal(str)
    read_asked = Signal(str, object, int)       # message id, from which view and which place in it on; None: all

    def __init__(self, rendering: Rendering, view: MessageView, actions: tuple[str, ...]) -> None:
        super().__init__()
        self.rendering = rendering
        self.view = view
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(8, 6, 8, 2)
        self.column.setSpacing(6)
        self.row = ActionRow(rendering, actions, self)
        self.row.asked.connect(self._act)
        self.row.sibling_asked.connect(self.sibling_asked)
        self.row.show_siblings(view.siblings, view.id)

    @property
    def id(self) -> str:
        return self.view.id

    @property
    def words(self) -> str:
        """What *Copy* takes."""
        return plain_text(self.view.parts)

    def editors(self) -> list[QTextEdit | QPlainTextEdit]:
        """Everything with text that can be searched, from top to bottom."""
        return []

    def anchors(self) -> list[QWidget]:
        """Widgets whose place on the screen a reader would notice moving, from top to bottom."""
        return [self]

    def name_it(self, who: str) -> None:
        """Tell screen readers who says what."""
        words = " ".join(self.words[: _SPOKEN * 2].split())
        self.setAccessibleName(f"{who}: {words[:_SPOKEN]}{'…' if len(words) > _SPOKEN else ''}")

    def copy(self) -> None:
        """The message's Markdown to the clipboard."""
        QGuiApplication.clipboard().setText(self.words)
        self.row.buttons["copy"].show_done("Copied")

    @Slot(str)
    def _act(self, action: str) -> None:
        if action == "copy":
            self.copy()
        elif action == "regenerate":
            self.regenerate_asked.emit(self.id)
        elif action == "edit":
            self.edit_asked.emit(self.id, self.words)
        elif action == "delete":
            self.delete_asked.emit(self.id)
        elif action == "read":
            self.read_asked.emit(self.id, None, 0)
        elif action == "details":
            self.why_asked.emit(self.id)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.row.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.row.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self.rendering.theme.colour("focus"), 2))
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
            painter.end()
