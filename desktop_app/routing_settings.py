"""Who answers, as a setting: the router chooses, always the same, or the person is asked; plans, second opinions."""

from __future__ import annotations

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.fleet_state import PLANNING, ROUTER_MODEL, ROUTING
from desktop_app.option_button import CheckBox, RadioButton
from router.messages import ChangePreference

ALWAYS = "always:"


class RoutingSettings(QWidget):
    """Attributes: automatic, always, ask, the three ways; who, the one that always answers; planning and
    second_opinion, on or off."""

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
        self.planning = self._switch(whole, PLANNING, "Answer several tasks in steps",
                                     "A request like “summarise this, then translate it” gets a plan first.")
        self.second_opinion = self._switch(whole, ROUTER_MODEL, "Ask a model when unsure",
                                           "A small model reads the few requests that could go to several specialists. "
                                           "It takes about a second, and memory while there is room.")
        self.show_now()

    def _way(self, words: str, about: str) -> RadioButton:
        made = RadioButton(words, self._desk.theme)
        made.setAccessibleDescription(about)
        return made

    def _switch(self, whole: QVBoxLayout, preference: str, words: str, about: str) -> CheckBox:
        made = CheckBox(words, self._desk.theme)
        made.setAccessibleDescription(about)
        made.clicked.connect(lambda: self._turn(preference, made.isChecked()))
        whole.addWidget(made)
        below = QHBoxLayout()
        below.setContentsMargins(self._desk.theme.px(27), 0, 0, 6)
        below.addWidget(label(about, "small"), 1)
        whole.addLayout(below)
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
        for switch, preference in ((self.planning, PLANNING), (self.second_opinion, ROUTER_MODEL)):
            switch.setChecked(state.preferences.get(preference, "on") == "on")

    def _turn(self, preference: str, is_on: bool) -> None:
        value = "on" if is_on else "off"
        self._desk.state.preferences[preference] = value
        self._desk.send(ChangePreference(preference, value))

    def _always(self) -> None:
        self._change(f"{ALWAYS}{self.who.currentData()}")

    def _change(self, value: str) -> None:
        if value != self._desk.state.preferences.get(ROUTING, "automatic"):
            self._desk.state.preferences[ROUTING] = value
            self._desk.send(ChangePreference(ROUTING, value))
        self.show_now()
