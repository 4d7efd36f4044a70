"""On this computer: the models that can be used, by what they do; above them what needs attention; below them the ways
to use models that are here already."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout

from desktop_app import model_actions
from desktop_app.attention_card import AttentionCard
from desktop_app.desk import Desk
from desktop_app.listed import Listed
from desktop_app.model_list import ModelList
from desktop_app.model_menu import ModelMenu
from desktop_app.model_rows import installed_rows
from desktop_app.models_column import ModelsColumn
from desktop_app.own_models import OwnModels
from desktop_app.placeholder import Placeholder
from desktop_app.shown import Shown
from router.views import SpecialistView

FIELDS = (("Answers", ("language",)), ("Listens", ("speech-in", "speech-activity")), ("Speaks", ("speech-out",)),
          ("Helps to choose who answers", ("encoder",)))


class InstalledPage(ModelsColumn):
    """Attributes: cards of what needs attention, groups of what can be used."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.placeholder = Placeholder(desk)
        self._attention = QVBoxLayout()
        self._attention.setSpacing(8)
        self.cards: dict[str, AttentionCard] = {}
        self._drawn: dict[str, SpecialistView] = {}
        self.groups = {heading: Listed(desk, heading) for heading, _ in FIELDS}
        self.menu = ModelMenu(desk, self)
        self.menu.open_asked.connect(self.opened)
        self.own = OwnModels(desk)
        self.own.opened.connect(self.opened)
        self.column.addWidget(self.placeholder)
        self.column.addLayout(self._attention)
        for group in self.groups.values():
            self.column.addWidget(group)
            group.list.opened.connect(self.opened)
            group.list.menu_asked.connect(self.menu.open_for)
            group.list.delete_asked.connect(self._delete)
        self.column.addWidget(self.own)
        self.column.addStretch(1)

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & (Shown.SPECIALISTS | Shown.INSTALLS):
            self.show_now()
        self.own.show_changes(changed)

    def show_now(self) -> None:
        """Draw what the view state says."""
        views = list(self._desk.state.specialists.values())
        for heading, kinds in FIELDS:
            self.groups[heading].show_rows(installed_rows(each for each in views if each.kind in kinds))
        unsound = {each.id: each for each in views if each.state in ("refused", "broken")}
        self._show_attention(unsound)
        if not self._desk.state.specialists_listed:
            self.placeholder.wait("Looking at what is on this computer…")
        elif not unsound and not any(group.list.rows.rows for group in self.groups.values()):
            self.placeholder.say("No model is on this computer yet",
                                 "Models answer, listen or speak, here and without the internet. Discover shows which "
                                 "of them suit this computer.", "Discover models",
                                 lambda: self.page_asked.emit("discover"))
        else:
            self.placeholder.leave()

    def _show_attention(self, unsound: dict[str, SpecialistView]) -> None:
        """A card is made anew only when what it says has changed, so that the focus stays."""
        for gone in [key for key in self.cards if unsound.get(key) != self._drawn.get(key)]:
            card = self.cards.pop(gone)
            self._attention.removeWidget(card)
            card.hide()
            card.deleteLater()
        for key, view in unsound.items():
            if key not in self.cards:
                self.cards[key] = AttentionCard(self._desk, view)
                self._attention.addWidget(self.cards[key])
        self._drawn = unsound

    def _delete(self, key: str) -> None:
        model_actions.remove(self._desk, self, key.partition(":")[2])

    def begin(self) -> None:
        """The page comes on show."""
        self.show_now()

    def lists(self) -> list[ModelList]:
        """The lists a model may stand in."""
        return [group.list for group in self.groups.values()]

    def focus_first(self) -> bool:
        """The keys go to the first thing there is to do."""
        first = next((group.list for group in self.groups.values() if group.list.rows.rows), self.placeholder.button)
        first.setFocus()
        return first.isVisibleTo(self)
