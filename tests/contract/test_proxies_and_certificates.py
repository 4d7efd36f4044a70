"""Proxies and certificates as the environment names them: used for downloads, and refused with a sentence when wrong.

The certificate and its key (tests/data/certificates) were made for this test alone, for localhost.
"""

from __future__ import annotations

import asyncio
import hashlib
import random
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.download import download
from router.library.hub import Hub
from router.library.hub_models import search
from router.library.line import Line
from router.library.network import BUNDLE_VARIABLES, Patience, Route
from router.library.sources import Found, SourceFailed
from router.model_commands import SearchHub
from specialists.manifest import HubSource
from tests.hub.proxy import Proxy
from tests.hub.stand_in import StandInHub

CERTIFICATE = Path(__file__).parents[1] / "data" / "certificates" / "localhost.pem"
CONTENT = random.Random(2).randbytes(1_000_000)
SHA256 = hashlib.sha256(CONTENT).hexdigest()
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever this computer's own settings are."""
    for name in (*PROXIES, *BUNDLE_VARIABLES, "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def server() -> Iterator[StandInHub]:
    with StandInHub(plain={"/model": CONTENT}) as hub:
        yield hub


@pytest.fixture
def encrypted() -> Iterator[str]:
    """The address of a server whose certificate nobody knows; `/away` leads to a place without encryption."""
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Nobody reads it."""

        def do_GET(self) -> None:
            away = self.path == "/away"
            self.send_response(302 if away else 200)
            if away:
                self.send_header("Location", "http://127.0.0.1:9/model")
            self.send_header("Content-Length", "0" if away else str(len(CONTENT)))
            self.end_headers()
            self.wfile.write(b"" if away else CONTENT)

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """A client that does not trust us goes away in the middle."""

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(CERTIFICATE)
    with Server(("127.0.0.1", 0), Handler) as listening:
        listening.socket = context.wrap_socket(listening.socket, server_side=True)
        thread = threading.Thread(target=listening.serve_forever, args=(0.005,), daemon=True)
        thread.start()
        yield f"https://localhost:{listening.server_address[1]}"
        listening.shutdown()
        thread.join()


def fetch(address: str, target: Path, route: Route = Route()) -> None:  # noqa: B008
    line = Line(Patience(connect=2.0, stall=5.0, tries=2, pause=0.001), route, free=lambda folder: 10**12)
    asyncio.run(download(Found(address, SHA256, len(CONTENT)), target, line))
    assert target.read_bytes() == CONTENT


def test_the_proxy_of_the_environment_is_used_with_its_name_and_password(
        server: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address.replace("//", "//ada:secret@"))
        fetch(f"{server.elsewhere}/model", tmp_path / "m.gguf")
        assert proxy.seen == [f"GET {server.elsewhere}/model"] and proxy.credentials[0].startswith("Basic ")
    assert "proxy-authorization" not in server.seen[0].headers


def test_a_host_that_needs_no_proxy_is_asked_directly(
        server: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        monkeypatch.setenv("NO_PROXY", "localhost")
        fetch(f"{server.elsewhere}/model", tmp_path / "m.gguf")
        assert proxy.seen == []


def test_a_proxy_that_is_not_there_costs_a_sentence(
        server: StandInHub, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with pytest.raises(SourceFailed, match="could not be reached"):
        fetch(f"{server.elsewhere}/model", tmp_path / "m.gguf")


def test_a_proxy_that_is_no_address_costs_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="network settings cannot be used"):
        fetch("http://localhost/model", tmp_path / "m.gguf", Route(proxy="nonsense://x"))


def test_a_certificate_that_nobody_vouches_for_is_refused_with_a_sentence(encrypted: str, tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="certificate that could not be verified"):
        fetch(f"{encrypted}/model", tmp_path / "m.gguf")
    assert not (tmp_path / "m.gguf").exists()


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", *BUNDLE_VARIABLES])
def test_a_bundle_that_the_environment_names_is_trusted(
        encrypted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, str(CERTIFICATE))
    fetch(f"{encrypted}/model", tmp_path / "m.gguf")


def test_questions_to_the_hub_trust_the_same_and_go_the_same_way(
        encrypted: str, server: StandInHub, monkeypatch: pytest.MonkeyPatch) -> None:
    source = HubSource("maker/tiny", "t.gguf")
    for ask in (lambda: search(Hub(encrypted, 2.0), SearchHub()), lambda: Hub(encrypted, 2.0).find(source)):
        with pytest.raises((UserFacingError, SourceFailed), match="certificate"):
            asyncio.run(ask())
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(CERTIFICATE))
    with pytest.raises(SourceFailed, match="HTTP 501"):         # it is believed now, and knows no HEAD
        asyncio.run(Hub(encrypted, 2.0).find(source))
    with pytest.raises(UserFacingError, match="makes no sense"):
        asyncio.run(search(Hub(encrypted, 2.0), SearchHub()))
    with Proxy() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.address)
        assert asyncio.run(search(Hub(server.endpoint, 2.0), SearchHub())) == ((), "")
        assert len(proxy.seen) == 1 and proxy.seen[0].startswith(f"GET {server.endpoint}/api/models?")


def test_a_bundle_of_the_source_is_trusted_also_through_a_proxy(
        encrypted: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Proxy() as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.address)
        fetch(f"{encrypted}/model", tmp_path / "m.gguf", Route(bundle=str(CERTIFICATE)))
        assert proxy.seen == [f"CONNECT {encrypted.removeprefix('https://')}"]


def test_a_proxy_of_the_source_is_used(server: StandInHub, tmp_path: Path) -> None:
    with Proxy() as proxy:
        fetch(f"{server.elsewhere}/model", tmp_path / "m.gguf", Route(proxy=proxy.address))
        assert proxy.seen == [f"GET {server.elsewhere}/model"]


def test_a_server_never_leads_away_from_encryption(encrypted: str, tmp_path: Path) -> None:
    with pytest.raises(SourceFailed, match="go on without encryption"):
        fetch(f"{encrypted}/away", tmp_path / "m.gguf", Route(bundle=str(CERTIFICATE)))
