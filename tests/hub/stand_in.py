"""A stand-in for the Hugging Face Hub: what huggingface_hub asks about models, and what a downloader asks for bytes.

The Hub is 127.0.0.1; large files are redirected to a "CDN" called localhost: a token sent there is noticed.
Faults are queues: each is used by one request for bytes, in order, then all is well again.
`tests.hub.api` answers what is asked about models; there are no uploads.
"""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from urllib.parse import quote, unquote

from tests.hub.api import Api, Reply, known, refusal
from tests.hub.faults import Fault, Sent, refuse, send_bytes
from tests.hub.repositories import COMMIT, Content, Repository, git_blob, is_large, sha256_of, size_of

__all__ = ["COMMIT", "Fault", "Repository", "Seen", "Sent", "StandInHub"]
TELEMETRY = "/api/agent-harnesses"


@dataclass
class Seen:
    """One request, as it came in."""

    method: str
    host: str
    path: str
    headers: dict[str, str]


@dataclass
class StandInHub:
    """`repositories`: name → what is there. `files`: (repository, file) → content, for whoever needs no more of a
    repository. `plain`: path → content, served as it is (wheels). tokens: those the Hub knows; any other is refused.
    page: results an answer holds at most. limited: seconds for which everybody has asked too much.
    answers: path → a reply in place of the true one (a hostile server). silent: it hears, and answers nothing about
    models until it is closed; `asked` is set by every request."""

    files: dict[tuple[str, str], Content] = field(default_factory=dict)
    plain: dict[str, Content] = field(default_factory=dict)
    repositories: dict[str, Repository] = field(default_factory=dict)
    tokens: tuple[str, ...] = ()
    page: int = 1000
    limited: int = 0
    answers: dict[str, Reply] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)
    always: Fault = field(default_factory=Fault)        # once `faults` are used up
    sent: list[Sent] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    down: int = 0                     # an HTTP status for every request about metadata, 0: all is well
    silent: bool = False
    asked: threading.Event = field(default_factory=threading.Event)
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

    @classmethod
    def of_folder(cls, folder: Path) -> StandInHub:
        """Each folder `owner/repository` below `folder` is a repository."""
        return cls(repositories={f"{one.parent.name}/{one.name}": Repository.of_folder(one)
                                 for one in sorted(folder.glob("*/*")) if one.is_dir()})

    def all_repositories(self) -> dict[str, Repository]:
        """Those described in full, and those that are only files."""
        found = dict(self.repositories)
        for (name, file), content in self.files.items():
            found.setdefault(name, Repository())
            found[name].files[file] = content
        return found

    def asked_for_telemetry(self) -> bool:
        """Did anybody ask which program this is running in?"""
        return any(one.path.startswith(TELEMETRY) for one in self.seen)

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

        def do_POST(self) -> None:
            self.answer()

        def answer(self) -> None:
            hub.seen.append(Seen(self.command, self.headers.get("host", "").partition(":")[0], self.path,
                                 {name.lower(): value for name, value in self.headers.items()}))
            hub.asked.set()
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            path, _, query = self.path.partition("?")
            if path.startswith("/cdn/"):
                name, _, file = unquote(path).removeprefix("/cdn/").partition("//")
                repo = hub.all_repositories().get(name)
                self.send_bytes(repo.files.get(file) if repo else None)
            elif path in hub.plain:
                self.send_bytes(hub.plain[path])
            elif path in hub.answers:
                self.send_reply(hub.answers[path])
            elif path.startswith("/api/models"):
                if hub.silent:
                    hub.released.wait(30)
                self.send_reply(self.refused() or Api(hub.all_repositories(), hub.endpoint, hub.page).answer(
                    self.command, path, query, body, self.token))
            elif "/resolve/" in path:
                self.resolve(unquote(path))
            else:
                self.send_reply(refusal(404, "", "Not found"))

        @property
        def token(self) -> str:
            return self.headers.get("authorization", "").removeprefix("Bearer ")

        def refused(self) -> Reply | None:
            """What everybody hears who asks the Hub now, or with a token it does not know."""
            if hub.down:
                return Reply(hub.down)
            if hub.limited:
                reply = refusal(429, "", "We had to rate limit your IP.")
                reply.headers |= {"Retry-After": str(hub.limited), "RateLimit": f'"api";r=0;t={hub.limited}'}
                return reply
            if self.token and self.token not in {*hub.tokens, *(
                    token for one in hub.repositories.values() for token in one.readers)} and hub.repositories:
                return refusal(401, "", "Invalid credentials in Authorization header")
            return None

        def resolve(self, path: str) -> None:
            name, _, rest = path.strip("/").partition("/resolve/")
            revision, _, file = rest.partition("/")
            repo = hub.all_repositories().get(name)
            if refused := self.refused():
                return self.send_reply(refused)
            if repo is None or (repo.private and not repo.may_read(self.token)):
                return self.send_reply(refusal(401, "RepoNotFound", "Invalid username or password."))
            if not known(repo, revision):
                return self.send_reply(refusal(404, "RevisionNotFound", "Invalid rev id"))
            content = repo.files.get(file)
            if content is None:
                reply = refusal(404, "EntryNotFound", "Entry not found")
                reply.headers["X-Repo-Commit"] = repo.commit
                return self.send_reply(reply)
            if not repo.may_read(self.token) and file != "README.md":
                return self.send_reply(refusal(403 if self.token else 401, "GatedRepo", "Access is restricted."))
            if not is_large(file):
                return self.send_bytes(content, {"X-Repo-Commit": repo.commit}, f'"{git_blob(content)}"')
            return self.send_reply(Reply(302, {
                "Location": f"{hub.elsewhere}/cdn/{quote(name)}//{quote(file)}", "X-Repo-Commit": repo.commit,
                "X-Linked-Etag": f'"{sha256_of(content)}"', "X-Linked-Size": str(size_of(content))}))

        def send_reply(self, reply: Reply) -> None:
            self.send_response(reply.status)
            for name, value in {"Content-Length": str(len(reply.body)), **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(reply.body)

        def send_bytes(self, content: Content | None, headers: dict[str, str] | None = None, etag: str = "") -> None:
            if content is None:
                return self.send_reply(Reply(404))
            fault = hub.faults.pop(0) if hub.faults and self.command == "GET" else hub.always
            if fault.status:
                return refuse(self, fault)
            return send_bytes(self, content, headers or {}, etag, fault, hub.sent, hub.released)

    return Handler
