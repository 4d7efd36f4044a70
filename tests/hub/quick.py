"""Loopback needs no certificates; reading the system's for each test would take longer than the tests."""

from __future__ import annotations

import ssl

import pytest


@pytest.fixture(autouse=True)
def no_certificates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust nobody: a test that left loopback would fail."""
    monkeypatch.setattr("router.library.network.certificates", lambda bundle: ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))
