"""The work that keeps the index like the files: look, read what changed, then give every passage its vector.

One loop; it begins again when it is told to look. All it knows is on disk after each file and each batch of vectors, so
it may end at any moment and goes on where it was. While somebody waits for an answer it rests. It knows no file format
(`read` does) and no window.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path

from router.documents.document import Document
from router.documents.passages import passages_of
from router.documents.shelf import Shelf
from router.documents.walking import SeenFile, walk
from router.errors import UserFacingError
from router.memory.document_store import DocumentStore, KnownFile, Root
from router.memory.passage_search import packed

BATCH = 16                  # passages encoded at once: some 0.2 s of one core, so that a turn never waits for longer
REST = 0.2                  # seconds between two looks whether somebody still waits for an answer
MOST_BYTES = 200_000_000    # of one file

Encode = Callable[[Sequence[str]], Awaitable[tuple[tuple[float, ...], ...] | None]]
Read = Callable[[Path], Awaitable[Document]]


class Indexing:
    """The loop over one shelf. read: a file's Document, or UserFacingError when it cannot be read. encode: vectors of
    texts, or None when there is no encoder. busy: somebody waits for an answer. moved: called with the root of what was
    done and the name of the file being read, and at the end of all work with an empty root."""

    def __init__(self, shelf: Shelf, read: Read, encode: Encode, busy: Callable[[], bool],
                 moved: Callable[[str, str], Awaitable[None]]) -> None:
        self._shelf, self._read, self._encode, self._busy, self._moved = shelf, read, encode, busy, moved

    async def look(self, roots: Sequence[Root]) -> set[str]:
        """Compare what is on disk with what is known; the ids of roots that are not there now. Reads no file."""
        missing = set()
        for root in roots:
            seen = await asyncio.to_thread(walk, root.path, root.ignored)
            if seen.missing:
                missing.add(root.id)        # an unplugged disk must not empty the index
                continue
            known = {file.path: file for file in await self._shelf.ask(DocumentStore.files, root.id)}
            changed = [KnownFile(root.id, file.path, file.size, file.changed) for file in seen.files
                       if not _as_known(file, known.get(file.path))]
            gone = known.keys() - {file.path for file in seen.files}
            if changed:
                await self._shelf.ask(DocumentStore.put_files, changed)
            if gone and not seen.too_many:
                await self._shelf.ask(DocumentStore.forget_files, root.id, gone)
        return missing

    async def work(self) -> None:
        """Read all files that wait, then encode all passages without a vector. Returns when nothing is left to do."""
        while waiting := await self._shelf.ask(DocumentStore.waiting, 1):
            await self._rest_while_busy()
            await self._moved(waiting[0].root, Path(waiting[0].path).name)
            await self._read_one(waiting[0])
        while bare := await self._shelf.ask(DocumentStore.without_vector, BATCH):
            await self._rest_while_busy()
            vectors = await self._encode([text for _, text in bare])
            if vectors is None:
                break                       # without an encoder passages are found by their words
            await self._shelf.keep_vectors([(key, packed(vector)) for (key, _), vector in
                                            zip(bare, vectors, strict=True)])
            await self._moved("", "")
        await self._moved("", "")

    async def _read_one(self, file: KnownFile) -> None:
        try:
            if file.size > MOST_BYTES:
                raise UserFacingError(f"It is larger than {MOST_BYTES // 1_000_000} MB.")
            sha256 = await asyncio.to_thread(_digest, file.path)
            read = replace(file, sha256=sha256, state="read", problem="")
            if await self._shelf.ask(DocumentStore.knows, sha256):
                await self._shelf.ask(DocumentStore.put_content, read)
                return
            document = await self._read(Path(file.path))
            passages = await asyncio.to_thread(passages_of, document)
            await self._shelf.ask(DocumentStore.put_content, read, document, passages)
        except FileNotFoundError:
            await self._shelf.ask(DocumentStore.forget_files, file.root, (file.path,))
        except OSError as error:
            await self._refuse(file, f"It could not be read: {(error.strerror or 'the system refused').lower()}.")
        except UserFacingError as error:
            await self._refuse(file, error.text)

    async def _refuse(self, file: KnownFile, problem: str) -> None:
        await self._shelf.ask(DocumentStore.put_files, (replace(file, sha256="", state="refused", problem=problem),))

    async def _rest_while_busy(self) -> None:
        while self._busy():  # noqa: ASYNC110 - nobody tells when the last of several turns has ended
            await asyncio.sleep(REST)


def _as_known(file: SeenFile, known: KnownFile | None) -> bool:
    return known is not None and (known.size, known.changed) == (file.size, file.changed)


def _digest(path: str) -> str:
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
