"""The top of a model's page: its name, what it is for, whether it fits here, and the few verbs."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.beside import Beside
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.install_progress import InstallProgress
from desktop_app.model_facts import ModelFacts
from desktop_app.model_words import breakable, fit_sentence, outside_text, verdict, why_not_usable
from desktop_app.storage_rows import share_in_words, verified_in_words
from desktop_app.storage_state import VERIFY
from desktop_app.words import size_in_words


class ModelHead(QWidget):
    """Signals: settings_asked(specialist), chat_asked(specialist)."""

    settings_asked = Signal(str)
    chat_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._facts: ModelFacts | None = None
        self._dot = label(wrap=False)
        self._name = label("", "title")
        self._name.setMinimumWidth(desk.theme.px(60))
        self._state = label("", "small", wrap=False)
        self._line = label("", "muted")
        self._description = label("")
        self._fit_icon = label(wrap=False)
        self._fit = label("")
        self._trouble = label("", "danger")
        self._verified = label("", "small")
        self.progress = InstallProgress(desk, "")
        self.install = button("Install", self._install, "primary")
        self.chat = button("Chat with it", lambda: self.chat_asked.emit(self._subject), "primary")
        self.settings = button("Settings…", lambda: self.settings_asked.emit(self._subject))
        self.verify = button("Verify", lambda: model_actions.verify(desk, self._subject))
        self.verify.setToolTip("Compares its file with the checksum it was published with.")
        self.find_file = button("Find it…", self._find, "primary")
        self.remove = button("Remove…", lambda: model_actions.remove(desk, self, self._subject))
        self._verbs = Flow(self.install, self.chat, self.find_file, self.settings, self.verify, self.remove)
        self._lay_out()

    def _lay_out(self) -> None:
        named = QWidget()
        top = QHBoxLayout(named)
        top.setContentsMargins(0, 0, 0, 0)
        top.setSpacing(10)
        top.addWidget(self._dot)
        top.addWidget(self._name, 1)
        fit = QHBoxLayout()
        fit.setSpacing(8)
        fit.addWidget(self._fit_icon, 0, Qt.AlignmentFlag.AlignTop)
        fit.addWidget(self._fit, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(Beside(self._desk.theme, named, self._state))
        whole.addWidget(self._line)
        whole.addWidget(self._description)
        whole.addLayout(fit)
        whole.addWidget(self._trouble)
        whole.addSpacing(4)
        whole.addWidget(self.progress)
        whole.addWidget(self._verbs)
        whole.addWidget(self._verified)

    @property
    def _subject(self) -> str:
        return self._facts.view.id if self._facts is not None and self._facts.view is not None else ""

    def begin(self, key: str) -> None:
        """Another model is on show."""
        self.progress.follow(key.partition(":")[2])

    def show_facts(self, facts: ModelFacts) -> None:
        """Draw them. Where the verb that had the keys goes away, they go to the first that is there now."""
        had_keys = self._has_keys
        self._draw(facts)
        if had_keys and not self._has_keys:
            self.focus_first()

    @property
    def _has_keys(self) -> bool:
        focus = self.window().focusWidget()
        return focus is not None and self.isAncestorOf(focus) and focus.isVisibleTo(self)

    def _draw(self, facts: ModelFacts) -> None:
        self._facts = facts
        view = facts.view
        if facts.detail is not None:
            line = self._desk.state.queue.of_repository(facts.detail.model.repo)
            self.progress.follow(line.specialist if line is not None else facts.detail.model.repo)
        moving = self.progress.show_now()
        _say(self._name, breakable(facts.name))
        self._name.setAccessibleName(facts.name)
        side = self._desk.theme.px(10)
        self._dot.setFixedSize(side, side)
        self._dot.setStyleSheet(f"background: {self._desk.theme.dot(facts.skill).name()}; "
                                f"border-radius: {side // 2}px;")
        _say(self._state, "" if moving else facts.state)
        _say(self._line, breakable(facts.line))
        _say(self._description, facts.description)
        self._show_fit(facts)
        self._show_trouble(facts)
        size = self._size_to_fetch(facts)
        broken = view is not None and view.state == "broken"
        lost = broken and view is not None and view.in_place
        self.install.setVisible(bool(facts.order) and not facts.usable and not moving and not lost
                                and facts.state != "Not usable")
        self.install.setText("Install again" if broken else f"Install{size}")
        self.install.setAccessibleName(f"{self.install.text()}, {facts.name}")
        self.chat.setVisible(facts.usable and view is not None and view.kind == "language")
        self.find_file.setVisible(lost)
        for each, name in ((self.settings, "Settings of"), (self.verify, "Verify"), (self.remove, "Remove")):
            each.setAccessibleName(f"{name} {facts.name}")
        self.settings.setVisible(facts.usable)
        self.verify.setVisible(facts.here)
        self.remove.setVisible(facts.here or (view is not None and view.state == "partial" and not moving))
        self.remove.setText("Forget…" if view is not None and view.in_place else "Remove…")
        self._show_verified()

    @staticmethod
    def _size_to_fetch(facts: ModelFacts) -> str:
        """` Q4_K_M (2.5 GB)` after the verb, as far as it is known."""
        one = next((each for each in facts.quantisations if each.id == facts.order), None)
        name = f" {one.name}" if one is not None and facts.detail is not None else ""
        size = one.size if one is not None else facts.view.size if facts.view is not None else 0
        return f"{name} ({size_in_words(size)})" if size else name

    def _show_fit(self, facts: ModelFacts) -> None:
        said, sentence = verdict(facts.fit), fit_sentence(facts.fit)
        shown = bool(sentence or said.words) and not facts.usable
        self._fit.setVisible(shown)
        self._fit_icon.setVisible(shown and bool(said.icon))
        if shown:
            _say(self._fit, sentence or f"{said.words} on this computer.")
            if said.icon:
                self._fit_icon.setPixmap(self._desk.icons.pixmap(said.icon, said.token, 16))
                self._fit_icon.setAccessibleName(said.words)

    def _show_trouble(self, facts: ModelFacts) -> None:
        queue = self._desk.state.queue
        line = queue.of_repository(facts.detail.model.repo) if facts.detail is not None else \
            queue.line(facts.key.partition(":")[2])
        words = facts.trouble
        if line is not None and line.state == "failed":
            words = f"{outside_text(line.error, 400)} {outside_text(line.hint, 400)}".strip()
        elif facts.view is not None and facts.view.state in ("refused", "broken"):
            words = why_not_usable(facts.view)
        _say(self._trouble, words)

    def _show_verified(self) -> None:
        storage, request = self._desk.state.storage, VERIFY + self._subject
        moved, verified, trouble = storage.verifying, storage.verified, storage.troubles.get(request)
        busy = request in storage.busy and bool(self._subject)
        words = ""
        if busy:
            words = f"Comparing: {share_in_words(moved.done, moved.total)}" if moved else "Comparing…"
        elif trouble is not None:
            words = trouble.words
        elif verified is not None and verified.request == request:
            words = verified_in_words(verified, self._desk.state.name_of)[0]
        _say(self._verified, words)

    def _install(self) -> None:
        if self._facts is not None and model_actions.install(self._desk, self, self._facts.order):
            self.progress.show_now()
            self.progress.pause.setFocus()

    def _find(self) -> None:
        if self._facts is not None and self._facts.view is not None:
            model_actions.find_file_again(self._desk, self, self._facts.view)

    def focus_first(self) -> bool:
        """The keys go to the first verb that can be used. False: there is none."""
        verbs = (self.progress.pause, self.progress.go_on, self.install, self.chat, self.find_file, self.verify)
        first = next((each for each in verbs if each.isVisibleTo(self) and each.isEnabled()), None)
        if first is not None:
            first.setFocus()
        return first is not None


def _say(shown: QLabel, words: str) -> None:
    """Only what is new is written, and nothing takes no room."""
    if shown.text() != words:
        shown.setText(words)
    shown.setVisible(bool(words))
