"""The composition root of the window: makes the parts, wires them together, and takes them apart again."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

from PySide6.QtCore import QSocketNotifier, Qt
from PySide6.QtWidgets import QApplication

from desktop_app.audio import DeviceAudio
from desktop_app.bridge import Assistant, Bridge, open_router
from desktop_app.garbage import GarbageCollection
from desktop_app.theme import Theme
from desktop_app.window import Window

CLOSING = 10.0      # s the router may take to end before the process goes anyway


def run(data_dir: Path | None = None, opening: Callable[[], Awaitable[Assistant]] | None = None) -> int:
    """Show the window until it is closed. Returns the exit code."""
    app = QApplication(sys.argv[:1])
    GarbageCollection(app)      # the application keeps it; in this thread only: the router's must not destroy widgets
    app.setApplicationName("Consort")
    app.setDesktopFileName("consort")
    app.setQuitOnLastWindowClosed(False)
    theme = Theme(app)
    bridge = Bridge(opening or open_router(data_dir))
    from desktop_app.tray import Tray
    tray = Tray.available()
    audio = DeviceAudio(bridge.send, bridge.happened)
    window = Window(bridge.send, theme, tray=tray, audio=audio)
    app.setWindowIcon(window.desk.icons.icon("chat", "accent", 64))
    bridge.happened.connect(window.take, Qt.ConnectionType.QueuedConnection)
    window.quit_asked.connect(app.quit)
    window.painted.connect(bridge.start, Qt.ConnectionType.SingleShotConnection)
    window.begin()
    if tray:
        icon = Tray(window.desk.icons.icon("chat", "accent", 64), window)
        icon.quit_asked.connect(app.quit)
        audio.microphone_moved.connect(icon.show_microphone)
        icon.new_chat_asked.connect(window.bring_to_front)
        icon.new_chat_asked.connect(lambda: window.new_chat(False))
        icon.toggle_asked.connect(lambda: window.hide() if window.isVisible() else window.bring_to_front())
    watch = _quit_on_signals(app)
    window.show()
    code = app.exec()
    window.chat.composer.save_draft_now()
    window.hide()
    audio.close()
    ended = bridge.close(CLOSING)
    watch.setEnabled(False)
    return code if ended else 1


def _quit_on_signals(app: QApplication) -> QSocketNotifier:
    """SIGTERM and Ctrl+C end the program in order: Python's handler only runs between bytecodes, so Qt is woken by a
    socket that Python writes to (`signal.set_wakeup_fd`)."""
    reading, writing = socket.socketpair()
    reading.setblocking(False)
    writing.setblocking(False)
    signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    notifier = QSocketNotifier(reading.fileno(), QSocketNotifier.Type.Read, app)

    def woken() -> None:
        reading.recv(64)
        app.quit()

    def gone() -> None:         # holds both ends open until then
        reading.close()
        writing.close()

    notifier.activated.connect(woken)
    notifier.destroyed.connect(gone)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    return notifier
