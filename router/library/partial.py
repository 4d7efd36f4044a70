"""A file that is not finished: its bytes in `<name>.partial`, what they are meant to become in `<name>.partial.json`.

The identity does not depend on an address: the same sha256 and size may go on from another server. Bytes that belong
to something else are never added to. It does not know the network.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import msgspec

BLOCK = 1 << 20


@dataclass(frozen=True)
class Identity:
    """What the bytes are part of. `etag` is what the server at `url` called this version; size in bytes, 0 unknown."""

    sha256: str
    size: int = 0
    etag: str = ""
    url: str = ""


class Partial:
    """The unfinished file of `target`."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.path = target.with_name(target.name + ".partial")
        self._note = target.with_name(target.name + ".partial.json")

    @property
    def size(self) -> int:
        """Bytes on disk."""
        try:
            return self.path.stat().st_size
        except OSError:
            return 0

    def identity(self) -> Identity | None:
        """What was noted, None when there is no note that can be read."""
        try:
            return msgspec.json.decode(self._note.read_bytes(), type=Identity)
        except (OSError, msgspec.DecodeError):
            return None

    def begin(self, wanted: Identity) -> Identity:
        """Go on with the bytes that are there if they belong to `wanted`, else start clean. Raises OSError."""
        noted = self.identity()
        fits = noted is not None and noted.sha256 == wanted.sha256 and (
            not noted.size or not wanted.size or noted.size == wanted.size)
        size = wanted.size or (noted.size if noted and fits else 0)
        if not fits or noted is None or (size and self.size > size):
            self.discard()
            noted = wanted
        self.target.parent.mkdir(parents=True, exist_ok=True)
        return self.note(replace(noted, size=size))

    def note(self, identity: Identity) -> Identity:
        """Write down what the bytes are meant to become. Raises OSError."""
        if identity != self.identity():
            write_durably(self._note, msgspec.json.encode(identity))
        return identity

    def discard(self) -> None:
        """Forget the bytes."""
        self.path.unlink(missing_ok=True)
        self._note.unlink(missing_ok=True)

    def finish(self) -> None:
        """The bytes were checked: they become the target, durably. Raises OSError."""
        with self.path.open("rb+") as file:
            os.fsync(file.fileno())
        self.path.replace(self.target)
        self._note.unlink(missing_ok=True)
        sync_folder(self.target.parent)


def write_durably(path: Path, content: bytes) -> None:
    """Replace `path` in one step: after a crash it holds the old or the new content, never a mixture."""
    temporary = path.with_name(path.name + ".new")
    with temporary.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in `folder` durable. Windows cannot open folders and does not need it."""
    if os.name != "nt":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


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
