"""How much memory all models together may take, and how much disk what they have read may."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QVBoxLayout, QWidget

from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.fleet_state import BUDGET, PAGES, PROCESSES
from desktop_app.flow import Flow
from desktop_app.gigabytes_field import GIGABYTE, GigabytesField
from desktop_app.option_button import RadioButton
from desktop_app.words import size_in_words
from router.messages import ChangePreference, ListProcesses

LEAST, MOST = 0.1, 4096.0       # GB; the router refuses what this computer does not have
USUAL_PAGES = 2 * GIGABYTE      # bytes, where nothing was set


class MemorySettings(QWidget):
    """Attributes: automatic, own, the two ways; limit, the own budget; pages, the budget on disk."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.automatic = RadioButton("", desk.theme)
        self.own = RadioButton("At most", desk.theme)
        self.own.setAccessibleName("At most, for all models together")
        self.limit = GigabytesField(desk, "Memory for all models together", LEAST, MOST)
        self.pages = GigabytesField(desk, "Disk for what was read", 0.0, 1000.0, "Nothing")
        self.trouble = label("", "danger")
        self._group = QButtonGroup(self)
        for way in (self.automatic, self.own):
            self._group.addButton(way)
        self.automatic.clicked.connect(lambda: self._change(BUDGET, ""))
        self.own.clicked.connect(lambda: self._change(BUDGET, self.limit.bytes_as_text))
        self.limit.settled.connect(self._own)
        self.pages.settled.connect(lambda size: self._change(PAGES, size))
        self._lay_out()
        self.show_now()

    def _lay_out(self) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(label("For all models together. Who is not needed leaves when others need room.", "small"))
        whole.addWidget(self.automatic)
        whole.addWidget(Flow(self.own, self.limit))
        whole.addWidget(self.trouble)
        whole.addSpacing(8)
        whole.addWidget(label("Kept on disk for a quick return, at most"))
        whole.addWidget(Flow(self.pages))

    def show_now(self) -> None:
        """Draw what the view state says."""
        state = self._desk.state
        fleet, kept = state.fleet, state.preferences.get(BUDGET, "")
        self.automatic.updateGeometry()
        self.automatic.setText(
            f"Automatic: {size_in_words(fleet.automatic_budget)} of {size_in_words(fleet.memory_total)}"
            if fleet.automatic_budget else "Automatic: what suits this computer")
        (self.own if kept else self.automatic).setChecked(True)
        budget = fleet.listed.budget if fleet.listed else 0
        self.limit.show_bytes(_whole(kept) or budget or 4 * GIGABYTE)
        pages = state.preferences.get(PAGES, "")
        self.pages.show_bytes(_whole(pages) if pages else USUAL_PAGES)
        trouble = fleet.refused_settings.get(BUDGET) or fleet.refused_settings.get(PAGES, "")
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))

    def settle(self) -> None:
        """What was typed last is meant, too."""
        self.limit.settle()
        self.pages.settle()

    def _own(self, size: str) -> None:
        self.own.setChecked(True)
        self._change(BUDGET, size)

    def _change(self, key: str, value: str) -> None:
        self._desk.state.fleet.refused_settings.pop(key, None)
        self._desk.send(ChangePreference(key, value, request=key))
        self._desk.send(ListProcesses(PROCESSES))


def _whole(text: str) -> int:
    return int(text) if text.isdigit() else 0
