"""What can go wrong while a server sends a file, and the sending of it. Each Fault is for one request for bytes."""

from __future__ import annotations

import hashlib
import re
import socket
import struct
import threading
import time
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler

from tests.hub.repositories import Content, piece_of, sha256_of, size_of

BLOCK = 64 << 10


@dataclass
class Fault:
    """status: instead of the file, with `retry_after` where the server says when. cut: so many bytes, then the end
    (`reset`: a reset, which also takes away what the client has not read); stall: so many, then silence; slow: bytes
    per second. wrong: the first byte is another one. length, total: a wrong Content-Length, a wrong size of the whole.
    """

    status: int = 0
    retry_after: str = ""
    cut: int = -1
    reset: bool = False
    stall: int = -1
    slow: int = 0
    wrong: bool = False
    ignore_range: bool = False
    etag: str = ""
    length: int = -1
    total: int = 0


@dataclass
class Sent:
    """Bytes of one answer as they left: from `start` of the file up to `end`, to the client at `port`."""

    path: str
    start: int
    end: int


def send_bytes(handler: BaseHTTPRequestHandler, content: Content, headers: dict[str, str], etag: str, fault: Fault,
               sent: list[Sent], released: threading.Event) -> None:
    """Answer a GET or HEAD with `content`, or the range of it that was asked for, the way `fault` wants it."""
    whole = size_of(content)
    etag = fault.etag or etag or f'"{hashlib.md5(sha256_of(content).encode()).hexdigest()}"'
    wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", handler.headers.get("range", ""))
    if fault.ignore_range or handler.headers.get("if-range", etag) != etag:
        wanted = None
    start = int(wanted[1]) if wanted else 0
    end = min(int(wanted[2]) + 1, whole) if wanted and wanted[2] else whole
    total = fault.total or whole
    if wanted and start >= whole:
        return _refuse(handler, 416, {"Content-Range": f"bytes */{total}"})
    handler.send_response(206 if wanted else 200)
    if wanted:
        handler.send_header("Content-Range", f"bytes {start}-{end - 1}/{total}")
    length = fault.length if fault.length >= 0 else end - start if wanted else total
    for name, value in {**headers, "Accept-Ranges": "bytes", "ETag": etag, "Content-Length": str(length)}.items():
        handler.send_header(name, value)
    handler.end_headers()
    if handler.command == "HEAD":
        return None
    limit = min(at for at in (fault.cut, fault.stall, end - start) if at >= 0)
    answer = Sent(handler.path, start, start)
    sent.append(answer)
    if limit:
        _write(handler, content, answer, start + limit, fault)
    if fault.stall >= 0:
        released.wait(30)
    if fault.reset:
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    if limit < length:
        handler.close_connection = True
        if fault.reset:
            handler.connection.close()
    return None


def _write(handler: BaseHTTPRequestHandler, content: Content, answer: Sent, end: int, fault: Fault) -> None:
    begun = time.monotonic()
    if fault.slow:          # what lies in the server's own buffers has not left it
        handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BLOCK // 4)
    block = min(BLOCK, max(fault.slow // 20, 1)) if fault.slow else 1 << 20
    wrong = fault.wrong
    first = answer.start
    for piece in piece_of(content, answer.start, end, block):
        for at in range(0, len(piece), block):
            data = piece[at:at + block]
            handler.wfile.write(bytes([data[0] ^ 1]) + data[1:] if wrong else data)
            answer.end += len(data)
            wrong = False
            if fault.slow:
                time.sleep(max((answer.end - first) / fault.slow - (time.monotonic() - begun), 0.0))
    handler.wfile.flush()


def refuse(handler: BaseHTTPRequestHandler, fault: Fault) -> None:
    """Only a status."""
    _refuse(handler, fault.status, {"Retry-After": fault.retry_after} if fault.retry_after else {})


def _refuse(handler: BaseHTTPRequestHandler, status: int, headers: dict[str, str]) -> None:
    handler.send_response(status)
    for name, value in {**headers, "Content-Length": "0"}.items():
        handler.send_header(name, value)
    handler.end_headers()


def sent_twice(sent: list[Sent], path: str) -> int:
    """Bytes of the file at `path` that left more than once."""
    pieces = [one for one in sent if one.path == path]
    edges = sorted([(one.start, 1) for one in pieces] + [(one.end, -1) for one in pieces])
    once, depth, last = 0, 0, 0
    for at, step in edges:
        once += at - last if depth else 0
        depth, last = depth + step, at
    return sum(one.end - one.start for one in pieces) - once
