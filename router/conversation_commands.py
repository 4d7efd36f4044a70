"""What each command about conversations does with the store, and the events that answer it. Synchronous; no model here.

`answer` returns None for a command that is not about conversations.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from router.memory.store import Store
from router.messages import (
    ChooseSibling,
    Command,
    ConversationChanged,
    ConversationDeleted,
    ConversationOpened,
    ConversationsListed,
    CreateFolder,
    DeleteConversation,
    DeleteFolder,
    DeleteMessage,
    Event,
    ExportConversation,
    Exported,
    ImportConversations,
    Imported,
    ListConversations,
    MessageDeleted,
    MoveConversation,
    OpenConversation,
    PickSpecialist,
    PinConversation,
    RenameConversation,
    RenameFolder,
    RestoreConversation,
    RestoreMessage,
    SaveDraft,
    Search,
    SearchFound,
)


def answer(command: Command, disk: Store, store_of: Callable[[str], Store]) -> tuple[Event, ...] | None:
    """Do `command`. `disk` is the lasting store, `store_of` finds that of a conversation (temporary ones differ)."""
    match command:
        case ListConversations():
            return (_listed(disk, command.request),)
        case Search():
            return (SearchFound(command.text, disk.search(command.text, command.limit), command.request),)
        case CreateFolder():
            disk.create_folder(command.name)
            return (_listed(disk, command.request),)
        case RenameFolder():
            disk.rename_folder(command.folder, command.name)
            return (_listed(disk, command.request),)
        case DeleteFolder():
            disk.delete_folder(command.folder)
            return (_listed(disk, command.request),)
        case ImportConversations():
            ids, messages = disk.import_conversations(Path(command.path))
            return (Imported(ids, messages, command.request), _listed(disk))
        case SaveDraft():
            store_of(command.conversation).save_draft(command.conversation, command.text)
            return ()
    conversation = getattr(command, "conversation", None)
    if conversation is None:
        return None
    return _about_one(command, conversation, store_of(conversation), disk)


def _about_one(command: Command, conversation: str, store: Store, disk: Store) -> tuple[Event, ...] | None:
    match command:
        case OpenConversation():
            return (_opened(command, store, store is not disk),)
        case ChooseSibling():
            store.choose_sibling(conversation, command.message)
            return (_opened(OpenConversation(conversation, command.request), store, store is not disk),)
        case RenameConversation():
            store.rename(conversation, command.title)
        case PinConversation():
            store.pin(conversation, command.pinned)
        case MoveConversation():
            store.move(conversation, command.folder)
        case PickSpecialist():
            store.pick_specialist(conversation, command.specialist)
        case RestoreConversation():
            store.restore_conversation(conversation)
            return (ConversationChanged(store.conversation(conversation), command.request), _listed(disk))
        case DeleteConversation():
            title = store.conversation(conversation).title
            store.delete_conversation(conversation)
            return (ConversationDeleted(conversation, title, command.request),)
        case DeleteMessage():
            store.delete_message(conversation, command.message)
            return (MessageDeleted(conversation, command.message, command.request),
                    _opened(OpenConversation(conversation), store, store is not disk))
        case RestoreMessage():
            store.restore_message(conversation, command.message)
            return (_opened(OpenConversation(conversation, command.request), store, store is not disk),)
        case ExportConversation():
            count = store.export_conversation(conversation, Path(command.path).expanduser(), command.form)
            return (Exported(command.path, count, command.request),)
        case _:
            return None
    changed = replace(store.conversation(conversation), temporary=store is not disk)
    return (ConversationChanged(changed, command.request),)


def _opened(command: OpenConversation, store: Store, temporary: bool) -> ConversationOpened:
    messages, before, after = store.path(command.conversation, before=command.before, after=command.after,
                                         around=command.around, limit=command.limit)
    placed = "before" if command.before else "after" if command.after else "around" if command.around else "all"
    return ConversationOpened(replace(store.conversation(command.conversation), temporary=temporary), messages, before,
                              after, command.request, placed)      # type: ignore[arg-type]


def _listed(disk: Store, request: str = "") -> ConversationsListed:
    return ConversationsListed(disk.conversations(), disk.folders(), request)
