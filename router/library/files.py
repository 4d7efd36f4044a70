"""Which files a specialist is made of, in the order they are fetched: its model, then what it needs beside it. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from router.library.sources import SourceFailed
from specialists.manifest import Companion, HubSource, Manifest


@dataclass(frozen=True)
class WantedFile:
    """One file to fetch. `source` is where the Hub has it; size in bytes, 0, and sha256, empty, when only it knows."""

    name: str
    source: HubSource
    size: int = 0
    sha256: str = ""


def files_on_the_hub(manifest: Manifest, source: HubSource) -> tuple[WantedFile, ...]:
    """All files of the manifest as they lie in its repository; a companion lies beside the model unless it says where.

    Raises SourceFailed when two of them have one name.
    """
    model = WantedFile(manifest.file_name, source, manifest.size, manifest.sha256)
    files = (model, *(WantedFile(one.file_name, _beside(source, one), one.size, one.sha256)
                      for one in manifest.companions))
    if len({file.name.lower() for file in files}) < len(files):
        raise SourceFailed("two of its files have the same name")
    return files


def size_in_all(manifest: Manifest) -> int:
    """Bytes of the model and its companions; 0 when one of them is not known."""
    sizes = (manifest.size, *(one.size for one in manifest.companions))
    return sum(sizes) if all(sizes) else 0


def _beside(source: HubSource, companion: Companion) -> HubSource:
    path = companion.file or str(PurePosixPath(source.file).with_name(companion.file_name))
    return replace(source, file=path)
