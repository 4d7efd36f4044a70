"""Discover: a set that suits this computer, the catalogue, and on request what the Hugging Face Hub has."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from desktop_app import model_actions
from desktop_app.catalogue_search import CatalogueSearch
from desktop_app.desk import Desk
from desktop_app.hub_results import HubResults
from desktop_app.listed import Listed
from desktop_app.model_list import ModelList
from desktop_app.model_menu import ModelMenu
from desktop_app.model_rows import catalogue_rows, fields_of
from desktop_app.models_column import ModelsColumn
from desktop_app.placeholder import Placeholder
from desktop_app.recommended_set import RecommendedSet
from desktop_app.shown import Shown


class DiscoverPage(ModelsColumn):
    """Attributes: search, recommended, catalogue, hub."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.search = CatalogueSearch(desk)
        self.recommended = RecommendedSet(desk)
        self.catalogue = Listed(desk, "Catalogue")
        self.placeholder = Placeholder(desk)
        self.hub = HubResults(desk)
        self.menu = ModelMenu(desk, self)
        parts: tuple[QWidget, ...] = (self.search, self.recommended, self.catalogue, self.placeholder, self.hub)
        for each in parts:
            self.column.addWidget(each)
        self.column.addStretch(1)
        self.search.changed.connect(self.show_now)
        self.search.hub_asked.connect(self.ask_hub)
        self.catalogue.list.acted.connect(self._install)
        self.catalogue.list.menu_asked.connect(self.menu.open_for)
        self.hub.left.connect(self.leave_hub)
        self.hub.filters_unwanted.connect(self._without_filters)
        for signal in (self.catalogue.list.opened, self.hub.opened, self.menu.open_asked, self.recommended.opened):
            signal.connect(self.opened)

    def begin(self) -> None:
        """The page comes on show. This asks the router on this computer, nobody else."""
        self.recommended.ask()
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & (Shown.SPECIALISTS | Shown.INSTALLS | Shown.HUB):
            self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says."""
        state = self._desk.state
        asked = state.hub.asked is not None
        self.search.offer_skills({field for each in state.specialists.values() if each.kind != "encoder"
                                  for field in fields_of(each)})
        self.search.says.setVisible(not asked)
        self.hub.setVisible(asked)
        wanted = self.search.wanted
        plain = not (wanted.text or wanted.skill)
        self.recommended.show_now()
        self.recommended.setVisible(not asked and plain and self.recommended.has_one)
        lines = {each.specialist: each for each in state.queue.lines()}
        rows = catalogue_rows(state.specialists.values(), lines, wanted)
        self.catalogue.show_rows(rows)
        self.catalogue.rename("Catalogue" if plain else f"In the catalogue: {len(rows)}")
        self.catalogue.setVisible(bool(rows) and not asked)
        if asked:
            self.placeholder.leave()
            self.hub.show_now()
        elif not state.specialists_listed:
            self.placeholder.wait("Reading the catalogue…")
        elif not rows:
            self.placeholder.say("Nothing in the catalogue fits", "The Hugging Face Hub has many more models.",
                                 "Search the Hub", self.ask_hub)
        else:
            self.placeholder.leave()

    def ask_hub(self) -> None:
        """The person wants the Hub to be asked."""
        self.hub.ask(self.search.wanted)
        self.show_now()

    def leave_hub(self) -> bool:
        """Back to the catalogue. False: it was on show already."""
        if self._desk.state.hub.asked is None:
            return False
        self._desk.state.hub.leave_search()
        self.show_now()
        self.search.field.setFocus()
        return True

    def lists(self) -> list[ModelList]:
        """The lists a model may stand in."""
        return [self.hub.listed.list if self._desk.state.hub.asked is not None else self.catalogue.list]

    def focus_first(self) -> bool:
        """The keys go to the search."""
        self.search.field.setFocus()
        return True

    def _without_filters(self) -> None:
        self.search.clear_filters()
        self.ask_hub()

    def _install(self, key: str) -> None:
        model_actions.install(self._desk, self, key.partition(":")[2])
