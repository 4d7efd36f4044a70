"""A set of models that suits this computer: installed as a whole, each can be left out."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QVBoxLayout

from desktop_app import model_actions
from desktop_app.catalogue_state import USABLE
from desktop_app.controls import ElidedLabel, button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.hub_state import RECOMMEND
from desktop_app.model_rows import fields_of
from desktop_app.model_words import outside_text
from desktop_app.option_button import CheckBox
from desktop_app.visible_text import tooltip
from desktop_app.words import size_in_words, skills_in_words
from router import messages as m
from router.model_views import Recommendation
from router.views import SpecialistView


class RecommendedSet(QFrame):
    """Shows one set at a time; hidden while there is none. Signals: opened(key). Attributes: boxes by specialist."""

    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._number = 0
        self._shown: Recommendation | None = None
        self.boxes: dict[str, CheckBox] = {}
        self._asides: dict[str, QLabel] = {}
        self.setProperty("kind", "card")
        self._title = label("", "heading")
        self._why = label("", "muted")
        self.another = button("Another set", self._another, "", "Show another set of models")
        self.reasons = button("Why these", lambda: self._why.setVisible(self._why.isHidden()), "",
                              "Why these models are recommended")
        self._members = QVBoxLayout()
        self._members.setSpacing(2)
        self.install = button("", self._install, "primary")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 16)
        whole.setSpacing(8)
        whole.addWidget(self._title)
        whole.addLayout(self._members)
        whole.addSpacing(4)
        whole.addWidget(Flow(self.install, self.reasons, self.another))
        whole.addWidget(self._why)
        self.hide()

    def ask(self) -> None:
        """Which sets there are is asked once; the answer comes from this computer."""
        if self._desk.state.hub.sets is None:
            self._desk.send(m.Recommend(request=RECOMMEND))

    @property
    def has_one(self) -> bool:
        """Whether there is a set to show."""
        return bool(self._desk.state.hub.sets)

    def show_now(self) -> None:
        """Draw what the view state says."""
        sets = self._desk.state.hub.sets or ()
        if not sets:
            return
        shown = sets[self._number % len(sets)]
        self.another.setVisible(len(sets) > 1)
        self.another.setText(f"Another set ({self._number % len(sets) + 1} of {len(sets)})")
        if shown != self._shown:
            self._shown = shown
            self._title.setText(outside_text(shown.title))
            self.setAccessibleName(f"A set for this computer. {shown.title}")
            self._why.setText(outside_text(shown.why, 1500))
            self._why.hide()
            self.reasons.setVisible(bool(shown.why))
            self._make_boxes(shown)
        self._show_button()

    def chosen(self) -> list[SpecialistView]:
        """The members that are to be installed: marked, and not here yet."""
        return [self._desk.state.specialists[name] for name, box in self.boxes.items() if box.isChecked()
                and self._missing(name)]

    def _missing(self, name: str) -> bool:
        view = self._desk.state.specialists.get(name.partition(":")[0])
        line = self._desk.state.queue.line(name)
        return view is not None and view.state not in USABLE and (line is None or line.state in ("paused", "failed"))

    def _make_boxes(self, shown: Recommendation) -> None:
        while (item := self._members.takeAt(0)) is not None:
            row = item.layout()
            while row is not None and (part := row.takeAt(0)) is not None:
                widget = part.widget()
                if widget is not None:
                    widget.hide()
                    widget.deleteLater()
        self.boxes, self._asides = {}, {}
        for name in shown.specialists:
            view = self._desk.state.specialists.get(name)
            if view is None:
                continue
            box = CheckBox(outside_text(view.name, 60), self._desk.theme)
            box.setChecked(True)
            box.setAccessibleName(f"{view.name}, {size_in_words(view.size)}")
            box.setToolTip(tooltip(outside_text(view.description)))
            box.clicked.connect(lambda _=False: self._show_button())
            self.boxes[name] = box
            row = QHBoxLayout()
            row.setSpacing(12)
            row.addWidget(box, 3)
            what = ElidedLabel(skills_in_words(fields_of(view)[:2]), "small")
            what.setAlignment(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
            row.addWidget(what, 2)
            self._asides[name] = label("", "", wrap=False)
            row.addWidget(self._asides[name])
            self._members.addLayout(row)

    def _show_button(self) -> None:
        chosen = self.chosen()
        here = [name for name in self.boxes if not self._missing(name)]
        for name, box in self.boxes.items():
            box.setEnabled(name not in here)
            self._asides[name].setText(self._aside(name))
        size = size_in_words(sum(each.size for each in chosen))
        more = "" if all(each.size for each in chosen) else " and more"
        self.install.setEnabled(bool(chosen))
        if chosen:
            models = f"{len(chosen)} models" if len(chosen) > 1 else chosen[0].name
            self.install.setText(f"Install {models} ({size}{more})".replace("&", "&&"))
        else:
            self.install.setText("All of them are here" if len(here) == len(self.boxes) else "Choose at least one")
        self.install.setAccessibleName(self.install.text().replace("&&", "&"))

    def _aside(self, name: str) -> str:
        """Its size, or where it is by now."""
        view = self._desk.state.specialists[name]
        if view.state in USABLE:
            return "Installed"
        if not self._missing(name):
            return "On its way"
        return size_in_words(view.size) if view.size else "size not known yet"

    def _install(self) -> None:
        for each in self.chosen():
            model_actions.install(self._desk, self, each.id)
        self._show_button()

    def _another(self) -> None:
        self._number += 1
        self.show_now()
