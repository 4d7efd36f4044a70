"""The tray icon, where the system has a tray: show or hide the window, a new chat, quit."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QMenu, QSystemTrayIcon


class Tray(QObject):
    """Signals: toggle_asked(), new_chat_asked(), quit_asked()."""

    toggle_asked = Signal()
    new_chat_asked = Signal()
    quit_asked = Signal()

    def __init__(self, icon: QIcon, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._icon = QSystemTrayIcon(icon, self)
        self._icon.setToolTip("Consort")
        self._menu = QMenu()
        self._menu.addAction("Show or hide Consort", self.toggle_asked.emit)
        self._menu.addAction("New chat", self.new_chat_asked.emit)
        self._menu.addSeparator()
        self._menu.addAction("Quit", self.quit_asked.emit)
        self._icon.setContextMenu(self._menu)
        self._icon.activated.connect(self._activated)
        self._icon.show()

    def show_microphone(self, is_open: bool) -> None:
        """Say that it hears, where the pointer rests on the icon."""
        self._icon.setToolTip("Consort: the microphone is open" if is_open else "Consort")

    @staticmethod
    def available() -> bool:
        """This system has a tray."""
        return QSystemTrayIcon.isSystemTrayAvailable()

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason == QSystemTrayIcon.ActivationReason.Trigger:
            self.toggle_asked.emit()
