"""What is installed: `models/installed.json`, replaced in one step at every change.

It does not fetch, and it does not delete models.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import msgspec

from router.errors import UserFacingError
from router.library.durable import write_durably
from router.library.header import ModelFacts
from router.model_views import CheckView
from specialists.manifest import Manifest

VERSION = 1


@dataclass(frozen=True)
class InstalledFile:
    """A further file of a model, beside it: a projector, a part, a voice's configuration. size in bytes; modified as
    in InstalledModel."""

    name: str
    size: int
    sha256: str
    modified: float = 0.0


@dataclass(frozen=True)
class InstalledModel:
    """One model on disk. size in bytes; `source` is hub, index or import; installed_at in seconds since the epoch.

    `manifest` is kept for models that no catalogue describes. facts: what its header says; None: nobody has looked yet.
    companions: its further files, in its folder. quantisation: which variant, empty for the usual one. check: what its
    check before first use showed; None: not checked. modified: of a file of the person's own, when it was last changed
    as its checksum was taken; 0: a file of Consort's, which nobody changes.
    """

    id: str
    path: Path
    size: int
    sha256: str
    source: str
    commit: str = ""
    installed_at: float = 0.0
    manifest: Manifest | None = None
    facts: ModelFacts | None = None
    companions: tuple[InstalledFile, ...] = ()
    quantisation: str = ""
    check: CheckView | None = None
    modified: float = 0.0

    @property
    def is_there(self) -> bool:
        """Do all of its files exist as they were noted? (Their checksums are `Library.verify`'s question.)"""
        return self.trouble == ""

    @property
    def trouble(self) -> Literal["", "missing", "changed"]:
        """What a look from outside shows: a file has gone, or its size or (the person's own) its time is another."""
        times = (self.modified, *(one.modified for one in self.companions))
        for (path, size), modified in zip(self.files, times, strict=True):
            try:
                found = path.stat()
            except OSError:
                return "missing"
            if found.st_size != size or (modified and found.st_mtime != modified):
                return "changed"
        return ""

    @property
    def files(self) -> tuple[tuple[Path, int], ...]:
        """Where each of its files lies, the model first, with the bytes it should have."""
        return (self.path, self.size), *((self.path.with_name(one.name), one.size) for one in self.companions)

    @property
    def size_in_all(self) -> int:
        """Bytes of all of its files."""
        return sum(size for _, size in self.files)


@dataclass(frozen=True)
class _Entry:
    """As written: paths inside the models folder are relative, so that the folder may be moved."""

    path: str
    size: int
    sha256: str
    source: str
    commit: str = ""
    installed_at: float = 0.0
    manifest: Manifest | None = None
    facts: ModelFacts | None = None
    companions: tuple[InstalledFile, ...] = ()
    quantisation: str = ""
    check: CheckView | None = None
    modified: float = 0.0


@dataclass(frozen=True)
class _File:
    version: int = VERSION
    models: dict[str, _Entry] = field(default_factory=dict)


def read_record(path: Path) -> dict[str, InstalledModel]:
    """Id → model, also of those whose file has gone. Raises UserFacingError for a record that cannot be used."""
    try:
        content = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return {}
    except (OSError, msgspec.DecodeError) as error:
        raise UserFacingError(f"The list of installed models cannot be read ({path}).",
                              "Move that file away and install the models again; nothing else is lost.") from error
    if content.version > VERSION:
        raise UserFacingError("The list of installed models was written by a newer Consort.",
                              "Start the newer version, or use another data folder with --data-dir.")
    return {name: InstalledModel(name, path.parent / one.path, one.size, one.sha256, one.source, one.commit,
                                 one.installed_at, one.manifest, one.facts, one.companions, one.quantisation, one.check,
                                 one.modified)
            for name, one in content.models.items()}


def write_record(path: Path, models: dict[str, InstalledModel]) -> None:
    """Replace the record. Raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    content = _File(models={
        name: _Entry(_portable(one.path, path.parent), one.size, one.sha256, one.source, one.commit, one.installed_at,
                     one.manifest, one.facts, one.companions, one.quantisation, one.check, one.modified)
        for name, one in models.items()})
    write_durably(path, msgspec.json.format(msgspec.json.encode(content)))


def _portable(path: Path, folder: Path) -> str:
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else str(path)
