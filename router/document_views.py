"""What a front-end shows of a person's documents. Frozen values that survive JSON; they know no database."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class FolderOfDocuments:
    """A file or folder that was added. ignored: patterns of names left out. files: those that were read; waiting: still
    to be read; refused: could not be. passages: pieces that can be found; without_meaning: those found by their words
    only so far. reading: the name of the file being read now."""

    id: str
    path: str
    ignored: tuple[str, ...] = ()
    paused: bool = False
    files: int = 0
    waiting: int = 0
    refused: int = 0
    passages: int = 0
    without_meaning: int = 0
    reading: str = ""
    missing: bool = False


@dataclass(frozen=True)
class RefusedFile:
    """A file that could not be read, and why, in one sentence."""

    path: str
    problem: str


@dataclass(frozen=True)
class FoundPassage:
    """A passage that may answer. paths: where the file lies (equal files are read once). start, end: characters of the
    document's text. page, row: counted from 1, 0 where there are none. score: only to compare within one search.
    closeness: cosine of its nearest part to the question, 0 without an encoder."""

    document: str
    title: str
    paths: tuple[str, ...]
    text: str
    start: int
    end: int
    headings: tuple[str, ...] = ()
    page: int = 0
    row: int = 0
    sheet: str = ""
    changed: float = 0.0
    score: float = 0.0
    closeness: float = 0.0
