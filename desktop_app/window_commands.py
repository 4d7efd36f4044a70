"""What each shortcut and palette entry does, by the names of `shortcuts.SHORTCUTS`.

Knows the window and its pages; the window knows only the table of names.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit

from desktop_app.finder import Entry, Finder
from desktop_app.hold_key import HoldKey
from desktop_app.shortcuts import SHORTCUTS, shortcut
from desktop_app.words import title_of
from router import messages as m
from router.parts import plain_text

if TYPE_CHECKING:
    from desktop_app.window import Window

ZOOM_STEP = 0.1
MODEL_PLACES = (("installed", "Models on this computer"), ("discover", "Discover models, search the Hugging Face Hub"),
                ("downloads", "Downloads of models"), ("storage", "Storage: room for models, updates, verify"))


class WindowCommands:
    """The commands of one window, bound to their keys."""

    def __init__(self, window: Window) -> None:
        self._window = window
        w, chat = window, window.chat
        self.table: dict[str, Callable[[], object]] = {
            "new_chat": lambda: w.new_chat(False), "temporary_chat": lambda: w.new_chat(True),
            "palette": self.open_finder, "search": w.focus_search,
            "previous_chat": lambda: self._neighbour(-1), "next_chat": lambda: self._neighbour(1),
            "rename": self._rename, "pin": self._pin, "export": self._export,
            "delete": self._delete, "undo": self._undo,
            "focus_composer": self._write, "stop": w.escape, "find": self._find, "attach": chat.composer.choose_files,
            "talk": w.talk, "copy_last": self._copy_last, "read_last": self._read_last, "why": self._why,
            "regenerate": self._regenerate,
            "models": lambda: w.show_page("models"), "system": lambda: w.show_page("system"),
            "transcribe": lambda: w.show_page("transcripts"),
            "settings": lambda: w.show_page("settings"), "sidebar": w.frame.toggle,
            "zoom_in": lambda: self._zoom(ZOOM_STEP), "zoom_out": lambda: self._zoom(-ZOOM_STEP),
            "zoom_reset": lambda: self._zoom(None), "shortcuts": w.show_shortcuts, "quit": w.quit_asked.emit,
        }
        for each in SHORTCUTS:
            for keys in each.keys if each.bound else ():
                QShortcut(QKeySequence(keys), window, self._guarded(keys, self.table[each.name]))

        dictation = chat.dictation
        HoldKey(shortcut("dictate").keys[0], window, dictation.press, dictation.release)

    def _guarded(self, keys: str, run: Callable[[], object]) -> Callable[[], object]:
        """`?` and Ctrl+Z belong to a field while someone writes in it."""
        def guarded() -> None:
            focus = QApplication.focusWidget()
            if keys == "?" and isinstance(focus, QLineEdit | QPlainTextEdit | QTextEdit):
                focus.insert("?") if isinstance(focus, QLineEdit) else focus.insertPlainText("?")
                return
            run()
        return guarded

    def open_finder(self) -> Finder:
        """The palette, over the window."""
        finder = Finder(self.entries(), self._window.desk.theme, self._window)
        finder.open()
        return finder

    def entries(self) -> list[Entry]:
        """Everything the palette finds: commands and pages first, then chats, the latest first, then models."""
        hidden = ("palette", "stop")
        found = [Entry(each.words, each.in_words(), self.table[each.name])
                 for each in SHORTCUTS if each.bound and each.name not in hidden]
        chats = sorted(self._window.desk.state.conversations.values(), key=lambda each: each.changed, reverse=True)
        opening = self._window.open_conversation
        found += [Entry(words, "page", partial(self._window.show_page, name)) for name, words in MODEL_PLACES]
        models = [Entry(each.name, "model", partial(self._window.show_model, f"specialist:{each.id}"))
                  for each in self._window.desk.state.specialists.values()]
        return found + [Entry(title_of(each), "chat", partial(opening, each.id)) for each in chats] + models

    def _neighbour(self, step: int) -> None:
        conversation = self._window.sidebar.neighbour(step)
        if conversation:
            self._window.open_conversation(conversation)

    def _rename(self) -> None:
        rows = self._window.sidebar.list
        if rows.hasFocus() and rows.currentIndex().isValid():
            rows.edit(rows.currentIndex())
            return
        if self._window.desk.state.conversation:
            self._window.frame.show_sidebar()
            self._window.sidebar.rename()

    def _pin(self) -> None:
        here = self._window.desk.state.current
        if here is not None and not here.temporary:
            self._window.desk.send(m.PinConversation(here.id, not here.pinned))

    def _export(self) -> None:
        here = self._window.desk.state.current
        if here is not None:
            self._window.sidebar.menu.export(here, "markdown")

    def _delete(self) -> None:
        if self._window.desk.state.conversation:
            self._window.desk.send(m.DeleteConversation(self._window.desk.state.conversation))

    def _undo(self) -> None:
        focus = QApplication.focusWidget()
        if isinstance(focus, QPlainTextEdit) and focus.document().isUndoAvailable():
            focus.undo()
            return
        if isinstance(focus, QLineEdit) and focus.isUndoAvailable():
            focus.undo()
            return
        self._window.undo()

    def _write(self) -> None:
        self._window.show_page("chat")
        self._window.chat.composer.edit.setFocus()

    def _find(self) -> None:
        self._window.show_page("chat")
        if self._window.desk.state.messages:
            self._window.chat.transcript.find()

    def _copy_last(self) -> None:
        answer = self._window.desk.state.last("assistant")
        if answer is not None:
            QGuiApplication.clipboard().setText(plain_text(answer.parts))

    def _read_last(self) -> None:
        answer, reading = self._window.desk.state.last("assistant"), self._window.chat.reading
        if reading.active:
            reading.stop()
        elif answer is not None and answer.state != "streaming":
            reading.read(answer.id)

    def _why(self) -> None:
        answer = self._window.desk.state.last("assistant")
        if answer is not None:
            self._window.chat.routing.why(answer.id)

    def _regenerate(self) -> None:
        last = self._window.desk.state.last("assistant") or self._window.desk.state.last("user")
        if last is not None:
            self._window.chat.regenerate(last.id)

    def _zoom(self, step: float | None) -> None:
        zoom = 1.0 if step is None else self._window.desk.theme.zoom + step
        self._window.desk.theme.set_zoom(zoom)
        self._window.desk.send(m.ChangePreference("zoom", str(round(100 * self._window.desk.theme.zoom))))
