"""What is told about a person's documents. Past tense; frozen values that survive JSON."""

from __future__ import annotations

from dataclasses import dataclass

from router.document_views import FolderOfDocuments, FoundPassage, RefusedFile
from router.parts import Citation, Source


@dataclass(frozen=True)
class DocumentsMoved:
    """A folder was read a little further. idle: nothing is left to be read anywhere."""

    folder: FolderOfDocuments
    idle: bool = False


@dataclass(frozen=True)
class DocumentsListed:
    """All folders, in the order they were added, and the files that could not be read."""

    folders: tuple[FolderOfDocuments, ...]
    refused: tuple[RefusedFile, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class DocumentsFound:
    """The best passages first. by_meaning: the encoder had a say; without it words alone were compared."""

    text: str
    passages: tuple[FoundPassage, ...]
    by_meaning: bool = False
    seconds: float = 0.0
    request: str = ""


@dataclass(frozen=True)
class DocumentRead:
    """A document's text. hidden: sentences about text that was in the file but not to be seen."""

    document: str
    title: str
    paths: tuple[str, ...]
    text: str
    hidden: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()
    request: str = ""


@dataclass(frozen=True)
class SourcesFound:
    """What a turn reads for its answer, before it is written. parts: whole files are read in that many parts, of which
    `done` have been; 0 when the best passages are enough."""

    turn: str
    message: str
    sources: tuple[Source, ...]
    done: int = 0
    parts: int = 0


@dataclass(frozen=True)
class AnswerCited:
    """An answer from documents was checked: its text as it is from now on, and what each sentence rests on."""

    turn: str
    message: str
    text: str
    sources: tuple[Source, ...]
    citations: tuple[Citation, ...]


DocumentEvent = DocumentsMoved | DocumentsListed | DocumentsFound | DocumentRead | SourcesFound | AnswerCited
