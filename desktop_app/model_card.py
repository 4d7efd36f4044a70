"""The card that a model's owner wrote, as safe text: no HTML, no pictures, and no link opens by itself."""

from __future__ import annotations

from desktop_app.answer_body import AnswerBody
from desktop_app.card_markdown import card_markdown
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.link_dialog import offer_link
from desktop_app.model_facts import ModelFacts
from desktop_app.rendering import Rendering
from desktop_app.section import Section


class ModelCard(Section):
    """Made anew for each card; what it is drawn with is kept."""

    def __init__(self, desk: Desk) -> None:
        super().__init__("What its owner says")
        self._desk = desk
        self._rendering: Rendering | None = None
        self._shown = ""
        self.text: AnswerBody | None = None
        self.body.addWidget(label("Written by its owner, not by Consort.", "small"))

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        self.setVisible(bool(facts.card.strip()))
        if facts.card == self._shown or not facts.card.strip():
            return
        self._shown = facts.card
        if self.text is not None:
            self.body.removeWidget(self.text)
            self.text.hide()
            self.text.deleteLater()
        if self._rendering is None:
            self._rendering = Rendering(self._desk.theme, self._desk.icons)
            self.destroyed.connect(self._rendering.close)
        self.text = AnswerBody(self._rendering)
        self.text.setAccessibleName("What its owner says")
        self.text.link_asked.connect(lambda address: offer_link(self._desk.theme, address, self.window()))
        self.body.addWidget(self.text)
        self.text.show_whole(card_markdown(facts.card))
