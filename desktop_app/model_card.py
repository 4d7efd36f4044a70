"""The card that a model's owner wrote, as safe text: no HTML, no pictures, and no link opens by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_app.card_markdown import card_markdown
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.hub_state import OPEN
from desktop_app.link_dialog import offer_link
from desktop_app.model_facts import ModelFacts
from desktop_app.section import Section
from router import messages as m

if TYPE_CHECKING:
    from desktop_app.answer_body import AnswerBody
    from desktop_app.rendering import Rendering


class ModelCard(Section):
    """Made anew for each card; what it is drawn with is kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("What its owner says")
        self._desk = desk
        self._rendering: Rendering | None = None
        self._shown = ""
        self.text: AnswerBody | None = None
        self._repo = ""
        self._says = label("", "small")
        self.read = button("Read its card on the Hub", self._read)
        self.body.addWidget(self._says)
        self.body.addWidget(Flow(self.read))

    def _read(self) -> None:
        if self._repo not in self._desk.state.hub.opening:
            self._desk.send(m.OpenHubModel(self._repo, request=OPEN + self._repo))

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        self._repo = facts.view.repo if facts.view is not None and facts.detail is None else ""
        hub = self._desk.state.hub
        trouble, reading = hub.closed.get(self._repo), self._repo in hub.opening
        self.setVisible(bool(facts.card.strip()) or (bool(self._repo) and self._repo not in hub.opened))
        self.read.setVisible(not facts.card.strip())
        self._says.setText("Written by its owner, not by Consort." if facts.card.strip() else
                           trouble.words if trouble is not None else
                           "Asking the Hub…" if reading else "The Hub has its card; it is asked when you say so.")
        if self.text is not None:
            self.text.setVisible(bool(facts.card.strip()))
        if facts.card == self._shown or not facts.card.strip():
            return
        self._shown = facts.card
        if self.text is not None:
            self.body.removeWidget(self.text)
            self.text.hide()
            self.text.deleteLater()
        from desktop_app.answer_body import AnswerBody  # what renders Markdown takes a while to import
        from desktop_app.rendering import Rendering
        if self._rendering is None:
            self._rendering = Rendering(self._desk.theme, self._desk.icons)
            self.destroyed.connect(self._rendering.close)
        self.text = AnswerBody(self._rendering)
        self.text.setAccessibleName("What its owner says")
        self.text.link_asked.connect(lambda address: offer_link(self._desk.theme, address, self.window()))
        self.body.addWidget(self.text)
        self.text.show_whole(card_markdown(facts.card))
