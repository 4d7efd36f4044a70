"""The commands about documents, and when the index is brought up to date. The files themselves are `indexing`'s.

Nothing is opened before the first command, or before a window looks after folders that were added earlier.
"""

from __future__ import annotations

import asyncio
import logging
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise
from pathlib import Path

from router.choose.encoder import Encoder, Vector, opening_of
from router.document_commands import (
    AddDocuments,
    DocumentCommand,
    ListDocuments,
    PauseDocuments,
    ReadDocument,
    RemoveDocuments,
    SearchDocuments,
)
from router.document_events import DocumentRead, DocumentsFound, DocumentsListed, DocumentsMoved
from router.document_views import FolderOfDocuments, FoundPassage, RefusedFile
from router.documents.indexing import Indexing, Read
from router.documents.passages import passages_of
from router.documents.shelf import Run, Shelf
from router.errors import UserFacingError, sentence_for
from router.events import Event, Noticed
from router.fleet.fleet import Fleet
from router.memory.document_store import Counts, DocumentStore, Root
from router.memory.document_tables import FILE
from router.memory.passage_search import Filter, PassageRow
from router.roster import Roster

log = logging.getLogger("consort.documents")

CONTEXT = 256               # tokens of a passage that the encoder reads: what it was trained with
PATIENCE = 60.0             # seconds one batch may take on a slow computer under load
TOLD_EVERY = 0.2            # seconds between two events about one folder
MOST_FOUND = 100
EVERYWHERE = Filter()

@dataclass(frozen=True)
class Around:
    """What the desk needs of the rest. busy: somebody waits for an answer. encoder: the one that is in memory for
    routing, which reads questions."""

    fleet: Fleet
    roster: Roster
    encoder: Encoder
    read: Read
    busy: Callable[[], bool]
    tell: Callable[[Event], None]


