"""A plain, fast file server in a process of its own: one file, whole or in ranges, sent by the kernel (sendfile).

    python -m tests.hub.file_server FILE        # prints its address
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_RANGE = re.compile(rb"(?i)range: bytes=(\d+)-(\d*)")


@contextmanager
def serving(file: Path) -> Iterator[str]:
    """The address of `file`, as long as the context lasts."""
    process = subprocess.Popen([sys.executable, "-m", "tests.hub.file_server", str(file)], stdout=subprocess.PIPE,
                               text=True, cwd=Path(__file__).parents[2])
    assert process.stdout is not None
    try:
        yield process.stdout.readline().strip()
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def main(path: str) -> None:
    with Path(path).open("rb") as file, socket.create_server(("127.0.0.1", 0)) as server:
        print(f"http://127.0.0.1:{server.getsockname()[1]}/file", flush=True)
        while True:
            client, _ = server.accept()
            threading.Thread(target=answer, args=(client, file.fileno()), daemon=True).start()


def answer(client: socket.socket, descriptor: int) -> None:
    """Every request of one connection."""
    size = os.fstat(descriptor).st_size
    with client:
        while request := read_head(client):
            wanted = _RANGE.search(request)
            start = int(wanted[1]) if wanted else 0
            end = int(wanted[2]) + 1 if wanted and wanted[2] else size
            status = "206 Partial Content" if wanted else "200 OK"
            client.sendall(f"HTTP/1.1 {status}\r\nContent-Length: {end - start}\r\n"
                           f"Content-Range: bytes {start}-{end - 1}/{size}\r\n\r\n".encode())
            try:
                while start < end:
                    start += os.sendfile(client.fileno(), descriptor, start, min(1 << 20, end - start))
            except ConnectionError:
                return


def read_head(client: socket.socket) -> bytes:
    """A request up to its empty line; nothing when the client has gone."""
    head = b""
    while b"\r\n\r\n" not in head:
        try:
            data = client.recv(65536)
        except ConnectionError:
            return b""
        if not data:
            return b""
        head += data
    return head


if __name__ == "__main__":
    main(sys.argv[1])
