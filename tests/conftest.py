"""What holds for every test: no test touches the person's own folders, and fast tests reach no network.

It does not know models (tests/models/conftest.py) nor Qt (tests/gui/conftest.py).
"""

from __future__ import annotations

import ipaddress
import socket
from pathlib import Path
from typing import Any

import pytest

HOME_VARIABLES = {"HOME": "", "USERPROFILE": "", "XDG_DATA_HOME": "data", "XDG_CONFIG_HOME": "config",
                  "XDG_CACHE_HOME": "cache", "XDG_STATE_HOME": "state", "XDG_RUNTIME_DIR": "run",
                  "LOCALAPPDATA": "local", "APPDATA": "roaming"}
OFFLINE_LAYERS = {"unit", "contract", "process", "gui"}


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--models-folder`: model files that are already on this computer, so none is fetched."""
    parser.addoption("--models-folder", type=Path, default=None, metavar="DIR",
                     help="take model files from here instead of installing them")


class ReachedOut(AssertionError):
    """A test that must work offline tried to reach another computer."""


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh, empty home for each test, and every platform folder inside it."""
    home = tmp_path_factory.mktemp("home")
    for name, inside in HOME_VARIABLES.items():
        folder = home / inside
        folder.mkdir(mode=0o700, exist_ok=True)
        monkeypatch.setenv(name, str(folder))
    return home


@pytest.fixture(autouse=True)
def offline(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the fast layers a connection to anything but this computer fails the test that makes it."""
    layer = request.path.parent.name
    if layer not in OFFLINE_LAYERS:
        return
    real_connect, real_connect_ex, real_lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def connect(sock: socket.socket, address: Any) -> None:
        _refuse_other_computers(sock.family, address)
        real_connect(sock, address)

    def connect_ex(sock: socket.socket, address: Any) -> int:
        _refuse_other_computers(sock.family, address)
        return real_connect_ex(sock, address)

    def lookup(host: Any, *rest: Any, **named: Any) -> Any:
        _refuse_name(host)
        return real_lookup(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket.socket, "connect_ex", connect_ex)
    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def _refuse_other_computers(family: int, address: Any) -> None:
    if family in (socket.AF_INET, socket.AF_INET6):
        _refuse_name(address[0])


def _refuse_name(host: Any) -> None:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return
    try:
        here = ipaddress.ip_address(name).is_loopback
    except ValueError:
        here = False
    if not here:
        raise ReachedOut(f"a test tried to reach {name!r}")
