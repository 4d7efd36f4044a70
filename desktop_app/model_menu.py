"""What can be done with a model in a list, as a menu: for the right mouse button and the menu key."""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app import model_actions
from desktop_app.catalogue_state import HERE, USABLE
from desktop_app.desk import Desk


class ModelMenu(QObject):
    """Signals: open_asked(key)."""

    open_asked = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self._desk, self._page = desk, parent

    def build(self, key: str) -> QMenu:
        """The menu for one row."""
        menu = QMenu(self._page)
        menu.addAction("Open", lambda: self.open_asked.emit(key))
        kind, _, subject = key.partition(":")
        view = self._desk.state.specialists.get(subject) if kind == "specialist" else None
        if view is None:
            return menu
        menu.addSeparator()
        if view.state in USABLE:
            menu.addAction("Check it again", lambda: model_actions.check(self._desk, subject))
            menu.addAction("Verify its file", lambda: model_actions.verify(self._desk, subject))
        elif view.state in ("absent", "partial") and view.sources:
            menu.addAction("Continue installing" if view.state == "partial" else "Install",
                           lambda: model_actions.install(self._desk, self._page, subject))
        if view.state in HERE or view.state == "partial":
            menu.addAction("Forget…" if view.in_place else "Remove…",
                           lambda: model_actions.remove(self._desk, self._page, subject))
        return menu

    def open_for(self, key: str, place: QPoint) -> None:
        """Show it at a place on the screen."""
        menu = self.build(key)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(place)
