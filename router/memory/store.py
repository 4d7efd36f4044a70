"""Everything that is remembered, as one object: what the router calls. Each method is short and for one thread.

It only composes: opening, conversations, folders, messages, search, transfer, preferences, purge. What fails because
of the disk, or because something is no longer there, is a UserFacingError; nothing is half done then.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

from router.memory import (
    backups,
    conversations,
    corrections,
    folders,
    messages,
    opening,
    preferences,
    purge,
    search,
    transfer,
)
from router.memory.corrections import Correction
from router.memory.database import Database, is_sound, open_in_memory
from router.memory.messages import Page, Pair
from router.memory.migrations import migrate
from router.parts import AttachmentPart, DocumentsPart, Part
from router.views import ConversationView, FolderView, MessageState, MessageView, Routing, SearchHit, TurnStats
from specialists.manifest import Settings

DAY = 86_400.0
MONTH = 30 * DAY


class Store:
    """Conversations, messages, folders, drafts, preferences and settings of one data folder, or of memory only.

    notices: sentences about what had to be done when it was opened; empty when all was well.
    """

    def __init__(self, database: Database, folder: Path | None, notices: tuple[str, ...] = ()) -> None:
        self._database = database
        self._folder = folder
        self.notices = notices

    @classmethod
    def open(cls, folder: Path) -> Store:
        """The store of a data folder, made if there is none, checked, migrated, and answers that a crash cut marked.

        Raises UserFacingError: the folder cannot be used, or a newer Consort wrote it.
        """
        database, notices = opening.open_folder(folder)
        return cls(database, folder, notices)

    @classmethod
    def in_memory(cls) -> Store:
        """A store that is never written to disk: for temporary chats."""
        database = open_in_memory()
        migrate(database, None, "")
        return cls(database, None)

    @property
    def on_disk(self) -> bool:
        """Does it outlive the program?"""
        return self._folder is not None

    def close(self) -> None:
        """No method may be called after it."""
        self._database.close()

    # ── writing ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def begin(self, conversation: str, text: str, attachments: tuple[AttachmentPart, ...] = (), *, edited: str = "",
              specialist: str = "", documents: DocumentsPart | None = None) -> Pair:
        """The person's words and the empty answer below them: committed when this returns."""
        return messages.begin(self._database, conversation, text, attachments, edited=edited, specialist=specialist,
                              documents=documents)

    def begin_again(self, conversation: str, message: str) -> Pair:
        """The question that `message` answers (or is) and another empty answer below it: committed."""
        return messages.begin_again(self._database, conversation, message)

    def write(self, answer: str, parts: tuple[Part, ...]) -> None:
        """Save an answer that is still growing."""
        messages.write(self._database, answer, parts)

    def finish(self, answer: str, parts: tuple[Part, ...], state: MessageState, specialist: str = "",
               specialist_name: str = "", why: str = "", stats: TurnStats | None = None,
               routing: Routing | None = None) -> None:
        """Save an answer as it is from now on."""
        messages.finish(self._database, answer, parts, state, specialist, specialist_name, why, stats or TurnStats(),
                        routing or Routing())

    def cut(self, answer: str, characters: int) -> MessageView | None:
        """Keep only so much of a finished answer's text, as the person heard it; the answer as it is now."""
        return messages.cut(self._database, answer, characters)

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────
    def path(self, conversation: str, *, before: str = "", after: str = "", around: str = "", limit: int = 60) -> Page:
        """A stretch of the visible path, oldest first; whether there is more before; whether there is more after."""
        return messages.path(self._database, conversation, before=before, after=after, around=around, limit=limit)

    def history(self, answer: str) -> tuple[MessageView, ...]:
        """Everything above an answer, oldest first."""
        return messages.history(self._database, answer)

    def message(self, message: str) -> MessageView | None:
        """One message; None when there is none."""
        return messages.found(self._database, message)

    def conversation_of(self, message: str) -> str:
        """The id of the conversation that holds a message; empty when there is none."""
        return str(self._database.value("SELECT c.id FROM message m JOIN conversation c ON c.seq = m.conversation "
                                        "WHERE m.id = ?", (message,)) or "")

    def last_specialist(self, conversation: str) -> str:
        """Who wrote the newest finished answer; empty when nobody did yet."""
        return messages.last_specialist(self._database, conversation)

    def search(self, text: str, limit: int = 50) -> tuple[SearchHit, ...]:
        """Titles, then messages that hold all the words, best first. Never fails on what was typed."""
        return search.search(self._database, text, limit)

    # ── the tree ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def choose_sibling(self, conversation: str, message: str) -> None:
        """Show this version and the branch last seen below it."""
        messages.show_version(self._database, conversation, message)

    def delete_message(self, conversation: str, message: str) -> None:
        """Hide a message with what followed it."""
        messages.delete(self._database, conversation, message)

    def restore_message(self, conversation: str, message: str) -> None:
        """Bring a deleted message back with what it hid."""
        messages.restore(self._database, conversation, message)

    # ── the sidebar ──────────────────────────────────────────────────────────────────────────────────────────────────
    def conversations(self) -> tuple[ConversationView, ...]:
        """All that are not deleted, the one changed last first."""
        return conversations.conversations(self._database)

    def conversation(self, conversation: str) -> ConversationView:
        """One row."""
        return conversations.conversation(self._database, conversation)

    def untitled(self) -> tuple[ConversationView, ...]:
        """Those with a complete answer that still have their first words as a title, newest first."""
        return conversations.untitled(self._database)

    def rename(self, conversation: str, title: str) -> ConversationView:
        """A title by the person: no suggestion replaces it."""
        return conversations.rename(self._database, conversation, title)

    def suggest_title(self, conversation: str, title: str) -> None:
        """A title by a model, unless there is a better one already."""
        conversations.suggest_title(self._database, conversation, title)

    def pin(self, conversation: str, pinned: bool) -> ConversationView:
        """Keep it at the top, or no longer."""
        return conversations.pin(self._database, conversation, pinned)

    def move(self, conversation: str, folder: str) -> ConversationView:
        """Into a folder; out of any with an empty one."""
        return conversations.move(self._database, conversation, folder)

    def pick_specialist(self, conversation: str, specialist: str) -> ConversationView:
        """Who answers from now on; empty: the router decides."""
        return conversations.pick_specialist(self._database, conversation, specialist)

    def delete_conversation(self, conversation: str) -> ConversationView:
        """Out of sight; what it was."""
        return conversations.delete(self._database, conversation)

    def restore_conversation(self, conversation: str) -> ConversationView:
        """Back in sight."""
        return conversations.restore(self._database, conversation)

    def draft(self, conversation: str = "") -> str:
        """What stands in the composer; of the new chat with an empty id."""
        return conversations.draft(self._database, conversation)

    def save_draft(self, conversation: str, text: str) -> None:
        """Remember what stands in the composer."""
        conversations.save_draft(self._database, conversation, text)

    def folders(self) -> tuple[FolderView, ...]:
        """All folders, by name."""
        return folders.folders(self._database)

    def create_folder(self, name: str) -> FolderView:
        """A new one."""
        return folders.create_folder(self._database, name)

    def rename_folder(self, folder: str, name: str) -> None:
        """Another name for it."""
        folders.rename_folder(self._database, folder, name)

    def delete_folder(self, folder: str) -> None:
        """Its conversations stay."""
        folders.delete_folder(self._database, folder)

    # ── out and in ───────────────────────────────────────────────────────────────────────────────────────────────────
    def export_conversation(self, conversation: str, path: Path, form: transfer.Form = "markdown") -> int:
        """Write it to a file: the visible path as Markdown or the whole tree as JSON; how many messages."""
        return transfer.export_conversation(self._database, conversation, path, form)

    def import_conversations(self, path: Path) -> tuple[tuple[str, ...], int]:
        """Add those of a JSON export as new ones; their ids, how many messages."""
        return transfer.import_conversations(self._database, path)

    # ── what is set ──────────────────────────────────────────────────────────────────────────────────────────────────
    def preferences(self) -> dict[str, str]:
        """The front-end's own preferences."""
        return preferences.preferences(self._database)

    def set_preference(self, name: str, value: str) -> None:
        """Remember one."""
        preferences.set_preference(self._database, name, value)

    def settings(self, specialist: str) -> Settings:
        """The person's settings of a specialist."""
        return preferences.settings(self._database, specialist)

    def set_settings(self, specialist: str, settings: Settings) -> None:
        """Replace them."""
        preferences.set_settings(self._database, specialist, settings)

    # ── what the router was taught ───────────────────────────────────────────────────────────────────────────────────
    def remember_correction(self, text: str, specialist: str, vector: Sequence[float] = ()) -> Correction:
        """Requests like `text` belong to `specialist`."""
        return corrections.remember(self._database, text, specialist, vector)

    def forget_correction(self, correction: str) -> None:
        """Destroy it."""
        corrections.forget(self._database, correction)

    def corrections(self) -> tuple[Correction, ...]:
        """All of them, the newest first."""
        return corrections.corrections(self._database)

    def is_whole(self) -> bool:
        """Does SQLite's own check find the database in order? Reads all of it (0.15 s for 35 MB)."""
        return is_sound(self._database.connection)

    # ── keeping house ────────────────────────────────────────────────────────────────────────────────────────────────
    def purge(self, older_than_seconds: float = MONTH) -> int:
        """Destroy what was deleted longer ago than that, in the backups too; how many rows."""
        return purge.purge(self._database, older_than_seconds, self._backup_folder)

    def back_up(self, older_than_seconds: float = DAY) -> Path | None:
        """Write a backup unless there is one younger than that; where it is. For idle times: 0.5 s per 77 MB."""
        if self._backup_folder is None:
            return None
        newest = next(iter(backups.newest_first(self._backup_folder)), None)
        if newest is not None and time.time() - newest.stat().st_mtime < older_than_seconds:
            return None
        return backups.back_up(self._database, self._backup_folder / time.strftime("consort-%Y%m%d-%H%M%S.db"))

    @property
    def _backup_folder(self) -> Path | None:
        return self._folder / opening.BACKUPS if self._folder is not None else None
