"""What opening a model in a process of its own showed: how fast it is here, what it needs, what it wrote."""

from __future__ import annotations

import time

from PySide6.QtWidgets import QVBoxLayout

from desktop_app import model_actions
from desktop_app.controls import button, card, label
from desktop_app.desk import Desk
from desktop_app.facts_grid import FactsGrid
from desktop_app.flow import Flow
from desktop_app.model_facts import ModelFacts
from desktop_app.model_words import age_in_words, outside_text
from desktop_app.section import Section
from desktop_app.storage_state import CHECK
from desktop_app.words import size_in_words
from router.model_views import CheckView

TEMPLATES = {"own": "its own, and sound", "none": "none: it only continues text", "refused": "refused"}


class ModelCheck(Section):
    """Shown for what is on this computer. Attributes: again."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("How it did on this computer")
        self._desk, self._specialist = desk, ""
        self._says = label("", "muted")
        self._problems = label("", "warning")
        self.grid = FactsGrid(desk)
        self._sample = label("")
        self._frame = card()
        self._frame.setAccessibleName("What it wrote")
        inside = QVBoxLayout(self._frame)
        inside.setContentsMargins(16, 10, 16, 12)
        inside.addWidget(label("It wrote", "small"))
        inside.addWidget(self._sample)
        self.again = button("Check again", lambda: model_actions.check(desk, self._specialist))
        for each in (self._says, self._problems, self.grid, self._frame, Flow(self.again)):
            self.body.addWidget(each)

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        self.setVisible(facts.here)
        if facts.view is None:
            return
        self._specialist, check = facts.view.id, facts.view.check
        busy = CHECK + self._specialist in self._desk.state.storage.busy or check.state == "checking"
        when = age_in_words(check.at, time.time())
        said = {"unchecked": "It has not been tried out here yet.", "checking": "It is being tried out…",
                "passed": f"It was tried out {when}." if when else "It passed its check.",
                "refused": "It did not pass its check, so it is never asked."}[check.state]
        self._says.setText("It is being tried out in a process of its own…" if busy else said)
        self._problems.setText("\n".join(outside_text(each) for each in check.problems))
        self._problems.setVisible(bool(check.problems))
        self.grid.show_rows(check_rows(check))
        self._sample.setText(outside_text(check.sample, 600))
        self._frame.setVisible(bool(check.sample))
        self.again.setAccessibleName(f"Check {facts.name} again")


def check_rows(check: CheckView) -> tuple[tuple[str, str, str], ...]:
    """The numbers, those that were measured."""
    rows = (("Writes", f"{check.writes_per_second:.1f} tokens per second" if check.writes_per_second else "", ""),
            ("Reads", f"{check.reads_per_second:.0f} tokens per second" if check.reads_per_second else "", ""),
            ("Memory", size_in_words(check.memory) if check.memory else "", ""),
            ("Loading", f"{check.load_seconds:.1f} s" if check.load_seconds else "", ""),
            ("Chat template", TEMPLATES.get(check.template, ""), ""))
    return tuple(row for row in rows if row[1])
