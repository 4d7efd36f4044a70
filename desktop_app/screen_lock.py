"""Tells when the screen is locked, so that a microphone does not stay open in an empty room.

On Linux over D-Bus: the ScreenSaver interfaces of the desktops, and logind's own signal. Elsewhere nobody tells it, and
the minutes without a word (a preference) close the microphone. It knows nothing of sound.
"""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import SLOT, QObject, Signal, Slot

if TYPE_CHECKING:
    from PySide6.QtDBus import QDBusConnection

# interface and path of ActiveChanged(bool): freedesktop.org's (KDE and others), GNOME's, Cinnamon's, MATE's
SAVERS = (("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
          ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
          ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
          ("org.cinnamon.ScreenSaver", "/org/cinnamon/ScreenSaver"),
          ("org.mate.ScreenSaver", "/org/mate/ScreenSaver"))


class ScreenLock(QObject):
    """Signals: locked()."""

    locked = Signal()

    def watch(self) -> bool:
        """Begin; False: this system tells nobody."""
        if not sys.platform.startswith("linux"):
            return False
        from PySide6.QtDBus import QDBusConnection
        told = False
        if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
            bus = QDBusConnection.sessionBus()
            for name, path in SAVERS:
                told |= self._hear(bus, "", path, name, "ActiveChanged", SLOT("active_changed(bool)"))
        return self._hear(QDBusConnection.systemBus(), "org.freedesktop.login1", "", "org.freedesktop.login1.Session",
                          "Lock", SLOT("session_locked()")) or told

    def _hear(self, bus: QDBusConnection, service: str, path: str, interface: str, name: str, slot: str) -> bool:
        if not bus.isConnected():
            return False
        known: Any = bus.connect        # its stubs ask for bytes, which it refuses
        return bool(known(service, path, interface, name, self, slot))

    @Slot(bool)
    def active_changed(self, active: bool) -> None:
        if active:
            self.locked.emit()

    @Slot()
    def session_locked(self) -> None:
        self.locked.emit()
