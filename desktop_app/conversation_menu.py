"""The context menu of a conversation or a folder: pin, rename, move, export, import, delete.

It sends commands; renaming happens in the row itself, so that is a signal.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from desktop_app.desk import Desk
from desktop_app.dialogs import ask_export_path, ask_import_path, ask_name
from desktop_app.sections import Row
from router import messages as m
from router.views import ConversationView, FolderView


class ConversationMenu(QWidget):
    """Signals: rename_asked(conversation or folder id)."""

    rename_asked = Signal(str)

    def __init__(self, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent)
        self.hide()
        self._desk = desk

    def open_for(self, row: Row | None, place: QPoint) -> None:
        """Show what can be done with a row, or with no row, at a place on the screen."""
        self.menu_for(row).popup(place)

    def menu_for(self, row: Row | None) -> QMenu:
        """The menu, not yet shown; it deletes itself when it closes."""
        menu = QMenu(self.parentWidget())
        menu.aboutToHide.connect(menu.deleteLater)
        if row is not None and row.conversation is not None:
            self._fill_for_conversation(menu, row.conversation)
        elif row is not None and row.folder is not None:
            self._fill_for_folder(menu, row.folder)
        menu.addSeparator()
        menu.addAction("New folder…", lambda: self.new_folder())
        menu.addAction("Import…", self.import_file)
        return menu

    def _fill_for_conversation(self, menu: QMenu, shown: ConversationView) -> None:
        send, conversation = self._desk.send, shown.id
        menu.addAction("Unpin" if shown.pinned else "Pin",
                       lambda: send(m.PinConversation(conversation, not shown.pinned)))
        menu.addAction("Rename", lambda: self.rename_asked.emit(conversation))
        move = menu.addMenu("Move to folder")
        for folder in self._desk.state.folders.values():
            entry = move.addAction(folder.name.replace("&", "&&"),
                                   partial(send, m.MoveConversation(conversation, folder.id)))
            entry.setCheckable(True)
            entry.setChecked(folder.id == shown.folder)
        if shown.folder:
            move.addAction("No folder", lambda: send(m.MoveConversation(conversation, "")))
        move.addAction("New folder…", lambda: self.new_folder())
        export = menu.addMenu("Export")
        export.addAction("As Markdown, to read…", lambda: self.export(shown, "markdown"))
        export.addAction("As JSON, to import again…", lambda: self.export(shown, "json"))
        menu.addSeparator()
        menu.addAction("Delete", lambda: send(m.DeleteConversation(conversation)))

    def _fill_for_folder(self, menu: QMenu, folder: FolderView) -> None:
        menu.addAction("Rename folder", lambda: self.rename_asked.emit(folder.id))
        menu.addAction("Delete folder (its chats stay)", lambda: self._desk.send(m.DeleteFolder(folder.id)))

    def new_folder(self) -> None:
        """Ask for a name and make the folder."""
        name = ask_name(self.window(), "New folder", "Name of the folder")
        if name:
            self._desk.send(m.CreateFolder(name))

    def export(self, shown: ConversationView, form: str) -> None:
        """Ask where to and write it there."""
        path = ask_export_path(self.window(), shown.title, form)
        if path:
            self._desk.send(m.ExportConversation(shown.id, path, "json" if form == "json" else "markdown"))

    def import_file(self) -> None:
        """Ask for a JSON export and read it."""
        path = ask_import_path(self.window())
        if path:
            self._desk.send(m.ImportConversations(path))