class DocumentDesk:
    """Made once for a data folder."""

    def __init__(self, folder: Path, around: Around) -> None:
        self._folder, self._around = folder, around
        self._shelf = Shelf.of(folder)
        self._passages = Encoder(around.fleet, partial(opening_of, around.roster, CONTEXT), log.info, PATIENCE,
                                 key="passages", pinned=False)
        self._indexing = Indexing(self._shelf, around.read, self._passages.vectors,
                                  lambda: around.busy() and not self._awaited, self._moved)
        self._work: asyncio.Task[None] | None = None
        self._again = False
        self._awaited = 0           # questions that wait for what is being read
        self._missing: set[str] = set()
        self._reading: dict[str, str] = {}
        self._told = 0.0
        self._noticed = False

    async def look_after(self) -> None:
        """At the start of a window: bring what was added earlier up to date."""
        if (self._folder / FILE).is_file():
            self._begin()

    async def answer(self, command: DocumentCommand) -> None:
        """Do `command` and tell what came of it. Raises UserFacingError."""
        match command:
            case AddDocuments():
                await self._add(command)
            case RemoveDocuments():
                await self._shelf.ask(DocumentStore.remove_root, (await self._root(command.folder)).id)
                await self._list(command.request)
            case PauseDocuments():
                roots = [await self._root(command.folder)] if command.folder else await self._roots()
                for root in roots:
                    await self._shelf.ask(DocumentStore.pause_root, root.id, command.paused)
                if not command.paused:
                    self._begin()
                await self._list(command.request)
            case ListDocuments():
                if command.follow:
                    await self._finished()
                await self._list(command.request)
            case SearchDocuments():
                await self._search(command)
            case ReadDocument():
                await self._read(command)

    async def find(self, question: str, limit: int, only: Filter = EVERYWHERE) -> DocumentsFound:
        """Passages that may answer `question`, best first."""
        begun = time.perf_counter()
        vector = await self._around.encoder.vector(question)
        runs = await self._shelf.find(question, vector, limit, only)
        return DocumentsFound(question, tuple(map(_found, runs)), vector is not None,
                              time.perf_counter() - begun)

    async def vectors(self, texts: Sequence[str]) -> tuple[Vector, ...] | None:
        """What `texts` mean, one vector each; None without an encoder."""
        return await self._passages.vectors(texts)

    async def prepare(self, paths: Sequence[str]) -> tuple[str, ...]:
        """Read what is asked about and not read yet; the paths that were not among the documents before. Also brings
        the encoder into memory. Raises UserFacingError."""
        fresh = []
        for path in paths:
            fit = await asyncio.to_thread(fit_to_read, Path(path), self._folder)
            if not any(fit.is_relative_to(root.path) for root in await self._roots()):
                await self._shelf.ask(DocumentStore.add_root, str(fit))
                fresh.append(str(fit))
        if paths:
            self._awaited += 1
            try:
                await self._finished()
            finally:
                self._awaited -= 1
        await self._around.encoder.warm(PATIENCE)
        for path in paths:
            if not await self._shelf.ask(DocumentStore.contents, path):
                refused = [file for file in await self._shelf.ask(DocumentStore.refused) if file.path == path]
                raise UserFacingError(f"{Path(path).name} could not be read. {refused[0].problem if refused else ''}"
                                      .strip(), "`consort docs list` shows what can be asked about.")
        return tuple(fresh)

    async def whole(self, path: str) -> tuple[FoundPassage, ...]:
        """Every passage of the file, or of the files below the folder, in reading order."""
        found: list[FoundPassage] = []
        for sha256, first in await self._shelf.ask(DocumentStore.contents, path):
            document = await self._shelf.ask(DocumentStore.document, sha256)
            if document is not None:
                found += [FoundPassage(sha256, document.title, (first,), one.text, one.start, one.end, one.headings,
                                       one.page, one.row, one.sheet)
                          for one in await asyncio.to_thread(passages_of, document)]
        return tuple(found)

    async def forget(self, paths: Sequence[str]) -> None:
        """Remove what was added only for one question."""
        for path in paths:
            await self._shelf.ask(DocumentStore.remove_root, (await self._root(path)).id)

    async def close(self) -> None:
        """Before the fleet: end the work; what is not done yet is done next time."""
        if self._work is not None:
            self._work.cancel()
            await asyncio.gather(self._work, return_exceptions=True)
        await self._passages.close()
        await self._shelf.close()

    async def _add(self, command: AddDocuments) -> None:
        path = await asyncio.to_thread(fit_to_read, Path(command.path), self._folder)
        await self._shelf.ask(DocumentStore.add_root, str(path), command.ignored)
        await self._list(command.request)
        self._begin()

    async def _search(self, command: SearchDocuments) -> None:
        if not command.text.strip():
            raise UserFacingError("There is nothing to search for yet.", "Write some words first.")
        await self._around.encoder.warm(PATIENCE)
        limit = max(1, min(command.limit, MOST_FOUND))
        found = await self.find(command.text, limit, Filter(command.path, command.since))
        self._around.tell(replace(found, request=command.request))

    async def _read(self, command: ReadDocument) -> None:
        document = await self._shelf.ask(DocumentStore.document, command.document)
        if document is None:
            raise UserFacingError("This document is not there any more.", "Search again.")
        paths = await self._shelf.ask(DocumentStore.paths, command.document)
        self._around.tell(DocumentRead(command.document, document.title, paths, document.text, document.hidden,
                                       document.notices, command.request))

    # ── keeping up ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _begin(self) -> None:
        """Look for changes and read them; when that is under way already, once more after it."""
        if self._work is not None and not self._work.done():
            self._again = True
            return
        self._work = asyncio.create_task(self._keep_up())

    async def _finished(self) -> None:
        """All that has changed until now is in the index."""
        self._begin()
        if self._work is not None:
            await asyncio.wait({self._work})

    async def _keep_up(self) -> None:
        try:
            while True:
                self._again = False
                self._missing = await self._indexing.look(await self._roots())
                await self._indexing.work()
                if not self._again:
                    break
        except Exception as error:
            sentence = sentence_for(error, self._folder / "crashes")
            self._around.tell(Noticed(sentence.text, sentence.hint, level="warning"))

    async def _moved(self, root: str, reading: str) -> None:
        self._reading = {root: reading} if root else {}
        if root and time.monotonic() - self._told < TOLD_EVERY:
            return
        self._told = time.monotonic()
        folders = await self._folders()
        idle = all(not folder.waiting and not folder.without_meaning for folder in folders)
        for folder in folders:
            if not root or folder.id == root:
                self._around.tell(DocumentsMoved(folder, idle))

    # ── what is there ───────────────────────────────────────────────────────────────────────────────────────────────
    async def _roots(self) -> tuple[Root, ...]:
        roots = await self._shelf.ask(DocumentStore.roots)
        if not self._noticed:
            self._noticed = True
            for notice in await self._shelf.ask(lambda store: store.notices):
                self._around.tell(Noticed(notice, level="warning"))
        return roots

    async def _root(self, named: str) -> Root:
        for root in await self._roots():
            if named in (root.id, root.path) or Path(named) == Path(root.path):
                return root
        raise UserFacingError(f"“{named}” is not among your documents.", "`consort docs list` shows what is.")

    async def _folders(self) -> tuple[FolderOfDocuments, ...]:
        counts = await self._shelf.ask(DocumentStore.counts)
        return tuple(self._folder_view(root, counts.get(root.id, Counts())) for root in await self._roots())

    def _folder_view(self, root: Root, counts: Counts) -> FolderOfDocuments:
        return FolderOfDocuments(root.id, root.path, root.ignored, root.paused, counts.read, counts.waiting,
                                 counts.refused, counts.passages, counts.without_vector,
                                 self._reading.get(root.id, ""), root.id in self._missing)

    async def _list(self, request: str) -> None:
        refused = await self._shelf.ask(DocumentStore.refused)
        self._around.tell(DocumentsListed(await self._folders(),
                                          tuple(RefusedFile(file.path, file.problem) for file in refused), request))


def fit_to_read(path: Path, own: Path) -> Path:
    """The path without `..` and a trailing slash. own: Consort's data folder. Raises UserFacingError."""
    path = Path(os.path.normpath(path))
    if not path.is_absolute() or not path.exists():
        raise UserFacingError(f"There is no file or folder {path}.", "Look at how it is written.")
    if own.resolve().is_relative_to(path.resolve()):
        raise UserFacingError(f"{path} is too much to be read as documents: Consort's own folder lies in it.",
                              "Choose the folders that hold your documents.")
    return path


def _found(run: Run) -> FoundPassage:
    first, last = run.passages[0], run.passages[-1]
    text = _continuous(run.passages)
    return FoundPassage(first.sha256, first.title, first.paths, text, first.start, last.end, first.headings, first.page,
                        first.row, first.sheet, first.changed, round(run.score, 5), round(run.closeness, 4))


def _continuous(run: tuple[PassageRow, ...]) -> str:
    """The text of neighbours; what lies between them (headings, empty lines) as empty space, so that places stay."""
    text = run[0].text
    for before, here in pairwise(run):
        text += "\n" * (here.start - before.end) + here.text
    return text
