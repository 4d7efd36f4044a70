"""A key that is pressed and held: when it goes down, and when it comes up again, wherever the focus is."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget


class HoldKey(QObject):
    """`pressed()` once for each time `keys` go down, `released()` when the last of them comes up."""

    def __init__(self, keys: str, window: QWidget, pressed: Callable[[], None], released: Callable[[], None]) -> None:
        super().__init__(window)
        self._key = QKeySequence(keys)[0].key()     # type: ignore[index]  # the stubs do not know that it can be indexed
        self._pressed, self._released = pressed, released
        self._down = False
        shortcut = QShortcut(QKeySequence(keys), window)
        shortcut.setAutoRepeat(False)
        shortcut.activated.connect(self._goes_down)

    def _goes_down(self) -> None:
        app = QCoreApplication.instance()
        if self._down or app is None:
            return
        self._down = True
        app.installEventFilter(self)
        self._pressed()

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        up = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyRelease and not event.isAutoRepeat() \
            and event.key() in (self._key, Qt.Key.Key_Control, Qt.Key.Key_Meta)
        if self._down and (up or event.type() == QEvent.Type.ApplicationDeactivate):
            self._down = False
            app = QCoreApplication.instance()
            if app is not None:
                app.removeEventFilter(self)
            self._released()
        return False
