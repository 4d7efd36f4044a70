"""The ways to use models that are on this computer already: a file, a folder, what other programs keep."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import Flow
from desktop_app.listed import Listed
from desktop_app.model_rows import shared_rows
from desktop_app.placeholder import Placeholder
from desktop_app.shown import Shown
from desktop_app.storage_rows import share_in_words
from desktop_app.storage_state import SHARED
from desktop_app.tool_row import ToolRow
from router import messages as m


class OwnModels(QWidget):
    """Signals: opened(key) of one that is used already."""

    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.file = button("Use a file of mine…", lambda: model_actions.use_file(desk, self))
        self.folder = button("Use a folder…", lambda: model_actions.use_folder(desk, self))
        self.look = button("Look in other programs", self._look)
        self.look.setToolTip("LM Studio, Ollama, GPT4All and the cache of the Hugging Face Hub.")
        self.found = Listed(desk, "In other programs")
        self.found.list.acted.connect(self._use)
        self.found.list.opened.connect(self._open)
        self.placeholder = Placeholder(desk)
        self.reading = ToolRow(desk, "Reading it once, for its checksum", "", "Stop", self._stop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(label("Have models already?", "heading"))
        whole.addWidget(label("A GGUF file is used where it lies and never copied or changed. You can also drop one "
                              "on this page.", "muted"))
        whole.addWidget(Flow(self.file, self.folder, self.look))
        whole.addWidget(self.reading)
        whole.addWidget(self.placeholder)
        whole.addWidget(self.found)
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & Shown.STORAGE:
            self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says."""
        storage = self._desk.state.storage
        self.found.show_rows(shared_rows(storage.shared or ()))
        trouble = storage.troubles.get(SHARED)
        moved = storage.importing
        self.reading.setVisible(moved is not None)
        if moved is not None:
            self.reading.busy(share_in_words(moved.done, moved.total), moved.done, moved.total)
        if SHARED in storage.busy:
            self.placeholder.wait("Looking in the folders of other programs…")
        elif trouble is not None:
            self.placeholder.say(trouble.text, trouble.hint, "Look again", self._look)
        elif storage.shared is not None and not storage.shared:
            self.placeholder.say("", "No model of another program was found here.")
        else:
            self.placeholder.leave()

    def _stop(self) -> None:
        moved = self._desk.state.storage.importing
        if moved is not None:
            self._desk.send(m.PauseInstall(moved.specialist, request=moved.request))

    def _look(self) -> None:
        model_actions.ask_once(self._desk, m.FindSharedModels(request=SHARED))
        self.show_now()

    def _use(self, key: str) -> None:
        model_actions.use_paths(self._desk, [key.removeprefix("path:")])

    def _open(self, key: str) -> None:
        path = key.removeprefix("path:")
        known = next((each.specialist for each in self._desk.state.storage.shared or () if each.path == path), "")
        if known:
            self.opened.emit(f"specialist:{known}")
        else:
            self._use(key)
