"""What HTTP says about parts of files (RFC 9110, sections 10, 13 and 14), as pure functions."""

from __future__ import annotations

import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime

from router.library.byte_set import Stretch
from router.library.partial import Identity
from router.library.sources import SourceFailed

_NUMBER = re.compile(r"[0-9]{1,18}")        # no file is larger, and no server's number is believed blindly
_CONTENT_RANGE = re.compile(r"bytes ([0-9]{1,18})-([0-9]{1,18})/([0-9]{1,18}|\*)")
_REFUSALS = {401: "it wants a sign-in for this file", 403: "it does not give this file to everybody",
             404: "it does not have this file", 410: "it does not have this file any more"}


class Interrupted(Exception):
    """It did not work this time; trying again may help. `wait`: seconds the server asked for.

    trouble: the server answered, but could not serve; else it is the way to it that broke.
    """

    def __init__(self, text: str, wait: float = 0.0, *, trouble: bool = False) -> None:
        super().__init__(text)
        self.wait = wait
        self.trouble = trouble


class Changed(Exception):
    """The server has another version of the file now; bytes of the one before are of no use."""


@dataclass(frozen=True)
class Answer:
    """How to use a body: its first byte is byte `start` of the file.

    size: of the whole file in bytes, 0 unknown. in_parts: the server serves ranges. Without a body (`has_body`) there
    is nothing to read in this answer.
    """

    start: int = 0
    size: int = 0
    etag: str = ""
    in_parts: bool = False
    has_body: bool = True


def request_headers(wanted: Stretch, identity: Identity, url: str, *, begun: bool) -> dict[str, str]:
    """Ask for `wanted`; once `begun`, only if the version is the same, where this server named one (strong ETag).

    A stretch with the end 0 goes on for ever.
    """
    if wanted.start == 0 and identity.size and wanted.end == identity.size:
        return {}
    last = "" if wanted.end in (0, identity.size) else wanted.end - 1
    asked = {"Range": f"bytes={wanted.start}-{last}"}
    if begun and identity.etag.startswith('"') and identity.url == url:
        asked["If-Range"] = identity.etag
    return asked


def read_answer(status: int, headers: Mapping[str, str], wanted: Stretch, identity: Identity, url: str) -> Answer:
    """What the status line and headers mean when `wanted` was asked for.

    Raises SourceFailed when the server will not serve, Interrupted when it may next time, Changed.
    """
    etag = headers.get("etag", "")
    changed = bool(identity.etag and etag and etag != identity.etag and identity.url == url)
    if status == 206:
        found = _CONTENT_RANGE.fullmatch(headers.get("content-range", "").strip())
        if found is None or int(found[1]) != wanted.start:
            raise SourceFailed("it answered with a different part of the file than was asked for")
        if changed:
            raise Changed
        return Answer(wanted.start, _agreed(0 if found[3] == "*" else int(found[3]), identity), etag, in_parts=True)
    if status == 200:
        if changed:
            raise Changed
        return Answer(0, _agreed(_number(headers.get("content-length", "")), identity), etag)
    if status == 416:
        return _nothing_there(headers, wanted, identity)
    if status in (408, 425, 429) or status >= 500:
        raise Interrupted(f"the server is in trouble (HTTP {status})", seconds_asked(headers.get("retry-after", "")),
                          trouble=True)
    raise SourceFailed(_REFUSALS.get(status, f"it answered with HTTP {status}"))


def seconds_asked(retry_after: str, now: float | None = None) -> float:
    """A Retry-After header in seconds from now; it holds seconds or a date. What makes no sense asks for nothing."""
    if seconds := _number(retry_after.strip()):
        return float(seconds)
    try:
        then = parsedate_to_datetime(retry_after).timestamp()
    except (ValueError, TypeError, OverflowError):
        return 0.0
    return max(then - (time.time() if now is None else now), 0.0)


def _nothing_there(headers: Mapping[str, str], wanted: Stretch, identity: Identity) -> Answer:
    """416: no byte lies behind those that are here. Either this is the whole file, or they belong to another one."""
    whole = _number(headers.get("content-range", "").removeprefix("bytes */").strip())
    size = _agreed(whole, identity) or wanted.start
    if size != wanted.start:
        raise Changed
    return Answer(wanted.start, size, has_body=False)


def _number(text: str) -> int:
    """A number as servers write them; 0 for anything else."""
    return int(text) if _NUMBER.fullmatch(text) else 0


def _agreed(size: int, identity: Identity) -> int:
    if size and identity.size and size != identity.size:
        raise SourceFailed("its file has another size than the one that was promised")
    return size or identity.size
