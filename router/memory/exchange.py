"""Conversations as JSON that another Consort can read: the whole tree, a versioned format, validated before anything.

    {"format": "consort-conversations", "version": 1, "exported": seconds, "conversations": [
        {"title", "title_origin", "created", "changed", "specialist", "leaf", "messages": [
            {"id", "parent", "role", "parts", "state", "created", "specialist", "specialist_name", "why", "stats",
             "routing", "chosen"}]}]}

Messages stand before their children, siblings oldest first. What was deleted is not exported. Unknown fields are
ignored; a higher version is refused. It knows no database: `transfer` reads and writes that.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import msgspec

from router.errors import UserFacingError
from router.parts import Part
from router.views import MessageState, Routing, TurnStats

FORMAT = "consort-conversations"
VERSION = 1
LARGEST = 512 * 1024 * 1024

Seconds = Annotated[float, msgspec.Meta(ge=0, le=253_402_300_799)]     # up to the year 9999, what dates can show


class StoredMessage(msgspec.Struct, frozen=True):
    """One message of the tree. `parent` and `chosen` are ids in the same conversation, or empty."""

    id: str
    role: Literal["user", "assistant"]
    parts: tuple[Part, ...]
    parent: str = ""
    chosen: str = ""
    state: MessageState = "complete"
    created: Seconds = 0.0
    specialist: str = ""
    specialist_name: str = ""
    why: str = ""
    stats: TurnStats = TurnStats()
    routing: Routing = Routing()


class StoredConversation(msgspec.Struct, frozen=True):
    """One conversation. `leaf` is the end of the path last seen, or empty."""

    title: str
    messages: tuple[StoredMessage, ...]
    title_origin: Literal["first words", "model", "person"] = "person"
    created: Seconds = 0.0
    changed: Seconds = 0.0
    specialist: str = ""
    leaf: str = ""


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file. The format comes first, so that a file that is cut off is still known for what it was."""

    format: str = FORMAT
    version: int = VERSION
    exported: Seconds = 0.0
    conversations: tuple[StoredConversation, ...]


class _Head(msgspec.Struct, frozen=True):
    format: str = ""
    version: int = 0


def encode(export: Export) -> bytes:
    """The file's bytes: JSON for machines that people can read, ending in a line end."""
    return msgspec.json.format(msgspec.json.encode(export), indent=2) + b"\n"


def read(path: Path) -> Export:
    """The valid export at `path`. Raises UserFacingError with one sentence about what is wrong with it."""
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise UserFacingError(f"{path.name} is too large to import ({size / 1e6:,.0f} MB).",
                                  f"Files up to {LARGEST / 1e6:,.0f} MB can be read.")
        return parse(path.read_bytes(), path.name)
    except OSError as error:
        raise UserFacingError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.",
                              "Look whether the file is there and may be read.") from error


def parse(content: bytes, name: str) -> Export:
    """The valid export in `content`. Raises UserFacingError; `name` is the file's, for the sentence."""
    content = content.removeprefix(b"\xef\xbb\xbf")
    try:
        head = msgspec.json.decode(content, type=_Head)
    except (msgspec.ValidationError, msgspec.DecodeError, RecursionError) as error:
        if isinstance(error, msgspec.DecodeError) and not isinstance(error, msgspec.ValidationError) and \
                FORMAT.encode() in content[:200]:
            raise _refusal(name, "is damaged or cut off", f"Export it again ({error}).") from error
        raise _no_export(name) from error
    if head.format != FORMAT:
        raise _no_export(name)
    if head.version > VERSION:
        raise _refusal(name, f"was written by a newer Consort (format {head.version}; this one knows {VERSION})",
                       "Import it with the newer Consort.")
    try:
        export = msgspec.json.decode(content, type=Export)
    except (msgspec.ValidationError, RecursionError) as error:
        raise _refusal(name, "is not valid", f"Nothing was imported. Details: {error}.") from error
    for number, conversation in enumerate(export.conversations, start=1):
        fault = _fault(conversation)
        if fault:
            raise _refusal(name, "is not valid", f"Nothing was imported. Details: conversation {number}: {fault}.")
    return export


def _refusal(name: str, what: str, hint: str) -> UserFacingError:
    return UserFacingError(f"{name} cannot be imported: it {what}.", hint)


def _no_export(name: str) -> UserFacingError:
    return _refusal(name, "is no export of Consort", "Choose a JSON file that Consort exported.")


def _fault(conversation: StoredConversation) -> str:
    """What is wrong with the tree, or nothing. Because parents stand before children, there can be no cycle."""
    seen: dict[str, StoredMessage] = {}
    known = {message.id for message in conversation.messages}
    for message in conversation.messages:
        if not message.id or message.id in seen:
            return f"the message id “{message.id}” is empty or there twice"
        if message.parent and message.parent not in known:
            return f"message “{message.id}” answers “{message.parent}”, which is not in the file"
        if message.parent and message.parent not in seen:
            return f"message “{message.id}” stands before the one above it, or in a circle"
        if message.role == "assistant" and (not message.parent or seen[message.parent].role != "user"):
            return f"the answer “{message.id}” belongs to no question"
        seen[message.id] = message
    for message in conversation.messages:
        if message.chosen and (message.chosen not in seen or seen[message.chosen].parent != message.id):
            return f"message “{message.id}” names “{message.chosen}”, which is not below it"
    if conversation.leaf and conversation.leaf not in seen:
        return f"the last message “{conversation.leaf}” is not in the file"
    return ""
