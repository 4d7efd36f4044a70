"""One specialist on the Models page: what it is, how big, under which licence, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.catalogue_state import USABLE
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.dialogs import confirm
from desktop_app.install_progress import InstallProgress
from desktop_app.words import SOURCES, STATES, facts_in_words, size_in_words, skills_in_words, sources_in_words
from router import messages as m
from router.views import SpecialistView


class ModelCard(QFrame):
    """Signals: settings_asked(specialist id)."""

    settings_asked = Signal(str)

    def __init__(self, desk: Desk, view: SpecialistView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._id = desk, view.id
        self.setProperty("kind", "card")
        self.setAccessibleName(view.name)
        self._skills = label(skills_in_words(view.skills), "small", wrap=False)
        self._state = label("", "small", wrap=False)
        self._facts = label("", "muted")
        self._error = label("", "danger")
        self.progress = InstallProgress(desk, view.id)
        self.install = button("Install", self._install, "primary", f"Install {view.name}")
        self.settings = button("Settings…", lambda: self.settings_asked.emit(view.id), "", f"Settings of {view.name}")
        self.remove = button("Remove…", self._remove, "", f"Remove {view.name}")
        top = QHBoxLayout()
        top.addWidget(label(view.name, "heading"), 1)
        top.addWidget(self._state)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._skills, 1)
        for each in (self.settings, self.remove, self.install):
            buttons.addWidget(each)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 16, 16, 16)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(label(view.description))
        whole.addWidget(self._facts)
        whole.addWidget(self._error)
        whole.addWidget(self.progress)
        whole.addLayout(buttons)
        self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says."""
        state = self._desk.state
        view = state.specialists[self._id]
        moving = self.progress.show_now()
        installed = view.state in USABLE
        where = (f"from {SOURCES.get(view.served_by, view.served_by)}" if installed and view.served_by
                 else f"from {sources_in_words(view.sources)}" if view.sources and not installed else "")
        context = f"context up to {view.trained_context:,} tokens" if view.trained_context else ""
        self._facts.setText(" · ".join(filter(None, (facts_in_words(view), context, where))))
        self._state.setText(STATES["installing"] if self._id in state.installs else STATES[view.state])
        refused = state.install_errors.get(self._id)
        self._error.setVisible(refused is not None and not moving)
        if refused is not None:
            self._error.setText(f"{refused.text} {refused.hint}".strip())
        self.install.setVisible(not installed and not moving and bool(view.sources))
        self.install.setText("Install again" if view.state == "broken" else "Install")
        self.settings.setVisible(installed)
        self.remove.setVisible(installed or view.state in ("broken", "partial"))

    def _install(self) -> None:
        view = self._desk.state.specialists[self._id]
        if view.licence_opt_in and not confirm(
                self.window(), f"Terms of {view.name}",
                f"{view.name} comes under its maker's own terms ({view.licence}). Read them at:\n\n"
                f"{view.licence_terms}\n\nInstalling it means that you agree to them.", "I agree, install"):
            return
        self._desk.send(m.Install(self._id, agreed=view.licence_opt_in, request=f"install:{self._id}"))
        self.show_now()
        self.progress.pause.setFocus()

    def _remove(self) -> None:
        view = self._desk.state.specialists[self._id]
        if confirm(self.window(), f"Remove {view.name}?",
                   f"This deletes its file and frees {size_in_words(view.size)}. Your chats stay, and it can be "
                   "installed again.", f"Remove {view.name}", danger=True):
            self._desk.send(m.Remove(self._id))
