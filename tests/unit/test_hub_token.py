"""The access token: in the keyring or in the environment, never anywhere else, and asked for only when it is there."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

import keyring
import keyring.backend
import keyring.backends.fail
import keyring.backends.null
import keyring.errors
import pytest

from router.errors import UserFacingError
from router.library.hub_token import ENVIRONMENT, KEYRING, HubToken
from router.messages import COMMANDS, SaveHubToken
from specialists import codec

TOKEN = "hf_a-good-token"


class Box(keyring.backend.KeyringBackend):
    """A keyring in memory. locked: it refuses."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self.asked += 1
        if self.locked:
            raise keyring.errors.KeyringLocked("no")
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        del self.kept[service, username]


@pytest.fixture
def box(monkeypatch: pytest.MonkeyPatch) -> Box:
    monkeypatch.delenv("HF_TOKEN", raising=False)
    box = Box()
    monkeypatch.setattr(keyring, "get_keyring", lambda: box)
    return box


def test_a_token_is_kept_in_the_keyring_over_a_restart_and_in_no_file(box: Box, tmp_path: Path) -> None:
    asyncio.run(HubToken(tmp_path / "marker").save(f" {TOKEN}\n"))
    assert list(box.kept.values()) == [TOKEN]
    later = HubToken(tmp_path / "marker")
    assert asyncio.run(later.read()) == TOKEN and asyncio.run(later.kept_in()) == KEYRING
    assert [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()] == [b""]
    asyncio.run(later.forget())
    assert box.kept == {} and not (tmp_path / "marker").exists() and asyncio.run(later.read()) == ""
    asyncio.run(later.forget())                                    # twice is no harm


def test_the_keyring_is_not_asked_where_no_token_was_put(box: Box, tmp_path: Path) -> None:
    assert asyncio.run(HubToken(tmp_path / "marker").read()) == "" == asyncio.run(HubToken().read())
    assert box.asked == 0


def test_the_environment_comes_first(box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", TOKEN)
    token = HubToken(tmp_path / "marker")
    assert asyncio.run(token.read()) == TOKEN and asyncio.run(token.kept_in()) == ENVIRONMENT
    monkeypatch.setenv("HF_TOKEN", "two\r\nlines: evil")
    assert asyncio.run(token.read()) == ""


@pytest.mark.parametrize("wrong", ["", "short", "with space in it", "line\nbreak-token", "x" * 600, "töken-umlaut"])
def test_what_is_no_token_is_not_kept(box: Box, tmp_path: Path, wrong: str) -> None:
    with pytest.raises(UserFacingError, match="no access token"):
        asyncio.run(HubToken(tmp_path / "marker").save(wrong))
    assert box.kept == {}


class PlainFile(Box):
    """As keyrings.alt has them."""


PlainFile.__module__ = "keyrings.alt.file"


@pytest.mark.parametrize(("backend", "words"), [
    (keyring.backends.fail.Keyring(), "no keyring"), (keyring.backends.null.Keyring(), "does not keep anything"),
    (PlainFile(), "a file that others can read")])
def test_without_a_keyring_that_is_worth_it_the_other_way_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
                                                                 backend: keyring.backend.KeyringBackend,
                                                                 words: str) -> None:
    monkeypatch.setattr(keyring, "get_keyring", lambda: backend)
    with pytest.raises(UserFacingError, match=words) as refused:
        asyncio.run(HubToken(tmp_path / "marker").save(TOKEN))
    assert "HF_TOKEN" in refused.value.hint and not (tmp_path / "marker").exists()


def test_a_keyring_that_stays_locked_is_as_good_as_empty(box: Box, tmp_path: Path,
                                                         caplog: pytest.LogCaptureFixture) -> None:
    asyncio.run(HubToken(tmp_path / "marker").save(TOKEN))
    box.locked = True
    with caplog.at_level(logging.DEBUG):
        assert asyncio.run(HubToken(tmp_path / "marker").read()) == ""
    assert "KeyringLocked" in caplog.text and TOKEN not in caplog.text
    with pytest.raises(UserFacingError, match="could not be removed"):
        asyncio.run(HubToken(tmp_path / "marker").forget())


def test_nothing_that_is_printed_shows_the_token(box: Box, tmp_path: Path) -> None:
    token = HubToken(tmp_path / "marker")
    asyncio.run(token.save(TOKEN))
    command = SaveHubToken(TOKEN, "r")
    assert TOKEN not in f"{token!r} {token} {command!r} {command}"
    assert codec.decode(codec.encode(command), COMMANDS) == command, "it reaches the core all the same"
