"""The first page of all: no specialist is installed yet, so the starter is offered, with all one should know of it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.controls import button, card, label
from desktop_app.desk import Desk
from desktop_app.install_progress import InstallProgress
from desktop_app.words import facts_in_words, size_in_words, sources_in_words
from router import messages as m
from router.views import SpecialistView

COLUMN_EM = 46


class FirstStart(QScrollArea):
    """Signals: models_asked()."""

    models_asked = Signal()

    def __init__(self, desk: Desk, starter: SpecialistView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._starter = desk, starter
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        size = size_in_words(starter.size)
        self.install = button(f"Install {starter.name} ({size})", self._install, "primary")
        self.again = button("Try again", self._install, "primary")
        self.progress = InstallProgress(desk, starter.id)
        self._error = label("", "danger")
        self._hint = label("", "muted")
        self._kept = label("", "muted")
        self._kept.hide()
        offer = card()
        inside = QVBoxLayout(offer)
        inside.setContentsMargins(24, 24, 24, 24)
        inside.setSpacing(8)
        inside.addWidget(label(starter.name, "heading"))
        inside.addWidget(label(starter.description, ""))
        inside.addSpacing(8)
        licence = f"Licence: {starter.licence}" + (f" ({starter.licence_terms})" if starter.licence_terms else "")
        for words in (facts_in_words(starter), f"From {sources_in_words(starter.sources)}", licence,
                      "The file is checked by its checksum before it is used."):
            inside.addWidget(label(words, "muted"))
        inside.addSpacing(8)
        inside.addWidget(self._error)
        inside.addWidget(self._hint)
        inside.addWidget(self.progress)
        buttons = QHBoxLayout()
        buttons.addWidget(self.install)
        buttons.addWidget(self.again)
        buttons.addStretch(1)
        inside.addLayout(buttons)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 24, 0, 24)
        column.setSpacing(16)
        column.addStretch(1)
        column.addWidget(label("Ask, and nothing leaves this computer", "title"))
        column.addWidget(label("Consort answers with small specialist models that run here. To begin, it needs one. "
                               "Fetching models is the only thing it uses the network for."))
        column.addWidget(offer)
        column.addWidget(self._kept)
        others = button("Choose another model", self.models_asked.emit, "link")
        column.addWidget(others, 0, Qt.AlignmentFlag.AlignLeading)
        column.addStretch(2)
        holder = QWidget()
        centred = QHBoxLayout(holder)
        centred.setContentsMargins(16, 0, 16, 0)
        centred.addStretch(1)
        centred.addWidget(self._column, 100)
        centred.addStretch(1)
        self.setWidget(holder)
        desk.theme.changed.connect(self._fit)
        self._fit()
        self.show_now()

    @property
    def error(self) -> str:
        """The sentence shown when installing came to nothing."""
        return self._error.text()

    def show_now(self) -> None:
        """Draw what the view state says."""
        moving = self.progress.show_now()
        line = self._desk.state.queue.line(self._starter.id)
        refused = line if line is not None and line.state == "failed" else None
        self._error.setVisible(refused is not None)
        self._hint.setVisible(refused is not None)
        if refused is not None:
            self._error.setText(refused.error)
            self._hint.setText(f"{refused.hint} What was already fetched is kept.".strip())
        self.again.setVisible(refused is not None)
        self.install.setVisible(refused is None and not moving)

    def show_kept(self, question: str) -> None:
        """A question is waiting for the installation."""
        flat = " ".join(question.split())
        short = flat if len(flat) <= 120 else flat[:119] + "…"
        self._kept.setText(f"Your question is kept, and asked once the installation is done: “{short}”")
        self._kept.setVisible(bool(question))

    def _install(self) -> None:
        self._desk.send(m.Install(self._starter.id, request=f"install:{self._starter.id}"))
        self.show_now()
        self.progress.pause.setFocus()

    def _fit(self) -> None:
        self._column.setMaximumWidth(round(self._desk.theme.em * COLUMN_EM))
