"""Who answers in this chat: a button with a menu, Automatic or one of the installed specialists."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup, QGuiApplication
from PySide6.QtWidgets import QMenu, QPushButton, QWidget

from desktop_app.icons import Icons
from desktop_app.theme import Theme
from desktop_app.words import skills_in_words
from router.views import SpecialistView

AUTOMATIC = "Automatic"
NOW = {"ready": "in memory", "busy": "answering", "loading": "loading"}


class SpecialistPicker(QPushButton):
    """Signals: picked(specialist id, empty for Automatic), refused(specialist id) for one that cannot be asked."""

    picked = Signal(str)
    refused = Signal(str)

    def __init__(self, theme: Theme, icons: Icons, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._icons = theme, icons
        self.setProperty("kind", "quiet")
        self.setStyleSheet("QPushButton { text-align: right; } QPushButton::menu-indicator { image: none; width: 0; }")
        self._menu = QMenu(self)
        self.setMenu(self._menu)
        self._group = QActionGroup(self)
        self._present = ""
        theme.changed.connect(self._draw)
        self._draw()
        self.show_specialists([], "")

    def show_specialists(self, usable: list[SpecialistView], present: str,
                         unsound: tuple[SpecialistView, ...] = ()) -> None:
        """The ones that can answer, and those that are here but cannot; `present` is the one picked for this chat."""
        self._menu.clear()
        for old in self._group.actions():
            self._group.removeAction(old)
        self._present = present
        self._add("", "Automatic: Consort chooses", present == "")
        for each in usable:
            self._add(each.id, f"{each.name} ({aside(each)})", present == each.id)
        if unsound:
            self._menu.addSeparator()
        for each in unsound:
            action = self._menu.addAction(f"{each.name} (cannot be used)".replace("&", "&&"))
            action.triggered.connect(lambda _=False, each=each: self.refused.emit(each.id))
        names = {each.id: each.name for each in usable}
        name = names.get(present, present) if present else AUTOMATIC
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, self._theme.px(160))
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(f"Who answers: {name}")
        self.setToolTip("Who answers in this chat")

    def _add(self, specialist: str, words: str, checked: bool) -> None:
        action = QAction(words.replace("&", "&&"), self._menu, checkable=True, checked=checked)
        action.triggered.connect(lambda _=False: self.picked.emit(specialist))
        self._group.addAction(action)
        self._menu.addAction(action)

    def _draw(self) -> None:
        mirrored = QGuiApplication.layoutDirection() == Qt.LayoutDirection.RightToLeft
        sides = Qt.LayoutDirection
        self.setLayoutDirection(sides.LeftToRight if mirrored else sides.RightToLeft)      # the arrow follows the name
        self.setIcon(self._icons.icon("chevron-down", "muted", 14))
        self.setIconSize(QSize(self._theme.px(14), self._theme.px(14)))


def aside(view: SpecialistView) -> str:
    """What it is good at, what it does now, and whether there is little room for it."""
    words = (skills_in_words(view.skills), NOW.get(view.state, ""),
             "little room" if view.fit.level == "tight" else "no room" if view.fit.level == "no" else "")
    return ", ".join(word for word in words if word)
