"""The rows of the sidebar: which conversation stands under which heading. Plain Python, no Qt.

Order: pinned, folders by name, then by age; inside a section the one changed last comes first.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from router.views import ConversationView, FolderView


@dataclass(frozen=True)
class Row:
    """A heading (`conversation` is None) or a conversation. `folder` is the folder a heading stands for."""

    title: str
    conversation: ConversationView | None = None
    folder: FolderView | None = None
    closed: bool = False

    @property
    def key(self) -> str:
        """The same for the same thing before and after a change."""
        if self.conversation is not None:
            return "c:" + self.conversation.id
        return "f:" + self.folder.id if self.folder is not None else "h:" + self.title


def age_heading(changed: float, now: datetime) -> str:
    """The heading for something last changed at `changed` (seconds since the epoch). Days are local calendar days."""
    day = datetime.fromtimestamp(changed).date()
    today = now.date()
    if day >= today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return "Last week" if day >= today - timedelta(days=7) else "Older"


def sidebar_rows(conversations: Iterable[ConversationView], folders: Iterable[FolderView], now: datetime,
                 closed: frozenset[str] = frozenset()) -> list[Row]:
    """All rows from top to bottom. `closed` are ids of folders whose conversations are folded away."""
    newest_first = sorted(conversations, key=lambda each: each.changed, reverse=True)
    by_folder: dict[str, list[ConversationView]] = {each.id: [] for each in folders}
    pinned: list[ConversationView] = []
    by_age: dict[str, list[ConversationView]] = {"Today": [], "Yesterday": [], "Last week": [], "Older": []}
    for each in newest_first:
        if each.pinned:
            pinned.append(each)
        elif each.folder in by_folder:
            by_folder[each.folder].append(each)
        else:
            by_age[age_heading(each.changed, now)].append(each)
    rows = _section(Row("Pinned"), pinned) if pinned else []
    for folder in sorted(folders, key=lambda each: each.name.casefold()):
        heading = Row(folder.name, folder=folder, closed=folder.id in closed)
        rows += _section(heading, [] if heading.closed else by_folder[folder.id])
    for heading_text, members in by_age.items():
        if members:
            rows += _section(Row(heading_text), members)
    return rows


def _section(heading: Row, members: list[ConversationView]) -> list[Row]:
    return [heading, *(Row(" ".join(each.title.split()) or "New chat", each) for each in members)]
