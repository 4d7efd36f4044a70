"""What a model is good at: a quiet bar for each skill and who measured it, then what others published of it."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QProgressBar, QWidget

from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.model_facts import ModelFacts
from desktop_app.model_words import breakable, outside_text
from desktop_app.section import Section
from desktop_app.words import SKILLS


class ModelStrengths(Section):
    """Only what somebody measured is shown; figures of others never as a bar, for they are on other scales."""

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
        self._published = label("", "small")
        self.body.addWidget(self._source)
        self.body.addWidget(self._published)
        self.shown: dict[str, float] = {}

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        if facts.view is None:
            self.hide()
            return
        strengths, published = facts.view.strengths, facts.view.published
        self.setVisible(bool(strengths or published))
        self._holder.setVisible(bool(strengths))
        self._source.setVisible(bool(strengths))
        self._published.setVisible(bool(published))
        self._published.setText("\n".join((
            "Published by others, not used to choose:",
            *(breakable(f"{outside_text(one.benchmark, 60)} {one.score:g} % ({outside_text(one.source, 200)})")
              for one in published))))
        source = outside_text(facts.view.strengths_source)
        self._source.setText(f"Of 100, by {source}" if source else "Of 100")
        if strengths == self.shown:
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
