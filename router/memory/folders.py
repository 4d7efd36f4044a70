"""The folders of the sidebar. A conversation is in one or in none; it knows nothing else of conversations."""

from __future__ import annotations

from router.errors import UserFacingError
from router.memory.database import Database
from router.memory.identity import new_id
from router.memory.text import one_line
from router.views import FolderView

NAME_LIMIT = 200


def folders(database: Database) -> tuple[FolderView, ...]:
    """All folders, by name."""
    found = (FolderView(identity, name) for identity, name in database.rows("SELECT id, name FROM folder"))
    return tuple(sorted(found, key=lambda folder: (folder.name.casefold(), folder.id)))


def create_folder(database: Database, name: str) -> FolderView:
    """A new folder. Raises UserFacingError when the name is empty."""
    folder = FolderView(new_id(), _folder_name(name))
    with database.transaction():
        database.run("INSERT INTO folder (id, name) VALUES (?, ?)", (folder.id, folder.name))
    return folder


def rename_folder(database: Database, folder: str, name: str) -> None:
    """Another name for it. Raises UserFacingError."""
    name = _folder_name(name)
    with database.transaction():
        folder_is_there(database, folder)
        database.run("UPDATE folder SET name = ? WHERE id = ?", (name, folder))


def delete_folder(database: Database, folder: str) -> None:
    """Its conversations stay, outside any folder."""
    with database.transaction():
        database.run("DELETE FROM folder WHERE id = ?", (folder,))


def _folder_name(name: str) -> str:
    if not one_line(name):
        raise UserFacingError("A folder needs a name.", "Type at least one character.")
    return one_line(name)[:NAME_LIMIT]


def folder_is_there(database: Database, folder: str) -> None:
    """Raises UserFacingError when it is not."""
    if database.value("SELECT 1 FROM folder WHERE id = ?", (folder,)) is None:
        raise UserFacingError("This folder is no longer there.", "Choose another one.")
