"""LoRA adapters of a model: each one is a specialist of its own, and a further one can be attached."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout

from desktop_app import model_actions
from desktop_app.controls import button, card, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.model_facts import ModelFacts
from desktop_app.model_list import ModelList
from desktop_app.model_rows import installed_rows
from desktop_app.section import Section


class ModelAdapters(Section):
    """Shown for a language model on this computer that is none itself. Signals: opened(key)."""

    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__("Adapters")
        self._desk, self._base = desk, ""
        self.list = ModelList(desk, "Adapters")
        self.list.opened.connect(self.opened)
        self._surface = card()
        inside = QVBoxLayout(self._surface)
        inside.setContentsMargins(1, 1, 1, 1)
        inside.addWidget(self.list)
        self.attach = button("Attach an adapter…", lambda: model_actions.attach_adapter(desk, self, self._base))
        self.body.addWidget(label("A LoRA adapter (a small GGUF file) makes another specialist of this model, without "
                                  "a second copy of it.", "muted"))
        self.body.addWidget(self._surface)
        self.body.addWidget(Flow(self.attach))

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        view = facts.view
        shown = view is not None and facts.usable and view.kind == "language" and not view.base
        self.setVisible(shown)
        if view is None or not shown:
            return
        self._base = view.id
        rows = installed_rows(each for each in self._desk.state.specialists.values() if each.base == view.id)
        self.list.show_rows(rows)
        self._surface.setVisible(bool(rows))
        self.attach.setAccessibleName(f"Attach an adapter to {facts.name}")
