"""The ways to have a model: its quantisations with size, whether they fit here, and a button each."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtWidgets import QVBoxLayout

from desktop_app import model_actions
from desktop_app.controls import card
from desktop_app.desk import Desk
from desktop_app.model_facts import ModelFacts
from desktop_app.model_list import ModelList
from desktop_app.model_rows import ModelRow
from desktop_app.model_words import fit_sentence, quantisation_in_words, share_in_words, verdict
from desktop_app.section import Section
from desktop_app.words import size_in_words
from router.model_views import QuantisationView, QueuedInstall


class ModelQuantisations(Section):
    """Enter or the button orders one. Attributes: list."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("Ways to have it")
        self._desk = desk
        self.list = ModelList(desk, "Ways to have it")
        self.list.opened.connect(self._order)
        self.list.acted.connect(self._order)
        surface = card()
        inside = QVBoxLayout(surface)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)
        self.body.addWidget(surface)

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        queue = self._desk.state.queue
        rows = [quantisation_row(each, queue.line(each.id)) for each in facts.quantisations]
        self.list.show_rows([replace(each, action="") for each in rows] if facts.gated else rows)
        self.setVisible(bool(facts.quantisations))
        if not self.list.current_key:
            self.list.mark(facts.order)

    def _order(self, key: str) -> None:
        row = self.list.row(key)
        if row is not None and row.action:
            model_actions.install(self._desk, self, key)

    def focus_first(self) -> bool:
        """The keys go to the list. False: it is empty."""
        if self.list.rows.rows:
            self.list.setFocus()
        return bool(self.list.rows.rows)


def quantisation_row(one: QuantisationView, line: QueuedInstall | None) -> ModelRow:
    """A quantisation in the list."""
    said = verdict(one.fit)
    below, token, icon, action = said.words, said.token, said.icon, "Install"
    if line is not None and line.state in ("running", "waiting"):
        below, token, icon, action = share_in_words(line), "accent", "download", ""
    elif one.installed:
        below, token, icon, action = "Installed", "positive", "check", ""
    return ModelRow(one.id, one.name, fit_sentence(one.fit), quantisation_in_words(one.name),
                    size_in_words(one.size) if one.size else "", below, token, icon, action)
