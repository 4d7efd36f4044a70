"""What the Hub found: a list that goes on as far as one wants, in the order and under the licence one chooses.

Says what it waits for, that nothing was found, or why the Hub could not be asked; asks only when told to.
"""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import button
from desktop_app.desk import Desk, new_id
from desktop_app.flow import Flow
from desktop_app.listed import Listed
from desktop_app.model_rows import CatalogueFilter, hub_rows
from desktop_app.model_words import outside_text
from desktop_app.placeholder import Placeholder
from router import messages as m

SORTS = (("trending", "Trending first"), ("downloads", "Most downloaded first"), ("updated", "Newest first"))
LICENCES = (("", "Any licence"), ("apache-2.0", "Apache 2.0"), ("mit", "MIT"), ("llama3.2", "Llama 3.2"),
            ("gemma", "Gemma"), ("cc-by-4.0", "CC BY 4.0"), ("cc-by-nc-4.0", "CC BY-NC 4.0"))

COMFORT = "What is installed works without it"


class HubResults(QWidget):
    """Signals: opened(key), left(), filters_unwanted()."""

    opened = Signal(str)
    left = Signal()
    filters_unwanted = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._wanted = CatalogueFilter()
        self.back = button("‹ Back to the catalogue", self.left.emit, "link", "Back to the catalogue")
        self.sort = ChoiceField(desk, "Order of the results", SORTS)
        self.licence = ChoiceField(desk, "Licence", LICENCES)
        for field in (self.sort, self.licence):
            field.activated.connect(lambda _: self.ask(self._wanted))
        self.listed = Listed(desk, "On the Hub")
        self.listed.list.opened.connect(self.opened)
        self.placeholder = Placeholder(desk)
        self.more = button("Show more", self._more)
        top = QHBoxLayout()
        top.addWidget(self.back)
        top.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(Flow(self.sort, self.licence))
        whole.addWidget(self.listed)
        whole.addWidget(self.placeholder)
        whole.addWidget(self.more, 0, Qt.AlignmentFlag.AlignHCenter)

    def ask(self, wanted: CatalogueFilter) -> None:
        """Ask the Hub: the person pressed the button, Enter, or chose another order."""
        self._wanted = wanted
        self._desk.send(m.SearchHub(
            wanted.text, wanted.skill, self.licence.currentData(), self._room() if wanted.fitting else 0,
            self.sort.currentData(), request=new_id()))
        self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says."""
        hub = self._desk.state.hub
        self.listed.show_rows(hub_rows(hub.found, time.time()))
        words = outside_text(self._wanted.text, 60)
        self.listed.rename(f"On the Hub: “{words}”" if words else "On the Hub")
        self.more.setVisible(bool(hub.cursor) and not hub.searching and hub.trouble is None)
        if hub.searching:
            self.placeholder.wait("Asking the Hugging Face Hub…")
        elif hub.trouble is not None:
            comfort = "" if COMFORT in hub.trouble.hint else f"{COMFORT}."
            self.placeholder.say(hub.trouble.text, f"{hub.trouble.hint} {comfort}".strip(), "Try again", self._again)
        elif not hub.found:
            self.placeholder.say("Nothing on the Hub fits these words and filters", "", "Clear the filters",
                                 self._clear)
        else:
            self.placeholder.leave()

    def _room(self) -> int:
        """Bytes that models can use on this computer, as the router reckons it; 0 for not known."""
        return max((each.fit.available for each in self._desk.state.specialists.values()), default=0)

    def _more(self) -> None:
        asked = self._desk.state.hub.asked
        if asked is not None:
            self._desk.send(m.SearchHub(asked.text, asked.skill, asked.licence, asked.largest, asked.sort,
                                        self._desk.state.hub.cursor, request=new_id()))
            self.show_now()

    def _again(self) -> None:
        self._more() if self._desk.state.hub.cursor else self.ask(self._wanted)

    def _clear(self) -> None:
        self.licence.setCurrentIndex(0)
        self.filters_unwanted.emit()
