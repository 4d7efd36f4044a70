"""What the buttons under a notice do with its turn, by the name of the choice's action."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_app.desk import Desk
from router.parts import AttachmentPart, plain_text

if TYPE_CHECKING:
    from desktop_app.chat_page import ChatPage


class ChatChoices(QObject):
    """Attributes: picked, the specialist chosen for a chat that has not begun (empty: automatic)."""

    def __init__(self, desk: Desk, page: ChatPage) -> None:
        super().__init__(page)
        self._desk, self._page = desk, page
        self.picked = ""

    def make(self, message: str, action: str) -> None:
        """Do what a choice under the answer `message` says. An action of a newer router changes nothing."""
        kind, _, subject = action.partition(":")
        if kind == "head":
            self._page.regenerate(message, overflow="head")
        elif kind == "tail":
            self._page.regenerate(message, overflow="tail")
        elif kind == "retry":
            self._page.regenerate(message)
        elif kind == "specialist":
            self._page.regenerate(message, subject)
        elif kind == "new_chat":
            self._take_along(message)
        elif kind == "install":
            self._page.page_asked.emit("discover")
        elif kind == "settings":
            view = self._desk.state.message(message)
            self._page.settings_asked.emit(view.specialist if view else "")

    def _take_along(self, message: str) -> None:
        """The same question in a new chat: its words move into the composer there."""
        state = self._desk.state
        answer = state.message(message)
        question = state.message(answer.parent) if answer is not None else None
        parts = question.parts if question is not None else ()
        self._page.new_chat_asked.emit(state.is_temporary)
        self._page.composer.put(plain_text(parts),
                                tuple(part for part in parts if isinstance(part, AttachmentPart)))
