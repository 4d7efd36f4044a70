"""Storage: what takes how much of the disk, when it was last used, what is unfinished, and keeping it in order."""

from __future__ import annotations

import time

from desktop_app import model_actions
from desktop_app.controls import label
from desktop_app.desk import Desk
from desktop_app.listed import Listed
from desktop_app.model_list import ModelList
from desktop_app.model_menu import ModelMenu
from desktop_app.models_column import ModelsColumn
from desktop_app.placeholder import Placeholder
from desktop_app.shown import Shown
from desktop_app.storage_bar import StorageBar
from desktop_app.storage_rows import bar_parts, storage_in_words, stored_rows
from desktop_app.storage_state import LIST
from desktop_app.storage_tools import StorageTools
from router import messages as m


class StoragePage(ModelsColumn):
    """Asks what is stored each time it comes on show."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._words = label("", "")
        self.bar = StorageBar(desk.theme)
        self.placeholder = Placeholder(desk)
        self.installed = Listed(desk, "Models on the disk")
        self.missing = Listed(desk, "Not where they were")
        self.unfinished = Listed(desk, "Unfinished downloads")
        self.tools = StorageTools(desk)
        self.menu = ModelMenu(desk, self)
        for each in (self._words, self.bar, self.placeholder, self.missing, self.installed, self.unfinished,
                     self.tools):
            self.column.addWidget(each)
        self.column.addStretch(1)
        for group in (self.installed, self.missing, self.unfinished):
            group.list.opened.connect(self.opened)
            group.list.menu_asked.connect(self.menu.open_for)
            group.list.delete_asked.connect(self._remove)
        self.installed.list.acted.connect(self._remove)
        self.missing.list.acted.connect(self._find)
        self.unfinished.list.acted.connect(self._continue)
        self.menu.open_asked.connect(self.opened)
        self.tools.opened.connect(self.opened)

    def begin(self) -> None:
        """The page comes on show."""
        self._desk.send(m.ListStorage(request=LIST))
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state; look again where a model came or went."""
        if changed & (Shown.STORAGE | Shown.INSTALLS):
            self.show_now()
        if changed & Shown.SPECIALISTS and self.isVisible() and LIST not in self._desk.state.storage.busy:
            self._desk.send(m.ListStorage(request=LIST))

    def show_now(self) -> None:
        """Draw what the view state says."""
        storage = self._desk.state.storage
        listed, trouble, now = storage.listed, storage.troubles.get(LIST), time.time()
        for each in (self._words, self.bar):
            each.setVisible(listed is not None)
        for group, state in ((self.installed, "installed"), (self.missing, "missing"), (self.unfinished, "unfinished")):
            group.show_rows(stored_rows(storage.by_size(state), self._skill_of, now))
        if listed is not None:
            words = storage_in_words(listed)
            self._words.setText(words)
            self.bar.show_parts(bar_parts(listed, self._skill_of), listed.free, words)
        if trouble is not None:
            self.placeholder.say(trouble.text, trouble.hint, "Look again", self.begin)
        elif listed is None:
            self.placeholder.wait("Looking at what takes how much…")
        elif not listed.models:
            self.placeholder.say("", "No model takes any room yet.")
        else:
            self.placeholder.leave()
        self.tools.show_now()

    def _skill_of(self, specialist: str) -> str:
        view = self._desk.state.specialists.get(specialist)
        return view.skills[0] if view is not None and view.skills else "general"

    def _remove(self, key: str) -> None:
        specialist = key.partition(":")[2]
        listed = self._desk.state.storage.listed
        size = next((each.size for each in listed.models if each.specialist == specialist), 0) if listed else 0
        model_actions.remove(self._desk, self, specialist, size)

    def _find(self, key: str) -> None:
        view = self._desk.state.specialists.get(key.partition(":")[2])
        if view is not None:
            model_actions.find_file_again(self._desk, self, view)

    def _continue(self, key: str) -> None:
        model_actions.install(self._desk, self, key.partition(":")[2])

    def lists(self) -> list[ModelList]:
        """The lists a model may stand in."""
        return [self.installed.list, self.missing.list, self.unfinished.list]

    def focus_first(self) -> bool:
        """The keys go to the largest model, once it is known."""
        self.installed.list.setFocus()
        return bool(self.installed.list.rows.rows)
