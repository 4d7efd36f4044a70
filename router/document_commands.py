"""Commands about a person's documents. Imperatives; frozen values that survive JSON. Paths are absolute."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class AddDocuments:
    """Read the file, or all files below the folder, at `path`, and follow what changes there. ignored: patterns of
    names to leave out, such as `*.log` or `drafts`. → DocumentsMoved …, DocumentsListed/Refused"""

    path: str
    ignored: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class RemoveDocuments:
    """Forget a folder and what was read in it; its files stay where they are. folder: its id or its path.
    → DocumentsListed/Refused"""

    folder: str
    request: str = ""


@dataclass(frozen=True)
class PauseDocuments:
    """Read nothing more of a folder for now, or go on. folder: its id or its path; empty: all.
    → DocumentsListed/Refused"""

    folder: str = ""
    paused: bool = True
    request: str = ""


@dataclass(frozen=True)
class ListDocuments:
    """Which folders there are and how far they have been read. follow: look for changes first. → DocumentsListed"""

    follow: bool = False
    request: str = ""


@dataclass(frozen=True)
class SearchDocuments:
    """Passages that may answer `text`. path: only in this file or below this folder; since: only in files changed then
    or later, seconds since the epoch. → DocumentsFound/Refused"""

    text: str
    limit: int = 10
    path: str = ""
    since: float = 0.0
    request: str = ""


@dataclass(frozen=True)
class ReadDocument:
    """The text of a document that a passage was found in, for a preview. → DocumentRead/Refused"""

    document: str
    request: str = ""


DocumentCommand = (AddDocuments | RemoveDocuments | PauseDocuments | ListDocuments | SearchDocuments | ReadDocument)
