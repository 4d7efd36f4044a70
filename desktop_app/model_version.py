"""Which version of a model this is, under which licence, from where; and on request whether there is a newer one."""

from __future__ import annotations

from desktop_app import model_actions
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.facts_grid import FactsGrid
from desktop_app.flow import Flow
from desktop_app.model_facts import ModelFacts
from desktop_app.section import Section
from desktop_app.storage_state import UPDATES
from desktop_app.words import size_in_words
from router import messages as m


class ModelVersion(Section):
    """Attributes: look, update."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Details")
        self._desk, self._specialist = desk, ""
        self.grid = FactsGrid(desk)
        self._says = label("", "small")
        self.look = button("Look for an update", self._look)
        self.look.setToolTip("Asks the Hub about what is installed.")
        self.update_it = button("Update", lambda: model_actions.update(desk, self._specialist), "primary")
        for each in (self.grid, self._says, Flow(self.look, self.update_it)):
            self.body.addWidget(each)

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        self.grid.show_rows(facts.facts)
        view, storage = facts.view, self._desk.state.storage
        self._specialist = view.id if view is not None else ""
        newer = (storage.updates or {}).get(self._specialist)
        known = facts.usable and storage.updates is not None
        fetching = self._desk.state.queue.line(self._specialist) is not None
        trouble = storage.troubles.get(UPDATES)
        words = ""
        if not facts.usable or view is None:
            words = ""
        elif UPDATES in storage.busy:
            words = "Asking the Hub…"
        elif trouble is not None:
            words = trouble.words
        elif newer is not None:
            size = f" ({size_in_words(newer.size)} to fetch)" if newer.size else ""
            words = f"There is a newer version{size}. The present one stays until the new one has passed its check."
        elif known:
            words = ("Its source says nothing of versions." if view.id in storage.unknown else "It is up to date.")
        self._says.setText(words)
        self._says.setVisible(bool(words))
        asks = facts.usable and view is not None and not view.in_place and newer is None
        self.look.setVisible(asks)
        self.update_it.setVisible(facts.usable and newer is not None and not fetching)
        self.update_it.setAccessibleName(f"Update {facts.name}")

    def _look(self) -> None:
        model_actions.ask_once(self._desk, m.FindUpdates(request=UPDATES))
