"""A repository whose owner wants an agreement first: what to do on the Hub, and the token that proves it.

The token goes to the system's keyring and is never shown again, not even here.
"""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QVBoxLayout

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.hub_state import TOKEN
from desktop_app.link_dialog import offer_link
from desktop_app.model_facts import ModelFacts
from router import messages as m

HUB = "https://huggingface.co"


class ModelGate(QFrame):
    """Signals: opened_again(), a token was saved and the repository may open now."""

    opened_again = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._repo = desk, ""
        self._saved = False
        self.setProperty("kind", "card")
        self.setAccessibleName("An agreement is needed")
        self._says = label("")
        self.field = QLineEdit()
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.setPlaceholderText("Access token (hf_…)")
        self.field.setAccessibleName("Access token of the Hub")
        self.field.setMaxLength(400)
        self.field.returnPressed.connect(self._save)
        self.save = button("Save", self._save, "primary", "Save the access token")
        self.page = button("Its page on the Hub", lambda: self._open(f"{HUB}/{self._repo}"))
        self.tokens = button("Make a token", lambda: self._open(f"{HUB}/settings/tokens"))
        self.forget = button("Forget the token", lambda: desk.send(m.ForgetHubToken(request=TOKEN)))
        self._error = label("", "danger")
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.field, 1)
        row.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 14, 16, 16)
        whole.setSpacing(8)
        whole.addWidget(label("Its owner wants an agreement first", "strong"))
        whole.addWidget(self._says)
        whole.addWidget(Flow(self.page, self.tokens, self.forget))
        whole.addLayout(row)
        whole.addWidget(self._error)

    def begin(self, key: str) -> None:
        """Another model is on show."""
        self._repo = key.partition(":")[2]
        self.field.clear()
        self._saved = False

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them."""
        self.setVisible(facts.gated and not facts.usable)
        hub = self._desk.state.hub
        present = hub.token is not None and hub.token.present
        where = f" It is kept in {hub.token.kept_in}." if hub.token is not None and hub.token.kept_in else ""
        self._says.setText(
            f"A token is there.{where} If it opens nothing, agree to the terms on the model's page first." if present
            else "Agree to its terms on its page, signed in. Then make a token that may read, and put it here. It is "
                 "kept in this system's keyring and only ever sent to the Hub.")
        self.forget.setVisible(present)
        self._error.setText(hub.token_trouble.words if hub.token_trouble is not None else "")
        self._error.setVisible(hub.token_trouble is not None)
        if present and self._saved:
            self._saved = False
            self.opened_again.emit()

    def _save(self) -> None:
        token = self.field.text().strip()
        self.field.clear()
        if token and not self._desk.state.hub.saving_token:
            self._saved = True
            self._desk.send(m.SaveHubToken(token, request=TOKEN))

    def _open(self, address: str) -> None:
        offer_link(self._desk.theme, address, self.window())
