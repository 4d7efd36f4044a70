"""Checked files take their place in a model's folder, and what an earlier version left there goes. Renames on one disk.

It does not know the record (`router.library.library` keeps it); it is told which files are in use.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterable
from pathlib import Path

from router.library.durable import sync_folder


def place(names: tuple[str, ...], unfinished: Path, folder: Path, version: str, in_use: set[Path]) -> Path:
    """Move the files `names` from `unfinished` into `folder`, or into `version` inside it where a file in use has one
    of the names. Returns the folder they lie in. Raises OSError."""
    if any(folder / name in in_use for name in names):
        folder = folder / version
    folder.mkdir(parents=True, exist_ok=True)
    for name in names:
        (unfinished / name).replace(folder / name)
    sync_folder(folder)
    return folder


def take_back(names: tuple[str, ...], folder: Path, unfinished: Path, in_use: set[Path]) -> None:
    """Files of `names` that lie in their place but were never recorded (a crash came between) are fetched again from
    there: they become unfinished, to be checked. Raises OSError."""
    for name in names:
        if folder / name not in in_use and (folder / name).is_file() and not (unfinished / name).exists():
            (folder / name).replace(unfinished / name)


def sweep(folder: Path, in_use: Iterable[Path]) -> int:
    """Delete every file below `folder` but those in use; bytes that became free. What is still open goes next time."""
    keep, freed = set(in_use), 0
    for path in [path for path in folder.rglob("*") if path.is_file() and path not in keep]:
        with contextlib.suppress(OSError):
            size = path.stat().st_size
            path.unlink()
            freed += size
    return freed


def delete_folder(folder: Path) -> int:
    """Delete a folder of ours, if there is one; bytes that became free. Raises OSError."""
    if not folder.exists():
        return 0
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    shutil.rmtree(folder)
    return size
