"""A small icon button that shows itself on hover and on keyboard focus, and is always there for keys and readers."""

from __future__ import annotations

from PySide6.QtCore import QSize, QTimer, Slot
from PySide6.QtGui import QFocusEvent, QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_app.rendering import Rendering

_DONE_FOR = 1_500       # ms the tick stays after a success


class QuietButton(QToolButton):
    """Drawn only while `owner` is hovered or anything inside it has the focus.

    The owner calls `update` on it (or on its row) when the pointer or the focus comes or goes: an event filter for each
    button would see every event of every message.
    """

    def __init__(self, rendering: Rendering, icon: str, name: str, owner: QWidget) -> None:
        super().__init__(owner)
        self._rendering = rendering
        self._icon = icon
        self._name = name
        self._owner = owner
        self._always = False
        self._done = QTimer(self)
        self._done.setSingleShot(True)
        self._done.setInterval(_DONE_FOR)
        self._done.timeout.connect(self._dress)
        rendering.theme.changed.connect(self._dress)
        self._dress()

    def show_always(self, always: bool) -> None:
        self._always = always
        self.update()

    def show_done(self, name: str) -> None:
        """A tick for a moment instead of the icon."""
        self.setIcon(self._rendering.icons.icon("check", "positive", 16))
        self.setAccessibleName(name)
        self.setToolTip(name)
        self._done.start()

    @property
    def revealed(self) -> bool:
        """Whether it is drawn now."""
        if self._always or self._done.isActive() or self._owner.underMouse():
            return True
        focused = self.window().focusWidget()
        return focused is not None and (focused is self._owner or self._owner.isAncestorOf(focused))

    @Slot()
    def _dress(self) -> None:
        self.setIcon(self._rendering.icons.icon(self._icon, "muted", 16))
        self.setIconSize(QSize(self._rendering.theme.px(16), self._rendering.theme.px(16)))
        self.setAccessibleName(self._name)
        self.setToolTip(self._name)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self._row_changed()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self._row_changed()

    def _row_changed(self) -> None:
        row = self.parentWidget()
        if row is not None:
            row.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.revealed:
            super().paintEvent(event)
