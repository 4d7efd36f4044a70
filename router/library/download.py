"""One file from one address to one path: in parts, resumed, retried, checked.

Our own rather than huggingface_hub's, which since 1.18 deletes what it has when it fails. The state is on disk
(`router.library.partial`), so quitting, a crash, a pause or a cut line all go on where they were. Cancelling is the
pause. The checksum is taken from the disk, and before the file gets its name.
It does not know catalogues or sources.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
from collections.abc import Callable
from dataclasses import replace
from functools import partial as bound
from pathlib import Path

from router.errors import UserFacingError
from router.library.beside import beside, told_here
from router.library.checking import checksum
from router.library.connections import Connections
from router.library.disk import NotEnoughRoom, gigabytes, is_disk_full
from router.library.following import Following
from router.library.line import Line
from router.library.partial import Identity, Partial
from router.library.progress import Moved, Phase
from router.library.ranges import Changed
from router.library.sources import Found, SourceFailed
from router.library.streams import Streams

MOST_CHANGES = 2        # times that a new ETag is believed: mirrors disagree about them, the checksum decides anyway


def unmoved(phase: Phase, done: int, total: int, bytes_per_second: float) -> None:
    """For those who do not want to hear of progress."""


async def download(found: Found, target: Path, line: Line, moved: Moved = unmoved) -> None:
    """Fetch what was `found` into `target`; return once its bytes have the checksum and size that were promised.

    moved hears the phases fetching, waiting (for the network, or as long as the server asked) and checking.
    Raises SourceFailed (the server cannot serve; what is there is kept), UserFacingError (the disk is full or cannot be
    written) and CancelledError (paused; what is there is kept).
    """
    here = replace(line, note=told_here(line.note))
    try:
        if not await is_there(target, found.sha256, moved):
            await beside(bound(_download, found, target, here, told_here(moved)))
    except OSError as error:
        raise cannot_write(error, target.parent, line.free) from error


async def is_there(target: Path, sha256: str, moved: Moved) -> bool:
    """Did an earlier run, that came no further, fetch the file? One that is not right is deleted. Raises OSError."""
    if not await asyncio.to_thread(target.exists):
        return False
    if await checksum(target, bound(moved, "checking")) == sha256:
        return True
    await asyncio.to_thread(target.unlink)
    return False


async def _download(found: Found, target: Path, line: Line, moved: Moved) -> None:
    changes, damaged = 0, False
    while True:
        partial = Partial(target)
        try:
            sha256 = await _fetch(found, partial, line, moved, heed_etag=changes < MOST_CHANGES)
        except Changed as error:
            partial.discard()
            changes += 1
            if changes > MOST_CHANGES:
                raise SourceFailed("its file changes again and again") from error
            line.note(f"{target.name} has changed on the server, so it is fetched from the beginning.")
            continue
        if sha256 == found.sha256:
            await asyncio.to_thread(partial.finish)
            return
        partial.discard()
        if damaged:
            raise SourceFailed("the file that arrived is not the one that was promised (its checksum is wrong), "
                               "so it was deleted")
        damaged = True      # spoilt on the way or on the disk: one clean try tells whether the server is at fault
        line.note(f"{target.name} did not arrive as it was promised (its checksum is wrong): it was deleted and is "
                  "fetched once more.")


async def _fetch(found: Found, partial: Partial, line: Line, moved: Moved, *, heed_etag: bool) -> str:
    """Bring the partial file to its full length; the sha256 of what is then on disk."""
    identity, outdated = partial.begin(Identity(found.sha256, found.size, url=found.url))
    if outdated:
        line.note(f"Another version of {partial.target.name} is offered now, so it is fetched from the beginning.")
    following = Following(partial.path, lambda: partial.finished.front)
    follow = asyncio.create_task(following.follow())
    try:
        if not identity.size or partial.finished.size < identity.size:
            connections = Connections(line.patience, line.route)
            try:
                await Streams(connections, found, partial, identity, line, following, moved, heed_etag=heed_etag).run()
            finally:
                connections.close()
        follow.cancel()
        (outcome,) = await asyncio.gather(follow, return_exceptions=True)
        if isinstance(outcome, OSError):
            raise outcome
        sha256, _ = await asyncio.gather(following.finish(moved), asyncio.to_thread(partial.close))
        return sha256
    finally:
        follow.cancel()
        await asyncio.gather(follow, return_exceptions=True)
        with contextlib.suppress(OSError):      # a full disk: what was noted while writing holds
            partial.close()


def cannot_write(error: OSError, folder: Path, free: Callable[[Path], int]) -> UserFacingError:
    """Why the disk refused, as a sentence."""
    if is_disk_full(error):
        return NotEnoughRoom(f"The disk is full: {gigabytes(free(folder))} are left in {folder}.",
                             "Make room and go on: what is already fetched is kept.")
    if error.errno == errno.EFBIG:
        return UserFacingError(f"The disk with {folder} takes no file as large as this one.",
                               "Keep the models on another disk: consort models move FOLDER")
    return UserFacingError(f"Consort cannot write in {folder} ({error.strerror or error}).",
                           "Check that the folder may be written, or choose another with --data-dir.")
