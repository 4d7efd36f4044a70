"""The conversation as one scrolling column of messages (signature; the body follows)."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.icons import Icons
from desktop_app.theme import Theme
from router.views import Choice, MessageView


class Transcript(QWidget):
    """Signals up: what the person asked of a message. All ids are message ids."""

    regenerate_asked = Signal(str)
    edit_asked = Signal(str, str)           # message id, its present text: put it into the composer
    delete_asked = Signal(str)
    sibling_asked = Signal(str)             # the id of the version to show
    why_asked = Signal(str)                 # "which specialist and why" of an answer
    choice_made = Signal(str, str)          # message id (or turn, as given to show_notice), Choice.action
    load_more_asked = Signal(str)           # "before" or "after"

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None: ...

    def show_messages(self, messages: tuple[MessageView, ...], more_before: bool = False,
                      more_after: bool = False, around: str = "") -> None:
        """Another conversation. Ends at the last message, or at `around`."""

    def prepend(self, messages: tuple[MessageView, ...], more_before: bool) -> None: ...

    def append(self, messages: tuple[MessageView, ...], more_after: bool) -> None: ...

    def add_message(self, view: MessageView) -> None:
        """A new message at the end (or its new state, when it is shown already)."""

    def set_specialist(self, message: str, name: str, skill: str = "", why: str = "") -> None:
        """Routed: who answers."""

    def add_text(self, message: str, text: str, thought: bool = False) -> None: ...

    def reading(self, message: str, done: int, total: int) -> None: ...

    def finish(self, message: MessageView, error: str = "", hint: str = "",
               choices: tuple[Choice, ...] = ()) -> None:
        """The answer as it is now stored (state, stats); error, hint and choices when it failed."""

    def show_notice(self, text: str, hint: str = "", choices: tuple[Choice, ...] = (), turn: str = "",
                    warning: bool = False) -> None: ...

    def set_skills(self, skills: dict[str, str]) -> None:
        """Specialist id → its first skill, for the colour of the chip's dot."""

    def set_empty(self, widget: QWidget) -> None:
        """What to show while there is no message."""

    def find(self) -> None:
        """Open the find bar (Ctrl+F)."""
