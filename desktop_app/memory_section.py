"""The models in memory, on the System page: the one budget, each model as a process, and what happened to them."""

from __future__ import annotations

import time

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.fleet_history import FleetHistory
from desktop_app.fleet_state import PROCESSES
from desktop_app.process_card import ProcessCard
from desktop_app.process_words import budget_in_words, pages_in_words
from desktop_app.shown import Shown
from router.messages import ListProcesses, ProcessesListed

EVERY = 2_000       # ms between two looks while it can be seen
SOON = 150          # ms after a specialist changed: several changes are one look


class MemorySection(QWidget):
    """Looks at the fleet while it is on show, and never otherwise. Attributes: cards by process id."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.cards: dict[str, ProcessCard] = {}
        self._words = label("", wrap=False)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName("Memory for models in use")
        self._pages = label("", "small")
        self._trouble = label("", "warning")
        self._trouble.hide()
        self._empty = label("Looking…", "muted")
        self._places = QVBoxLayout()
        self._places.setSpacing(12)
        self.history = FleetHistory(desk)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(label("Memory for models", "heading"))
        for each in (self._words, self._bar, self._pages, self._trouble):
            whole.addWidget(each)
        whole.addSpacing(8)
        whole.addWidget(self._empty)
        whole.addLayout(self._places)
        whole.addSpacing(16)
        whole.addWidget(label("What happened", "heading"))
        whole.addWidget(self.history)
        whole.addSpacing(16)
        self._often = QTimer(self, interval=EVERY)
        self._often.timeout.connect(self._look)
        self._soon = QTimer(self, singleShot=True, interval=SOON)
        self._soon.timeout.connect(self._look)
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state; look again when a specialist changed."""
        if changed & Shown.PROCESSES:
            self.show_now()
        if changed & Shown.SPECIALISTS and self.isVisible():
            self._soon.start()

    def show_now(self) -> None:
        """Draw what the view state says, in place."""
        fleet = self._desk.state.fleet
        self._trouble.setVisible(bool(fleet.trouble))
        self._trouble.setText(fleet.trouble)
        listed = fleet.listed
        for each in (self._words, self._bar, self._pages):
            each.setVisible(listed is not None)
        if listed is None:
            return
        self._words.setText(budget_in_words(listed))
        self._bar.setValue(min(1000, round(1000 * listed.used / max(listed.budget, 1))))
        self._bar.setAccessibleDescription(budget_in_words(listed))
        self._pages.setText(pages_in_words(listed))
        self._empty.setVisible(not listed.processes)
        self._empty.setText("No model is in memory. One is loaded when you ask something.")
        self._show_cards(listed)
        self.history.show_now(listed.history, time.time())

    def _show_cards(self, listed: ProcessesListed) -> None:
        """Those that are there already keep their place, so that nothing moves under the pointer."""
        here = {each.id for each in listed.processes}
        for gone in [each for each in self.cards if each not in here]:
            card = self.cards.pop(gone)
            self._places.removeWidget(card)
            card.hide()
            card.deleteLater()
        now = time.time()
        for each in listed.processes:
            if each.id not in self.cards:
                self.cards[each.id] = ProcessCard(self._desk, each)
                self._places.addWidget(self.cards[each.id])
            self.cards[each.id].show_now(each, now)

    def _look(self) -> None:
        if not self.window().isMinimized():
            self._desk.send(ListProcesses(PROCESSES))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look()
        self._often.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._often.stop()
        self._soon.stop()
