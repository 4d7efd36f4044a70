"""A model's page: what it is, whether it runs here, the ways to have it, how it did in its check, and all one can do.

The same page for a specialist of the catalogue, for one on this computer, and for a repository of the Hub.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from desktop_app.controls import button
from desktop_app.desk import Desk
from desktop_app.hub_state import OPEN
from desktop_app.model_adapters import ModelAdapters
from desktop_app.model_card import ModelCard
from desktop_app.model_check import ModelCheck
from desktop_app.model_facts import ModelFacts, facts_about
from desktop_app.model_gate import ModelGate
from desktop_app.model_head import ModelHead
from desktop_app.model_quantisations import ModelQuantisations
from desktop_app.model_strengths import ModelStrengths
from desktop_app.model_version import ModelVersion
from desktop_app.models_column import ModelsColumn
from desktop_app.placeholder import Placeholder
from desktop_app.shown import Shown
from router import messages as m


class ModelPage(ModelsColumn):
    """Signals: left(), settings_asked(specialist), chat_asked(specialist). Attributes: key."""

    left = Signal()
    settings_asked = Signal(str)
    chat_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.key = ""
        self._drawn: tuple[ModelFacts | None, object] = (None, None)
        self.back = button("‹ Back", self.left.emit, "link")
        self.placeholder = Placeholder(desk)
        self.head = ModelHead(desk)
        self.gate = ModelGate(desk)
        self.quantisations = ModelQuantisations(desk)
        self.check = ModelCheck(desk)
        self.strengths = ModelStrengths(desk)
        self.adapters = ModelAdapters(desk)
        self.version = ModelVersion(desk)
        self.card = ModelCard(desk)
        self._sections: tuple[QWidget, ...] = (self.head, self.gate, self.quantisations, self.check, self.strengths,
                                               self.adapters, self.version, self.card)
        for each in (self.back, self.placeholder, *self._sections):
            self.column.addWidget(each)
        self.column.addStretch(1)
        self.head.settings_asked.connect(self.settings_asked)
        self.head.chat_asked.connect(self.chat_asked)
        self.gate.opened_again.connect(lambda: self._ask_hub(again=True))
        self.adapters.opened.connect(self.opened)

    def show_model(self, key: str, back: str) -> None:
        """Another model; `back` names the page it was opened from."""
        self.key = key
        self.back.setText(f"‹ {back}")
        self.back.setAccessibleName(f"Back to {back}")
        self._ask_hub()
        for each in self._sections:
            each.begin(key)  # type: ignore[attr-defined]
        here = facts_about(self._desk.state, key)
        self._order(here is not None and here.usable)
        self.show_now()
        self.verticalScrollBar().setValue(0)

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if self.key and changed & (Shown.SPECIALISTS | Shown.INSTALLS | Shown.HUB | Shown.STORAGE):
            self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says."""
        facts = facts_about(self._desk.state, self.key)
        repo = self.key.removeprefix("repo:")
        trouble = self._desk.state.hub.closed.get(repo)
        if facts is None and trouble is not None:
            self.placeholder.say(trouble.text, trouble.hint, "Try again", lambda: self._ask_hub(again=True))
        elif facts is None:
            self.placeholder.wait("Asking the Hub about this model…")
        else:
            self.placeholder.leave()
        for each in self._sections:
            each.setVisible(facts is not None)
            if facts is not None:
                each.show_facts(facts)  # type: ignore[attr-defined]

    def _order(self, usable: bool) -> None:
        """How one has it comes first for what is not here, how it does for what is."""
        self.column.removeWidget(self.quantisations)
        after = self.column.indexOf(self.adapters if usable else self.gate)
        self.column.insertWidget(after + 1, self.quantisations)

    def _ask_hub(self, *, again: bool = False) -> None:
        """A repository is opened because the person chose it; what was asked in this session is not asked again."""
        repo = self.key.removeprefix("repo:")
        hub = self._desk.state.hub
        if self.key.startswith("repo:") and repo not in hub.opening and (again or repo not in hub.opened):
            self._desk.send(m.OpenHubModel(repo, request=OPEN + repo))
            self.show_now()

    def focus_first(self) -> bool:
        """The keys go to what one came for: the first thing that can be done."""
        if not (self.head.focus_first() or self.quantisations.focus_first()):
            self.back.setFocus()
        return True
