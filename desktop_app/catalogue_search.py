"""The top of Discover: one field and a few chips. Typing looks through the catalogue; the Hub is asked on request only.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from desktop_app.beside import Beside
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.model_rows import FIELDS, CatalogueFilter
from desktop_app.words import SKILLS

BEFORE_ASKING = ("“Search the Hub” asks the Hugging Face Hub for models. It learns the words and filters you choose "
                 "and this computer's address, nothing else.")


class CatalogueSearch(QWidget):
    """Signals: changed(), a word or a filter; hub_asked(), the person wants the Hub to be asked."""

    changed = Signal()
    hub_asked = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search models")
        self.field.setAccessibleName("Search models")
        self.field.setMaxLength(200)
        self.field.setClearButtonEnabled(True)
        for clear in self.field.findChildren(QToolButton):
            clear.setAccessibleName("Clear the search")
            clear.setToolTip("Clear the search")
        self.field.textChanged.connect(lambda _: self.changed.emit())
        self.field.returnPressed.connect(self.hub_asked)
        self.hub = button("Search the Hub", self.hub_asked.emit, "", "Search the Hugging Face Hub")
        self.hub.setToolTip(BEFORE_ASKING)
        self.says = label(BEFORE_ASKING, "small")
        self.fitting = chip("Fits here", "Only models that fit this computer")
        self.open = chip("No special terms", "Only models under an open licence")
        self.skills: dict[str, QPushButton] = {}
        self._chips = Flow(self.fitting, self.open, gap=6)
        for each in (self.fitting, self.open):
            each.clicked.connect(lambda _=False: self.changed.emit())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(Beside(desk.theme, self.field, self.hub))
        whole.addWidget(self._chips)
        whole.addWidget(self.says)

    def offer_skills(self, skills: set[str]) -> None:
        """A chip for each skill that a model has, the usual ones first."""
        wanted = [each for each in FIELDS if each in skills] + sorted(skills - set(FIELDS))
        for skill in wanted:
            if skill not in self.skills:
                words = SKILLS.get(skill, skill.capitalize())
                made = chip(words, f"Only models for {words.lower()}")
                made.clicked.connect(lambda on=False, skill=skill: self._pick_skill(skill, on))
                self.skills[skill] = made
                self._chips.flow.addWidget(made)

    @property
    def wanted(self) -> CatalogueFilter:
        """What the person wants to see."""
        skill = next((name for name, each in self.skills.items() if each.isChecked()), "")
        return CatalogueFilter(self.field.text().strip(), skill, self.fitting.isChecked(), self.open.isChecked())

    def clear_filters(self) -> None:
        """Show everything for the words that were typed."""
        for each in (self.fitting, self.open, *self.skills.values()):
            each.setChecked(False)
        self.changed.emit()

    def _pick_skill(self, skill: str, on: bool) -> None:
        for name, each in self.skills.items():
            each.setChecked(on and name == skill)
        self.changed.emit()


def chip(words: str, meaning: str) -> QPushButton:
    """A filter that is on or off."""
    made = QPushButton(words)
    made.setCheckable(True)
    made.setAutoDefault(False)
    made.setProperty("kind", "filter")
    made.setAccessibleName(meaning)
    made.setToolTip(meaning)
    return made
