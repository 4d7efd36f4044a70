"""What HTTP says about parts of files (RFC 9110, sections 13 and 14), as pure functions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from router.library.partial import Identity
from router.library.sources import SourceFailed

_CONTENT_RANGE = re.compile(r"bytes (\d+)-\d+/(\d+|\*)")
_REFUSALS = {401: "it wants a sign-in for this file", 403: "it does not give this file to everybody",
             404: "it does not have this file", 410: "it does not have this file any more"}


class Interrupted(Exception):
    """It did not work this time; trying again may help. `wait`: seconds the server asked for."""

    def __init__(self, text: str, wait: float = 0.0) -> None:
        super().__init__(text)
        self.wait = wait


@dataclass(frozen=True)
class Answer:
    """How to use a body: drop its first `skip` bytes, or forget what is on disk first (`restart`).

    size: of the whole file in bytes, 0 unknown. Without a body (`has_body`) there is nothing to read in this answer.
    """

    skip: int = 0
    restart: bool = False
    size: int = 0
    etag: str = ""
    has_body: bool = True


def request_headers(have: int, identity: Identity, url: str) -> dict[str, str]:
    """Ask for what is missing; only if the version is still the same, where this server named one (strong ETag)."""
    if not have:
        return {}
    asked = {"Range": f"bytes={have}-"}
    if identity.etag.startswith('"') and identity.url == url:
        asked["If-Range"] = identity.etag
    return asked


def read_answer(status: int, headers: Mapping[str, str], have: int, identity: Identity, url: str) -> Answer:
    """What the status line and headers mean with `have` bytes on disk.

    Raises SourceFailed when the server will not serve, Interrupted when it may next time.
    """
    etag = headers.get("etag", "")
    if status == 206:
        found = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if found is None or int(found[1]) != have:
            raise SourceFailed("it answered with a different part of the file than was asked for")
        return Answer(size=_agreed(0 if found[2] == "*" else int(found[2]), identity), etag=etag)
    if status == 200:
        changed = bool(identity.etag and etag and etag != identity.etag and identity.url == url)
        length = headers.get("content-length", "")
        size = _agreed(int(length) if length.isdigit() else 0, identity)
        if not have or changed:
            return Answer(restart=True, size=size, etag=etag)
        return Answer(skip=have, size=size, etag=etag)       # it ignores Range: read over what is already here
    if status == 416:
        return _nothing_there(headers, have, identity)
    if status in (408, 425, 429) or status >= 500:
        wait = headers.get("retry-after", "")
        raise Interrupted(f"the server is in trouble (HTTP {status})", float(wait) if wait.isdigit() else 0.0)
    raise SourceFailed(_REFUSALS.get(status, f"it answered with HTTP {status}"))


def _nothing_there(headers: Mapping[str, str], have: int, identity: Identity) -> Answer:
    """416: no byte lies behind those that are here. Either this is the whole file, or they belong to another one."""
    whole = headers.get("content-range", "").removeprefix("bytes */").strip()
    size = _agreed(int(whole) if whole.isdigit() else 0, identity)
    return Answer(restart=size != have, size=size, has_body=False)


def _agreed(size: int, identity: Identity) -> int:
    if size and identity.size and size != identity.size:
        raise SourceFailed("its file has another size than the one that was promised")
    return size or identity.size
