"""What a model is good at: a quiet bar for each skill, and who measured it."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.model_facts import ModelFacts
from desktop_app.model_words import outside_text
from desktop_app.section import Section
from desktop_app.words import SKILLS


class ModelStrengths(Section):
    """Only what somebody measured is shown."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("What it is good at")
        self._desk = desk
        self._holder = QWidget()
        self._grid = QGridLayout(self._holder)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setColumnStretch(1, 1)
        self._source = label("", "small")
        self.body.addWidget(self._holder)
        self.body.addWidget(self._source)
        self.shown: dict[str, float] = {}

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        strengths = facts.view.strengths if facts.view is not None else {}
        self.setVisible(bool(strengths))
        if facts.view is None or strengths == self.shown:
            return
        self.shown = dict(strengths)
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for number, (skill, share) in enumerate(sorted(strengths.items(), key=lambda each: -each[1])):
            name = SKILLS.get(skill, skill.capitalize())
            bar = QProgressBar()
            bar.setTextVisible(False)
            bar.setRange(0, 100)
            bar.setValue(round(100 * share))
            bar.setAccessibleName(f"{name}: {round(100 * share)} of 100")
            self._grid.addWidget(label(name, "muted", wrap=False), number, 0)
            self._grid.addWidget(bar, number, 1)
            self._grid.addWidget(label(f"{round(100 * share)}", "", wrap=False), number, 2)
        source = outside_text(facts.view.strengths_source)
        self._source.setText(f"Of 100, by {source}" if source else "Of 100")
