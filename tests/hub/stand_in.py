"""A stand-in for the Hugging Face Hub: what huggingface_hub asks about a file, and what a downloader asks for bytes.

The Hub is 127.0.0.1; large files are redirected to a "CDN" called localhost: a token sent there is noticed.
Faults are queues: each is used by one request for bytes, in order, then all is well again.
It does not serve search, listings or uploads.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@dataclass
class Fault:
    """What goes wrong with one request for bytes. cut: so many bytes, then the end; stall: bytes, then silence."""

    status: int = 0
    cut: int = -1
    stall: int = -1
    wrong: bool = False
    ignore_range: bool = False
    etag: str = ""


@dataclass
class Seen:
    """One request, as it came in."""

    method: str
    host: str
    path: str
    headers: dict[str, str]


@dataclass
class StandInHub:
    """`files`: (repository, file) → bytes. `plain`: path → bytes, served as they are (wheels)."""

    files: dict[tuple[str, str], bytes] = field(default_factory=dict)
    plain: dict[str, bytes] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    down: int = 0                     # an HTTP status for every request about metadata, 0: all is well
    released: threading.Event = field(default_factory=threading.Event)

    def __enter__(self) -> StandInHub:
        self._server = _Server(("127.0.0.1", 0), _handler(self))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    @property
    def endpoint(self) -> str:
        """The Hub's address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def elsewhere(self) -> str:
        """The same server by its other name: the CDN, or a package index."""
        return f"http://localhost:{self.port}"

    def ranges(self) -> list[str]:
        """The Range header of each request for bytes, in order."""
        return [one.headers.get("range", "") for one in self.seen
                if one.method == "GET" and "/resolve/" not in one.path]


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was killed or that pauses resets its connection; anything else is a fault of the stand-in."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


def _handler(hub: StandInHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `seen`, not stderr."""

        def do_HEAD(self) -> None:
            self.answer()

        def do_GET(self) -> None:
            self.answer()

        def answer(self) -> None:
            hub.seen.append(Seen(self.command, self.headers.get("host", "").partition(":")[0], self.path,
                                 {name.lower(): value for name, value in self.headers.items()}))
            path = self.path.partition("?")[0]
            if "/resolve/" in path:
                self.resolve(path)
            elif path.startswith("/cdn/"):
                repo, _, file = path.removeprefix("/cdn/").partition("//")
                self.send_bytes(hub.files.get((repo, file)))
            else:
                self.send_bytes(hub.plain.get(path))

        def resolve(self, path: str) -> None:
            repo, _, rest = path.strip("/").partition("/resolve/")
            revision, _, file = rest.partition("/")
            if hub.down:
                return self.refuse(hub.down, "")
            if repo not in {known for known, _ in hub.files}:
                return self.refuse(401, "RepoNotFound")
            if revision not in ("main", COMMIT):
                return self.refuse(404, "RevisionNotFound")
            content = hub.files.get((repo, file))
            if content is None:
                return self.refuse(404, "EntryNotFound")
            self.send_response(302)
            self.send_header("Location", f"{hub.elsewhere}/cdn/{repo}//{file}")
            self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("X-Linked-Etag", f'"{hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Linked-Size", str(len(content)))
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None

        def refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
            if code == "EntryNotFound":
                self.send_header("X-Repo-Commit", COMMIT)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def send_bytes(self, content: bytes | None) -> None:
            if content is None:
                return self.refuse(404, "")
            fault = hub.faults.pop(0) if hub.faults else Fault()
            if fault.status:
                return self.refuse(fault.status, "")
            etag = fault.etag or f'"{hashlib.md5(content).hexdigest()}"'
            wanted = self.headers.get("range", "")
            start = int(wanted.removeprefix("bytes=").rstrip("-")) if wanted and not fault.ignore_range else 0
            if self.headers.get("if-range", etag) != etag:
                start, wanted = 0, ""
            if start >= len(content) and wanted:
                self.send_response(416)
                self.send_header("Content-Range", f"bytes */{len(content)}")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return None
            body = content[start:]
            if fault.wrong:
                body = bytes([body[0] ^ 1]) + body[1:]
            self.send_response(206 if start else 200)
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(content) - 1}/{len(content)}")
            self.send_header("ETag", etag)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            limit = fault.cut if fault.cut >= 0 else fault.stall if fault.stall >= 0 else len(body)
            self.wfile.write(body[:limit])
            self.wfile.flush()
            if fault.stall >= 0:
                hub.released.wait(30)
            if limit < len(body):
                self.close_connection = True
            return None

    return Handler
