"""Offers what is missing to hear and to speak, with its size, and shows how far it is."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.catalogue_state import USABLE
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import FlowLayout
from desktop_app.install_progress import InstallProgress
from desktop_app.speech_needs import SpeechNeeds
from desktop_app.words import size_in_words


class SpeechOffer(QWidget):
    """Hidden while nothing is missing. Signals: models_asked()."""

    models_asked = Signal()

    def __init__(self, desk: Desk, needs: SpeechNeeds) -> None:
        super().__init__()
        self._desk, self._needs = desk, needs
        self.words = label("")
        self.trouble = label("", "warning")
        self.progress = InstallProgress(desk, "")
        self.install = button("Install", self._install, "primary")
        self._choices = QWidget()
        flow = FlowLayout(self._choices)
        flow.addWidget(self.install)
        flow.addWidget(button("See all models", self.models_asked.emit, "link"))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        for each in (self.words, self.trouble, self.progress, self._choices):
            whole.addWidget(each)
        self.hide()

    def show_now(self) -> None:
        """Draw what is so."""
        missing, state = self._needs.missing, self._desk.state
        self.setVisible(bool(missing))
        if not missing:
            return
        waiting = [each for each in missing if state.specialists[each.id].state not in USABLE]
        lines = [state.queue.line(each.id) for each in waiting]
        names = " and ".join(each.name for each in missing)
        self.words.setText(f"For this, Consort needs {names}. {'They are' if len(missing) > 1 else 'It is'} fetched "
                           "once; afterwards everything happens on this computer.")
        failed = next((each for each in lines if each is not None and each.state == "failed"), None)
        self.trouble.setText(f"{failed.error} {failed.hint}" if failed else "")
        self.trouble.setVisible(failed is not None)
        under_way = next((each for each, line in zip(waiting, lines, strict=True)
                          if line is not None and line.state != "failed"), None)
        self.progress.follow(under_way.id if under_way is not None else "")
        self._choices.setVisible(under_way is None)
        size = f" ({size_in_words(self._needs.size)})" if self._needs.size else ""
        self.install.setText(f"Install{size}")
        self.install.setAccessibleName(f"Install {names}{size}")

    def _install(self) -> None:
        for each in self._needs.missing:
            if self._desk.state.specialists[each.id].state not in USABLE and not model_actions.install(
                    self._desk, self, each.id):
                return
        self.show_now()
