"""What can be done with all models at once: look for updates, verify, move, write down, set up from a list."""

from __future__ import annotations

import time

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.dialogs import confirm
from desktop_app.listed import Listed
from desktop_app.model_rows import ModelRow
from desktop_app.model_words import age_in_words, outside_text
from desktop_app.storage_rows import share_in_words, verified_in_words
from desktop_app.storage_state import LOCK, MOVE, SYNC, UPDATES, VERIFY
from desktop_app.tool_row import ToolRow
from desktop_app.words import size_in_words
from router import messages as m

LISTS = "List of models (*.toml)"


class StorageTools(QWidget):
    """Signals: opened(key). Attributes: one ToolRow each."""

    opened = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.updates = ToolRow(
            desk, "Updates", "Asks the Hub whether there are newer versions of what is installed. It is never asked "
            "otherwise.", "Look for updates", self._find_updates)
        self.newer = Listed(desk, "Newer versions")
        self.newer.list.acted.connect(lambda key: model_actions.update(desk, key.partition(":")[2]))
        self.newer.list.opened.connect(self.opened)
        self.verify = ToolRow(
            desk, "Checksums", "Reads every file and compares it with the checksum it was published with.",
            "Verify all", lambda: model_actions.verify(desk))
        self.place = ToolRow(desk, "Place", "", "Move models to…", self._move)
        self.lock = ToolRow(
            desk, "List for another computer", "Names, versions and checksums of what is installed, as a small file.",
            "Save the list…", self._save_list)
        self.sync = ToolRow(desk, "From a list", "Installs what a list names and this computer lacks.",
                            "Use a list…", self._install_list)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 8, 0, 0)
        whole.setSpacing(8)
        whole.addWidget(label("Keeping house", "heading"))
        for each in (self.updates, self.newer, self.verify, self.place, self.lock, self.sync):
            whole.addWidget(each)
        self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says."""
        self._show_updates()
        self._show_verified()
        storage = self._desk.state.storage
        folder = storage.listed.folder if storage.listed else ""
        moving = storage.moving
        if MOVE in storage.busy:
            self.place.busy(f"Copying and checking: {share_in_words(moving.done, moving.total)}" if moving else
                           "Copying and checking…", *((moving.done, moving.total) if moving else (0, 0)))
        elif not self._trouble(self.place, MOVE):
            self.place.ended(f"They are kept in {outside_text(folder)}" if folder else "", well=True)
        for row, request, words in ((self.lock, LOCK, "Writing…"), (self.sync, SYNC, "Installing what is missing; see "
                                                                    "Downloads.")):
            if request in storage.busy:
                row.busy(words)
            elif not self._trouble(row, request):
                row.rest()

    def _trouble(self, row: ToolRow, request: str) -> bool:
        trouble = self._desk.state.storage.troubles.get(request)
        if trouble is not None:
            row.ended(trouble.words, well=False)
        return trouble is not None

    def _show_updates(self) -> None:
        storage, state = self._desk.state.storage, self._desk.state
        found = storage.updates
        now = time.time()
        self.newer.show_rows([
            ModelRow(f"specialist:{each.specialist}", outside_text(each.name or state.name_of(each.specialist), 120),
                     " · ".join(filter(None, (f"changed {age_in_words(each.changed, now)}" if each.changed else "",
                                              "the present one stays until the new one has passed its check"))),
                     "", size_in_words(each.size) if each.size else "", action="Update", skill="general")
            for each in (found or {}).values() if state.queue.line(each.specialist) is None])
        if UPDATES in storage.busy:
            self.updates.busy("Asking the Hub about what is installed…")
        elif self._trouble(self.updates, UPDATES):
            pass
        elif found is None:
            self.updates.rest()
        elif found:
            self.updates.ended(f"{len(found)} can be updated.", well=True)
        else:
            unknown = ", ".join(state.name_of(each) for each in storage.unknown)
            self.updates.ended(f"Nothing newer was found. Their sources say nothing of versions: {unknown}." if unknown
                               else "Everything is up to date.", well=True)

    def _show_verified(self) -> None:
        storage = self._desk.state.storage
        moved, verified = storage.verifying, storage.verified
        if VERIFY in storage.busy:
            name = f"{self._desk.state.name_of(moved.specialist)}: " if moved and moved.specialist else ""
            self.verify.busy(f"{name}{share_in_words(moved.done, moved.total)}" if moved else "Reading…",
                             *((moved.done, moved.total) if moved else (0, 0)))
        elif self._trouble(self.verify, VERIFY):
            pass
        elif verified is not None and verified.request in ("", VERIFY):
            words, well = verified_in_words(verified, self._desk.state.name_of)
            self.verify.ended(words, well=well)
        else:
            self.verify.rest()

    def _find_updates(self) -> None:
        model_actions.ask_once(self._desk, m.FindUpdates(request=UPDATES))

    def _move(self) -> None:
        if MOVE in self._desk.state.storage.busy:
            return
        folder = QFileDialog.getExistingDirectory(self.window(), "Where should the models be kept?")
        taken = size_in_words(self._desk.state.storage.taken)
        if folder and confirm(self.window(), "Move the models?",
                              f"{taken} are copied to {folder}, compared, and only then deleted where they are now.",
                              "Move them"):
            self._desk.send(m.MoveModels(folder, request=MOVE))

    def _save_list(self) -> None:
        path = QFileDialog.getSaveFileName(self.window(), "Save the list of models", "consort-models.toml", LISTS)[0]
        if path:
            model_actions.ask_once(self._desk, m.LockModels(path, request=LOCK))

    def _install_list(self) -> None:
        path = QFileDialog.getOpenFileName(self.window(), "Install from a list", "", LISTS)[0]
        if path and confirm(self.window(), "Install what this list names?",
                            "Models under their makers' own terms are among what a list may name. Installing them "
                            "means that you agree to those terms; the list says which.", "I agree, install"):
            model_actions.ask_once(self._desk, m.SyncModels(path, agreed=True, request=SYNC))
