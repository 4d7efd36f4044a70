"""A small icon button that shows itself on hover and on keyboard focus, and is always there for keys and readers."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QSize, QTimer, Slot
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QToolButton, QWidget

from desktop_app.rendering import Rendering

_DONE_FOR = 1_500       # ms the tick stays after a success


class QuietButton(QToolButton):
    """Invisible but present until the widget it watches is hovered or anything inside has the focus."""

    def __init__(self, rendering: Rendering, icon: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._icon = icon
        self._name = name
        self._watched: QWidget | None = None
        self._always = False
        self._done = QTimer(self)
        self._done.setSingleShot(True)
        self._done.setInterval(_DONE_FOR)
        self._done.timeout.connect(self._dress)
        rendering.theme.changed.connect(self._dress)
        self._dress()

    def watch(self, widget: QWidget) -> None:
        """Show itself while the pointer is over `widget` (usually the block or message it belongs to)."""
        self._watched = widget
        widget.installEventFilter(self)

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
        watched = self._watched
        return (self._always or self.hasFocus() or self._done.isActive() or watched is None or watched.underMouse()
                or (self.window().focusWidget() is not None and watched.isAncestorOf(self.window().focusWidget()))
                or (self.window().focusWidget() is watched))

    @Slot()
    def _dress(self) -> None:
        self.setIcon(self._rendering.icons.icon(self._icon, "muted", 16))
        self.setIconSize(QSize(self._rendering.theme.px(16), self._rendering.theme.px(16)))
        self.setAccessibleName(self._name)
        self.setToolTip(self._name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Enter, QEvent.Type.Leave, QEvent.Type.FocusIn, QEvent.Type.FocusOut):
            self.update()
        return False

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.revealed:
            super().paintEvent(event)
