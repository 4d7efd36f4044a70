"""The Models page: every specialist of the catalogue, the installed ones first."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLabel

from desktop_app.catalogue_state import USABLE
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.model_card import ModelCard
from desktop_app.scroll_page import ScrollPage
from desktop_app.shown import Shown


class ModelsPage(ScrollPage):
    """Signals: settings_asked(specialist id)."""

    settings_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Models", desk)
        self.cards: dict[str, ModelCard] = {}
        self._empty: QLabel = label("Reading the catalogue…", "muted")
        self._here = label("On this computer", "heading")
        self._there = label("Can be installed", "heading")
        for each in (self._empty, self._here, self._there):
            self.column.addWidget(each)
        self.column.addStretch(1)
        self._order: list[str] = []
        self.show_changes(Shown.SPECIALISTS)

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if not changed & (Shown.SPECIALISTS | Shown.INSTALLS):
            return
        for view in self._desk.state.specialists.values():
            if view.id in self.cards:
                self.cards[view.id].show_now()
            else:
                self.cards[view.id] = ModelCard(self._desk, view)
                self.cards[view.id].settings_asked.connect(self.settings_asked)
        self._arrange()

    def _arrange(self) -> None:
        views = self._desk.state.specialists
        for gone in [each for each in self.cards if each not in views]:
            self.cards.pop(gone).deleteLater()
        here = [each.id for each in views.values() if each.state in USABLE]
        there = sorted((each for each in views.values() if each.id not in here),
                       key=lambda each: (not each.starter, each.size))
        order = ["", *here, "-", *(each.id for each in there)]
        self._empty.setVisible(not views)
        self._here.setVisible(bool(here))
        self._there.setVisible(bool(there))
        if order == self._order:
            return
        self._order = order
        for position, each in enumerate(order, start=1):
            widget = self._here if each == "" else self._there if each == "-" else self.cards[each]
            self.column.removeWidget(widget)
            self.column.insertWidget(position, widget)
