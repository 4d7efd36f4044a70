"""One file from one address to one path: resumed, retried, checked.

Our own rather than huggingface_hub's, which since 1.18 deletes what it has when it fails. The state is on disk
(`router.library.partial`), so quitting, a crash, a pause or a cut line all go on where they were. Cancelling is the
pause. The checksum is taken from the disk, after the last byte and before the file gets its name.
It does not know catalogues or sources.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from router.errors import UserFacingError
from router.library.checking import checksum, silent
from router.library.disk import free_bytes, gigabytes, is_disk_full, require_room
from router.library.network import Patience, Route, open_client
from router.library.partial import Identity, Partial
from router.library.progress import Progress, Tell
from router.library.ranges import Answer, Interrupted, read_answer, request_headers
from router.library.sources import SourceFailed

if TYPE_CHECKING:
    import httpx2

FLUSH = 1 << 20                 # bytes gathered before one write in a thread
PROGRESS = 64 << 10             # bytes that make a request worth its while; fewer count as a failure
ROOM_EVERY = 64 << 20           # bytes between two looks at the free space


async def download(url: str, target: Path, *, sha256: str, size: int = 0, headers: dict[str, str] | None = None,
                   tell: Tell = silent, tell_check: Tell = silent, patience: Patience = Patience(),  # noqa: B008
                   route: Route = Route(), free: Callable[[Path], int] = free_bytes) -> None:  # noqa: B008
    """Fetch `url` into `target`; return once its bytes have the checksum `sha256` and `size` (0: unknown).

    headers go to the first host only. tell(done, total, bytes per second) while fetching, tell_check while checking.
    Raises SourceFailed (the server cannot serve; what is there is kept), UserFacingError (the disk is full or cannot be
    written) and CancelledError (paused; what is there is kept).
    """
    partial = Partial(target)
    try:
        if await is_there(target, sha256, tell_check):
            return
        identity = partial.begin(Identity(sha256, size, url=url))
        resumed = partial.size > 0
        await _fetch(partial, identity, url, headers or {}, tell, patience, route, free)
        if await checksum(partial.path, tell_check) != sha256:
            partial.discard()
            if not resumed:
                raise SourceFailed("the file that arrived is not the one that was promised (its checksum is wrong), "
                                   "so it was deleted")
            # Bytes of an earlier run may have been spoilt on disk: one clean try tells whether the server is at fault.
            await download(url, target, sha256=sha256, size=size, headers=headers, tell=tell, tell_check=tell_check,
                           patience=patience, route=route, free=free)
            return
        partial.finish()
    except OSError as error:
        raise cannot_write(error, target.parent, free) from error


async def is_there(target: Path, sha256: str, tell: Tell) -> bool:
    """Did an earlier run, that came no further, fetch the file? One that is not right is deleted. Raises OSError."""
    if not await asyncio.to_thread(target.exists):
        return False
    if await checksum(target, tell) == sha256:
        return True
    await asyncio.to_thread(target.unlink)
    return False


async def _fetch(partial: Partial, identity: Identity, url: str, headers: dict[str, str], tell: Tell,
                 patience: Patience, route: Route, free: Callable[[Path], int]) -> None:
    """Bring the partial file to its full length, over as many requests as it takes."""
    progress = Progress(tell, identity.size)
    progress.start_at(partial.size)
    failures = 0
    async with open_client(patience, route) as client:
        while not identity.size or partial.size < identity.size:
            before = partial.size
            try:
                identity = await _request(client, partial, identity, url, headers, progress, free)
                if identity.size and partial.size == identity.size:
                    break
                raise Interrupted("the connection ended too early")
            except Interrupted as stumble:
                failures = 0 if partial.size - before >= PROGRESS else failures + 1
                if failures >= patience.tries:
                    raise SourceFailed(str(stumble)) from stumble
                pause = min(patience.pause * 2 ** max(failures - 1, 0), patience.longest_pause)
                await asyncio.sleep(max(pause, min(stumble.wait, patience.longest_pause)))
    progress.end()


async def _request(client: httpx2.AsyncClient, partial: Partial, identity: Identity, url: str, headers: dict[str, str],
                   progress: Progress, free: Callable[[Path], int]) -> Identity:
    """One request and what it brings. Raises Interrupted when trying again may help."""
    import httpx2

    try:
        asked = request_headers(partial.size, identity, url)
        async with client.stream("GET", url, headers={**headers, **asked}) as response:
            answer = read_answer(response.status_code, response.headers, partial.size, identity, url)
            if answer.restart:
                partial.discard()
            identity = partial.note(replace(identity, size=answer.size or identity.size, etag=answer.etag, url=url))
            progress.total = identity.size
            if not answer.has_body:
                return identity
            left = identity.size - partial.size
            require_room(left, free(partial.path.parent), partial.path.parent)
            with partial.path.open("ab") as file:
                await _write(response, file, answer, partial.size, progress, lambda left: require_room(
                    left, free(partial.path.parent), partial.path.parent))
    except httpx2.ConnectError as error:
        trusted = "certificate" not in str(error).lower()
        raise _unreachable(progress.done, "could not be reached" if trusted
                           else "has a certificate that could not be verified") from error
    except httpx2.ConnectTimeout as error:
        raise _unreachable(progress.done, "did not answer") from error
    except httpx2.TimeoutException as error:
        raise Interrupted("the server stopped sending") from error
    except (httpx2.TransportError, httpx2.StreamError) as error:
        raise Interrupted("the connection was cut") from error
    except (httpx2.TooManyRedirects, httpx2.InvalidURL) as error:
        raise SourceFailed("its address leads nowhere") from error
    return identity


def _unreachable(done: int, words: str) -> Exception:
    """Nobody there: fatal before the first byte (another source is tried at once), a stumble in the middle."""
    return Interrupted(f"the server {words}") if done else SourceFailed(f"the server {words}")


async def _write(response: httpx2.Response, file: BinaryIO, answer: Answer, at: int, progress: Progress,
                 check_room: Callable[[int], None]) -> None:
    """Append the body to `file`. Never more than the size promised. What was received is written even when cut."""
    skip, gathered, looked = answer.skip, bytearray(), at
    written = at
    try:
        async for chunk in response.aiter_raw():
            if skip:
                skip, chunk = max(skip - len(chunk), 0), chunk[skip:]
            gathered += chunk
            if progress.total and written + len(gathered) > progress.total:
                gathered.clear()
                raise SourceFailed("the server sent more than the file's size")
            progress.at(written + len(gathered))
            if len(gathered) >= FLUSH:
                block, gathered = bytes(gathered), bytearray()
                written += len(block)
                await asyncio.to_thread(file.write, block)
                if written - looked >= ROOM_EVERY:
                    looked = written
                    check_room(progress.total - written)
    finally:
        file.write(gathered)


def cannot_write(error: OSError, folder: Path, free: Callable[[Path], int]) -> UserFacingError:
    """Why the disk refused, as a sentence."""
    if is_disk_full(error):
        return UserFacingError(f"The disk is full: {gigabytes(free(folder))} are left in {folder}.",
                               "Make room and go on: what is already fetched is kept.")
    return UserFacingError(f"Consort cannot write in {folder} ({error.strerror or error}).",
                           "Check that the folder may be written, or choose another with --data-dir.")
