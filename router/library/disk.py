"""Is there room? Free space is asked before a download and while it runs; a full disk is said in numbers."""

from __future__ import annotations

import errno
import shutil
from pathlib import Path

from router.errors import UserFacingError

RESERVE = 200_000_000     # bytes left to the rest of the system: a disk filled to the last byte breaks other programs


class NotEnoughRoom(UserFacingError):
    """The disk is full, or would be: what is already fetched is kept, and can go on when there is room."""


def free_bytes(folder: Path) -> int:
    """Bytes that can still be written below `folder` (or its nearest parent that exists)."""
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free


def require_room(needed: int, free: int, folder: Path) -> None:
    """Raises NotEnoughRoom when `needed` more bytes would leave less than the reserve of `free`."""
    if needed + RESERVE > free:
        raise NotEnoughRoom(
            f"There is not enough room on the disk: {gigabytes(needed + RESERVE)} are needed in {folder}, "
            f"{gigabytes(free)} are free.",
            "Make room or choose another data folder, then go on: what is already fetched is kept.")


def is_disk_full(error: OSError) -> bool:
    """Did writing fail for want of space or of quota?"""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


def gigabytes(size: int) -> str:
    """A size as people say it: 98 MB, 1.12 GB (powers of ten)."""
    return f"{size / 1e9:.2f} GB" if size >= 1e9 else f"{max(size, 0) / 1e6:.0f} MB"
