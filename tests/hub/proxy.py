"""A small HTTP proxy on loopback: forwards plain requests, tunnels encrypted ones (CONNECT), notes what it saw."""

from __future__ import annotations

import select
import socket
import threading
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit


@dataclass
class Proxy:
    """seen: method and target of each request; credentials: the Proxy-Authorization header of each."""

    seen: list[str] = field(default_factory=list)
    credentials: list[str] = field(default_factory=list)

    def __enter__(self) -> Proxy:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.005,), daemon=True)
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"


def _handler(proxy: Proxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Tests read `seen`."""

        def note(self) -> None:
            proxy.seen.append(f"{self.command} {self.path}")
            proxy.credentials.append(self.headers.get("proxy-authorization", ""))

        def do_GET(self) -> None:
            self.note()
            target = urlsplit(self.path)
            onward = HTTPConnection(target.netloc, timeout=10)
            headers = {name: value for name, value in self.headers.items()
                       if not name.lower().startswith(("proxy-", "connection"))}
            onward.request("GET", target.path, headers=headers)
            answer = onward.getresponse()
            self.send_response(answer.status)
            for name, value in answer.getheaders():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.read())
            onward.close()

        def do_CONNECT(self) -> None:
            self.note()
            host, _, port = self.path.rpartition(":")
            self.close_connection = True
            with socket.create_connection((host, int(port)), timeout=10) as onward:
                self.send_response(200)
                self.end_headers()
                self.wfile.flush()
                ends = {self.connection: onward, onward: self.connection}
                while True:
                    for end in select.select(list(ends), [], [], 10)[0]:
                        data = end.recv(65536)
                        if not data:
                            return
                        ends[end].sendall(data)

    return Handler
