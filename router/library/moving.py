"""The models folder copied to another place, each file checked there before it gets its name; then the old one deleted.

A file that bears its name in the new folder is whole, so whoever begins again goes on. On the same disk nothing is
copied: the files get a second name there. Only what was copied is deleted, never a folder as it stands.
Which folder counts is not decided here (`router.library.location`).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Callable
from pathlib import Path

from router.errors import UserFacingError
from router.library.disk import RESERVE, gigabytes
from router.library.durable import sync_folder
from router.library.partial import BLOCK, sha256_of

ENDING = ".moving"          # of a file that is being copied
Link = Callable[[Path, Path], None]


class Stopped(Exception):
    """The person has stopped it; what is copied stays."""


def require_target(old: Path, new: Path, going_on: bool) -> None:
    """May the models be kept in `new`? going_on: a move to there was begun before. Raises UserFacingError."""
    if new == old:
        raise UserFacingError(f"The models are in {old} already.")
    if new.is_relative_to(old) or old.is_relative_to(new):
        raise UserFacingError(f"The models cannot be moved from {old} to {new}: one lies inside the other.",
                              "Choose a folder of its own.")
    try:
        if new.exists() and not new.is_dir():
            raise UserFacingError(f"{new} is not a folder.", "Choose a folder of its own.")
        if not going_on and new.exists() and any(new.iterdir()):
            raise UserFacingError(f"There are other files in {new}.",
                                  f"Choose an empty or a new folder, for example {new / 'consort-models'}.")
        new.mkdir(parents=True, exist_ok=True)
        probe = new / f"probe{ENDING}"
        probe.write_bytes(b"consort")
        probe.unlink()
    except OSError as error:
        raise UserFacingError(f"The folder {new} cannot be used ({error.strerror or error}).",
                              "Choose another one.") from error


def files_in(folder: Path) -> list[Path]:
    """All files below, relative; links count as files. The lists of models (*.json at the top) come last."""
    found = [Path(place, name).relative_to(folder) for place, folders, files in os.walk(folder)
             for name in (*files, *(one for one in folders if Path(place, one).is_symlink()))]
    return sorted(found, key=lambda path: (len(path.parts) == 1, path))


def bytes_to_copy(old: Path, new: Path) -> int:
    """What is not in the new folder yet; 0 on the same disk, where files only get a second name."""
    if old.stat().st_dev == new.stat().st_dev:
        return 0
    return sum((old / path).lstat().st_size - _begun(new / path)
               for path in files_in(old) if not _whole(old / path, new / path))


def copy_all(old: Path, new: Path, free: Callable[[Path], int], at: Callable[[int, int], None],
             stopped: Callable[[], bool], link: Link = os.link) -> None:
    """Have every file of `old` in `new` too, checked. at(bytes copied and checked, twice the bytes in all).

    Raises UserFacingError, OSError or Stopped; what is in `new` by then stays.
    """
    needed, room = bytes_to_copy(old, new), free(new)
    if needed and needed + RESERVE > room:
        raise UserFacingError(f"There is not enough room in {new}: {gigabytes(needed + RESERVE)} are needed, "
                              f"{gigabytes(room)} are free.", "Make room there, or choose another disk.")
    files = files_in(old)
    sizes = [(old / path).lstat().st_size for path in files]
    total, done = 2 * sum(sizes), 0
    at(0, total)
    for path, size in zip(files, sizes, strict=True):
        before = done

        def moved(more: int, before: int = before) -> None:
            at(before + more, total)

        _copy(old / path, new / path, moved, stopped, link)
        done += 2 * size
        at(done, total)


def delete_copied(old: Path, new: Path) -> None:
    """Delete from `old` what lies whole in `new`, and the folders that are empty then. What is open stays for later."""
    for path in files_in(old):
        if _whole(old / path, new / path) or (_is_list(path) and (new / path).exists()):
            with contextlib.suppress(OSError):
                (old / path).unlink()
    delete_empty(old)


def delete_copies(old: Path, new: Path) -> None:
    """A move is given up: delete from `new` what was copied there from `old`."""
    for path in files_in(old):
        for copy in (new / path, (new / path).with_name(path.name + ENDING)):
            with contextlib.suppress(OSError):
                copy.unlink()
    delete_empty(new)


def delete_empty(folder: Path) -> None:
    """The folder and those below it, as far as nothing is left in them."""
    for place, _, _ in os.walk(folder, topdown=False):
        with contextlib.suppress(OSError):
            Path(place).rmdir()


def _copy(source: Path, target: Path, moved: Callable[[int], None], stopped: Callable[[], bool], link: Link) -> None:
    if _whole(source, target) and not _is_list(source):
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished, begun = target.with_name(target.name + ENDING), _begun(target)
    if source.is_symlink():
        unfinished.unlink(missing_ok=True)
        unfinished.symlink_to(source.resolve())
    elif unfinished.exists() or not _linked(source, unfinished, link):
        same = _checked(source, unfinished, begun, moved, stopped)
        if not same and begun:                  # a power cut may have spoilt the beginning
            same = _checked(source, unfinished, 0, moved, stopped)
        if not same:
            unfinished.unlink()
            raise UserFacingError(f"What was written to {target.parent} is not what was read back, so the models stay "
                                  "where they are.", "Check that disk, or choose another one.")
    unfinished.replace(target)
    sync_folder(target.parent)


def _checked(source: Path, target: Path, begun: int, moved: Callable[[int], None], stopped: Callable[[], bool]) -> bool:
    """Copy, then read back: is it the same? begun: bytes of the target that are there from an earlier try."""
    size = source.stat().st_size
    sha256 = _copied(source, target, begun, moved, stopped)
    same = sha256_of(target, lambda done: moved(size + done), stopped) == sha256
    if stopped():
        raise Stopped
    return same


def _linked(source: Path, target: Path, link: Link) -> bool:
    """A second name for the same bytes, where both are on one disk. The lists are copied: they are written anew."""
    try:
        if _is_list(source) or source.stat().st_dev != target.parent.stat().st_dev:
            return False
        link(source, target)
    except OSError:
        return False
    return True


def _copied(source: Path, target: Path, begun: int, moved: Callable[[int], None], stopped: Callable[[], bool]) -> str:
    """Copy, down to the disk itself, what comes after the bytes that are there; the checksum of all that was read."""
    digest, done = hashlib.sha256(), 0
    with source.open("rb") as read, target.open("r+b" if begun else "wb") as written:
        while block := read.read(BLOCK):
            if stopped():
                raise Stopped
            digest.update(block)
            if done + len(block) > begun:
                written.seek(done)
                written.write(block)
            done += len(block)
            moved(done)
        written.truncate(done)
        written.flush()
        os.fsync(written.fileno())
        if hasattr(os, "posix_fadvise"):        # so that it is read back from the disk, not from memory
            os.posix_fadvise(written.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    return digest.hexdigest()


def _begun(target: Path) -> int:
    """Bytes of it that an earlier try has copied."""
    try:
        return target.with_name(target.name + ENDING).lstat().st_size
    except OSError:
        return 0


def _is_list(path: Path) -> bool:
    return path.suffix == ".json"


def _whole(source: Path, target: Path) -> bool:
    """Is there a file of that name and size? It got its name only after it was checked."""
    try:
        return source.lstat().st_size == target.lstat().st_size if not source.is_symlink() else target.is_symlink()
    except OSError:
        return False
