"""The file of a kept state: what a model has read and written, so that nobody needs to have it read again.

    magic · version, length of the header · header (JSON) · tokens · digest of all this · body · digest of all above

The header says whose state it is (`Origin`) and how long each part is; the body is the engine's own. A file is written
under another name, brought to the disk and then renamed, so it is whole or not there. Reading refuses whatever is
doubtful with one exception, `BrokenPage`: the text is there to be read again. It knows no engine and does not decide
when to keep anything.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import os
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec

MAGIC = b"KeptPage"
VERSION = 1
_START = struct.Struct("<8sII")         # magic, version, length of the header; little-endian like all numbers here
DIGEST = 32                             # bytes of blake2b
MAX_HEADER = 2**16                      # bytes
MAX_TOKENS = 2**22                      # of the cache and of its answers; the longest contexts have 2**20
MAX_ANSWERS = 4096
MAX_BODY = 2**36                        # bytes
CHUNK = 2**23                           # bytes written between two looks at Stop
SAMPLES, SAMPLE, HEAD = 64, 4096, 2**20     # of a model file, for its fingerprint: how many, bytes of each, of its head


class BrokenPage(Exception):
    """The file is not a whole state of this model with these settings. The text is for the log."""


@dataclass(frozen=True)
class Origin:
    """Whose state it is; one that differs in anything is of no use.

    model: `fingerprint` of the file. context: tokens; models may turn positions differently for another length. cache:
    how the engine keeps its cache, in words. library: version of what computes. adapter: `fingerprint` of the one that
    is attached, and how strongly.
    """

    model: str
    architecture: str
    context: int
    cache: str
    library: str
    adapter: str = ""


@dataclass(frozen=True)
class Head:
    """What a file says before its body. answers: tokens of the answers among `tokens`, as they were sampled.

    digest: of all this. at: where the body begins; body: bytes of it.
    """

    path: str
    tokens: tuple[int, ...]
    answers: tuple[tuple[int, ...], ...]
    digest: bytes
    at: int
    body: int


class _Header(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    origin: Origin
    tokens: int
    answers: tuple[int, ...]
    body: int


def write_page(path: Path, origin: Origin, tokens: Sequence[int], answers: Sequence[Sequence[int]],
               body: bytes | bytearray, stopped: Callable[[], bool] = lambda: False) -> int:
    """Keep it at `path`, whole or not at all; how many bytes, 0 when it was stopped. Raises OSError."""
    header = msgspec.json.encode(_Header(origin, len(tokens), tuple(map(len, answers)), len(body)))
    numbers = [*tokens, *(token for answer in answers for token in answer)]
    head = _START.pack(MAGIC, VERSION, len(header)) + header + struct.pack(f"<{len(numbers)}I", *numbers)
    digest = hashlib.blake2b(head, digest_size=DIGEST)
    head += digest.digest()
    digest = hashlib.blake2b(head, digest_size=DIGEST)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600),
                       "wb") as file:
            file.write(head)
            view = memoryview(body)
            for begin in range(0, len(view), CHUNK):
                if stopped():
                    return 0
                file.write(view[begin:begin + CHUNK])
                digest.update(view[begin:begin + CHUNK])
            file.write(digest.digest())
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        return len(head) + len(body) + DIGEST
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)


def read_head(path: str | Path, origin: Origin) -> Head:
    """Everything before the body, checked. Raises BrokenPage, also when it is somebody else's or not there."""
    try:
        with Path(path).open("rb") as file:
            return _head(file, str(path), origin)
    except OSError as error:
        raise BrokenPage(str(error)) from error


def read_body(head: Head) -> bytearray:
    """The body, after all of the file was checked. Raises BrokenPage."""
    try:
        with Path(head.path).open("rb") as file:
            before = _exactly(file, head.at)
            if before[-DIGEST:] != head.digest:
                raise BrokenPage("another file than a moment ago")
            digest = hashlib.blake2b(before, digest_size=DIGEST)
            body = bytearray(head.body)
            if file.readinto(body) != head.body:
                raise BrokenPage("cut off")
            digest.update(body)
            if _exactly(file, DIGEST) != digest.digest() or file.read(1):
                raise BrokenPage("the checksum is wrong")
            return body
    except (OSError, MemoryError) as error:
        raise BrokenPage(str(error)) from error


def _head(file: BinaryIO, path: str, origin: Origin) -> Head:
    start = _exactly(file, _START.size)
    magic, version, length = _START.unpack(start)
    if magic != MAGIC or version != VERSION or length > MAX_HEADER:
        raise BrokenPage("not a page of this version")
    text = _exactly(file, length)
    try:
        header = msgspec.json.decode(text, type=_Header)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BrokenPage(f"its header cannot be read: {error}") from error
    counts = (header.tokens, *header.answers)
    if min(counts) < 0 or sum(counts) > MAX_TOKENS or len(counts) > MAX_ANSWERS or not 0 < header.body <= MAX_BODY:
        raise BrokenPage("its header has impossible numbers")
    if header.origin != origin:
        raise BrokenPage("the state of another model, or with other settings")
    numbers = _exactly(file, 4 * sum(counts))
    digest = _exactly(file, DIGEST)
    if digest != hashlib.blake2b(start + text + numbers, digest_size=DIGEST).digest():
        raise BrokenPage("the checksum of its tokens is wrong")
    at = file.tell()
    if os.fstat(file.fileno()).st_size != at + header.body + DIGEST:
        raise BrokenPage("not as long as it says")
    values = struct.unpack(f"<{sum(counts)}I", numbers)
    answers = tuple(values[begin:end] for begin, end in itertools.pairwise(itertools.accumulate(counts)))
    return Head(path, values[:header.tokens], answers, digest, at, header.body)


def _exactly(file: BinaryIO, length: int) -> bytes:
    data = file.read(length)
    if len(data) != length:
        raise BrokenPage("cut off")
    return data


def fingerprint(path: str | Path) -> str:
    """Tells model files apart without reading gigabytes: a digest of the length, the first megabyte (names, settings,
    vocabulary) and SAMPLES stretches of the weights. Not of name, place or date. Empty when it cannot be read.
    """
    try:
        with Path(path).open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            digest = hashlib.blake2b(str(size).encode(), digest_size=16)
            file.seek(0)
            digest.update(file.read(HEAD))
            for number in range(SAMPLES):
                file.seek(size * number // SAMPLES)
                digest.update(file.read(SAMPLE))
            return digest.hexdigest()
    except OSError:
        return ""
