"""A file that is not finished: its bytes in `<name>.partial`, in any order, each where it belongs.

Beside it `<name>.partial.json` says what they are meant to become, `<name>.partial.done` which of them are there
(`router.library.journal`). The identity does not depend on an address: the same sha256 and size may go on from another
server. Bytes that belong to something else are never added to. It does not know the network.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from io import FileIO
from pathlib import Path

import msgspec

from router.library.byte_set import ByteSet, Stretch
from router.library.durable import sync_file, sync_folder, write_durably
from router.library.journal import Journal

BLOCK = 1 << 20
SYNC_BYTES = 8 << 20        # so much is written, at least, before it is made durable again
SYNC_SECONDS = 1.0


@dataclass(frozen=True)
class Identity:
    """What the bytes are part of. `etag` is what the server at `url` called this version; size in bytes, 0 unknown."""

    sha256: str
    size: int = 0
    etag: str = ""
    url: str = ""


class Partial:
    """The unfinished file of `target`. Attribute `finished`: the bytes that are there, once it has begun."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".partial")
        self.finished = ByteSet()
        self._note = target.with_name(target.name + ".partial.json")
        self._journal = Journal(target.with_name(target.name + ".partial.done"))
        self._file: FileIO | None = None
        self._durable = (0, 0.0)        # bytes that were durable last, and when that was

    @property
    def size(self) -> int:
        """Bytes on disk, without opening it."""
        return self._read().size

    def identity(self) -> Identity | None:
        """What was noted, None when there is no note that can be read."""
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Identity)
        except (OSError, msgspec.DecodeError):
            return None

    def begin(self, wanted: Identity) -> tuple[Identity, bool]:
        """Open it. The bytes that are there count if they belong to `wanted`, else it starts clean.

        Returns the identity, and whether bytes of another version of the file were deleted. Raises OSError.
        """
        self.target.parent.mkdir(parents=True, exist_ok=True)
        noted = self.identity()
        fits = noted is not None and noted.sha256 == wanted.sha256 and (
            not noted.size or not wanted.size or noted.size == wanted.size)
        identity = replace(noted, size=wanted.size or noted.size) if noted is not None and fits else wanted
        self.finished = self._read() if fits else ByteSet()
        outdated = noted is not None and not fits and self.size > 0
        if not self.finished.size or (identity.size and any(one.end > identity.size for one in self.finished)):
            self.discard()
        self.note(identity)
        self._journal.begin(self.finished)
        self._file = FileIO(self.path, "r+" if self.path.exists() else "w+")
        self._durable = self.finished.size, time.monotonic()
        self.note(identity)
        return identity, outdated

    def note(self, identity: Identity) -> None:
        """Write down what the bytes are meant to become, and take the place for them. Raises OSError."""
        if identity != self.identity():
            write_durably(self._note, msgspec.json.encode(identity))
        if self._file is not None and identity.size and os.fstat(self._file.fileno()).st_size < identity.size:
            self._file.truncate(identity.size)      # holes, not bytes: the disk is not filled by this

    def write(self, at: int, data: bytes) -> None:
        """Put `data` where it belongs and note it. Bytes that are there already are not written. Raises OSError."""
        assert self._file is not None
        for gap in self.finished.missing(at, at + len(data)):
            piece = memoryview(data)[gap.start - at:gap.end - at]
            self._file.seek(gap.start)
            while piece:
                piece = piece[self._file.write(piece):]
            self.finished.add(gap.start, gap.end)
            self._journal.add(gap.start, gap.end)

    @property
    def sync_is_due(self) -> bool:
        """Was enough written since the last time? The disk is not asked all the time."""
        durable, when = self._durable
        return self.finished.size - durable >= SYNC_BYTES and time.monotonic() - when >= SYNC_SECONDS

    async def sync(self) -> None:
        """Make what was written durable; one at a time. Raises OSError."""
        assert self._file is not None
        written = ByteSet(self.finished)
        await asyncio.to_thread(self._make_durable, os.dup(self._file.fileno()), written)
        self._journal.switch([gap for one in self.finished for gap in written.missing(one.start, one.end)])
        self._durable = written.size, time.monotonic()

    def _make_durable(self, descriptor: int, written: ByteSet) -> None:
        """In a thread, with a descriptor of its own: first the bytes, then the list that names them."""
        try:
            sync_file(descriptor)
        finally:
            os.close(descriptor)
        self._journal.prepare(written)

    def close(self) -> None:
        """Stop writing; what was written is durable afterwards. Raises OSError."""
        if self._file is not None:
            file, self._file = self._file, None
            with file:
                sync_file(file.fileno())
                whole = self.finished.front == os.fstat(file.fileno()).st_size
            if not whole:           # a whole file has no further use for its list
                self._journal.begin(self.finished)
            self._journal.close()

    def discard(self) -> None:
        """Forget the bytes."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self.finished = ByteSet()
        self._journal.delete()          # the list first: it never promises what is gone
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def finish(self) -> None:
        """The bytes were checked: they become the target, durably. Raises OSError."""
        self.close()
        self.path.replace(self.target)
        with contextlib.suppress(OSError):
            self._journal.delete()
            self._note.unlink(missing_ok=True)
        sync_folder(self.target.parent)

    def _read(self) -> ByteSet:
        """What the list says is there, as far as the file reaches; without a list, the file as it is."""
        try:
            length = self.path.stat().st_size
            found = self._journal.read()
        except OSError:
            return ByteSet()
        if found is None:               # begun by an older Consort, which wrote from the first byte to the last
            return ByteSet([Stretch(0, length)])
        return ByteSet(Stretch(one.start, min(one.end, length)) for one in found)


def sha256_of(path: Path, at: Callable[[int], None] = lambda done: None,
              stopped: Callable[[], bool] = lambda: False) -> str:
    """The checksum of a file as hexadecimal digits; `at` hears the bytes read. An empty text if `stopped`."""
    digest = hashlib.sha256()
    done = 0
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            if stopped():
                return ""
            digest.update(block)
            done += len(block)
            at(done)
    return digest.hexdigest()
