"""Which files lie below a folder that was added, and which of them changed. It reads names, sizes and times only.

Left out: what is hidden (a leading dot), folders that programs fill (`SKIPPED`), what the person's patterns name, links
that lead out of the folder, and everything that is not a plain file.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from itertools import islice
from pathlib import Path

SKIPPED = frozenset({"node_modules", "__pycache__", "site-packages", "venv", "target", "build", "dist"})
MOST_FILES = 200_000        # below one folder; whoever adds the whole disk gets a sentence, not a day of work


@dataclass(frozen=True)
class SeenFile:
    """A file as the disk shows it. size in bytes; changed: seconds since the epoch."""

    path: str
    size: int
    changed: float


@dataclass(frozen=True)
class Seen:
    """missing: the root itself is not there, so nothing is known of its files. too_many: the walk ended early."""

    files: tuple[SeenFile, ...] = ()
    missing: bool = False
    too_many: bool = False


def walk(root: str, ignored: Sequence[str]) -> Seen:
    """All files of `root` (a file or a folder), sorted by path. Folders that may not be read are left out."""
    place = Path(root)
    try:
        found = place.stat()
        inside = place.resolve()
    except OSError:
        return Seen(missing=True)
    if stat.S_ISREG(found.st_mode):
        return Seen((SeenFile(root, found.st_size, found.st_mtime),))
    files = tuple(islice(_below(place, "", inside, tuple(ignored)), MOST_FILES + 1))
    return Seen(tuple(sorted(files[:MOST_FILES], key=lambda one: one.path)), too_many=len(files) > MOST_FILES)


def _below(folder: Path, relative: str, inside: Path, ignored: tuple[str, ...]) -> Iterator[SeenFile]:
    """relative: where `folder` lies in the root, with slashes. inside: the root without links."""
    try:
        entries = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:
        return
    for entry in entries:
        here = f"{relative}{entry.name}"
        if left_out(here, ignored):
            continue
        path = folder / entry.name
        try:
            if entry.is_dir(follow_symlinks=False):
                if entry.name not in SKIPPED:
                    yield from _below(path, f"{here}/", inside, ignored)
                continue
            found = path.stat()
            if stat.S_ISREG(found.st_mode) and (not entry.is_symlink() or path.resolve().is_relative_to(inside)):
                yield SeenFile(str(path), found.st_size, found.st_mtime)
        except OSError:
            continue


def left_out(relative: str, ignored: Sequence[str]) -> bool:
    """Is the file or folder hidden, or named by a pattern? A pattern is compared with the name and with the path below
    the root, which is written with slashes."""
    name = relative.rpartition("/")[2]
    return name.startswith(".") or any(fnmatch(name, pattern) or fnmatch(relative, pattern) for pattern in ignored)
