"""Who answers, as a setting: the router chooses, always the same specialist, or the person is asked; and plans."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.fleet_state import PLANNING, ROUTING
from desktop_app.option_button import CheckBox, RadioButton
from router.messages import ChangePreference

ALWAYS = "always:"


class RoutingSettings(QWidget):
    """Attributes: automatic, always, ask, the three ways; who, the one that always answers; planning."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.automatic = self._way("Automatic", "Consort chooses for each question, and says why.")
        self.always = self._way("Always the same", "Whatever you ask.")
        self.ask = self._way("Ask me", "You choose for each question; the best one is one key away.")
        self.who = ChoiceField(desk, "Who always answers")
        self.who.activated.connect(lambda _: self._always())
        self.automatic.clicked.connect(lambda: self._change("automatic"))
        self.always.clicked.connect(self._always)
        self.ask.clicked.connect(lambda: self._change("ask"))
        self._group = QButtonGroup(self)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(2)
        for way in (self.automatic, self.always, self.ask):
            self._group.addButton(way)
            whole.addWidget(way)
            about = QHBoxLayout()
            about.setContentsMargins(desk.theme.px(27), 0, 0, 6)
            about.addWidget(label(way.accessibleDescription(), "small"), 1)
            if way is self.always:
                about.addWidget(self.who)
            whole.addLayout(about)
        self.planning = CheckBox("Answer several tasks in steps", desk.theme)
        self.planning.setAccessibleDescription("A request like “summarise this, then translate it” gets a plan first.")
        self.planning.clicked.connect(self._plan)
        whole.addWidget(self.planning)
        about = QHBoxLayout()
        about.setContentsMargins(desk.theme.px(27), 0, 0, 6)
        about.addWidget(label(self.planning.accessibleDescription(), "small"), 1)
        whole.addLayout(about)
        self.show_now()

    def _way(self, words: str, about: str) -> RadioButton:
        made = RadioButton(words, self._desk.theme)
        made.setAccessibleDescription(about)
        return made

    def show_now(self) -> None:
        """Draw what the view state says."""
        state = self._desk.state
        present = state.preferences.get(ROUTING, "automatic")
        always = present.removeprefix(ALWAYS) if present.startswith(ALWAYS) else ""
        here = {each.id: each.name for each in state.usable()}
        if always and always not in here:
            here[always] = f"{state.name_of(always)} (not installed)"
        chosen = always or str(self.who.currentData() or "")
        if [self.who.itemData(each) for each in range(self.who.count())] != list(here):
            self.who.clear()
            for specialist, name in here.items():
                self.who.addItem(name, specialist)
        self.who.setCurrentIndex(max(0, self.who.findData(chosen)) if here else -1)
        self.who.setEnabled(bool(here))
        self.always.setEnabled(bool(here))
        way = self.always if always else self.ask if present == "ask" else self.automatic
        way.setChecked(True)
        self.planning.setChecked(state.preferences.get(PLANNING, "on") == "on")

    def _plan(self) -> None:
        value = "on" if self.planning.isChecked() else "off"
        self._desk.state.preferences[PLANNING] = value
        self._desk.send(ChangePreference(PLANNING, value))

    def _always(self) -> None:
        self._change(f"{ALWAYS}{self.who.currentData()}")

    def _change(self, value: str) -> None:
        if value != self._desk.state.preferences.get(ROUTING, "automatic"):
            self._desk.state.preferences[ROUTING] = value
            self._desk.send(ChangePreference(ROUTING, value))
        self.show_now()
