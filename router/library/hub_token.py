"""The person's access token for the Hub: in the system's keyring, or in HF_TOKEN. Never in a file, a log or an event.

The keyring is asked only when Consort put a token there (a marker says so), because asking it may make the system want
a password. The only file that imports keyring, and only inside a function. It does not know who uses the token.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
from pathlib import Path
from typing import Any

from router.errors import UserFacingError

MARKER = "hub-token-in-keyring"          # in the data folder; it never holds the token
SERVICE, ACCOUNT = "Consort", "Hugging Face Hub"
ENVIRONMENT, KEYRING = "the environment (HF_TOKEN)", "the system’s keyring"
_TOKEN = re.compile(r"[!-~]{8,500}")
OTHER_WAY = "The other way is to start Consort with the token in the environment variable HF_TOKEN."
log = logging.getLogger("consort.library")


class HubToken:
    """Where the token is. `marker`: an empty file that is there while the keyring holds one; None: never look there."""

    def __init__(self, marker: Path | None = None) -> None:
        self._marker = marker
        self._read = ""             # of the keyring, once a run

    def __repr__(self) -> str:
        return "HubToken()"

    async def read(self) -> str:
        """The token, or an empty text. A keyring that does not answer is as good as an empty one."""
        from_environment = os.environ.get("HF_TOKEN", "").strip()
        if from_environment:
            return from_environment if _TOKEN.fullmatch(from_environment) else ""
        if self._read or self._marker is None or not self._marker.exists():
            return self._read
        try:
            self._read = await asyncio.to_thread(_from_keyring)
        except KeyringTrouble as error:
            log.warning("the keyring cannot be read: %s", error)
        return self._read

    async def kept_in(self) -> str:
        """Where the token is, in words; empty when there is none."""
        if not await self.read():
            return ""
        return ENVIRONMENT if os.environ.get("HF_TOKEN", "").strip() else KEYRING

    async def save(self, token: str) -> None:
        """Put the token into the keyring. Raises UserFacingError."""
        token = token.strip()
        if not _TOKEN.fullmatch(token):
            raise UserFacingError("This is no access token.", "Copy it whole from your account at the Hub: hf_…")
        try:
            await asyncio.to_thread(_into_keyring, token)
        except KeyringTrouble as error:
            raise UserFacingError(f"The token was not kept: {error}.", OTHER_WAY) from error
        self._read = token
        if self._marker is not None:
            with contextlib.suppress(OSError):
                self._marker.parent.mkdir(parents=True, exist_ok=True)
                self._marker.touch()

    async def forget(self) -> None:
        """Take the token out of the keyring; nothing is said where there is none. Raises UserFacingError."""
        self._read = ""
        if self._marker is None or not self._marker.exists():
            return
        try:
            await asyncio.to_thread(_out_of_keyring)
        except KeyringTrouble as error:
            raise UserFacingError(f"The token could not be removed: {error}.",
                                  f"Remove “{SERVICE}” with your system’s own program for passwords.") from error
        with contextlib.suppress(OSError):
            self._marker.unlink()


class KeyringTrouble(Exception):
    """No keyring, or one that refuses. Part of a sentence."""


def _from_keyring() -> str:
    return _asked(lambda keyring: keyring.get_password(SERVICE, ACCOUNT)) or ""


def _into_keyring(token: str) -> None:
    _asked(lambda keyring: keyring.set_password(SERVICE, ACCOUNT, token))
    if _from_keyring() != token:        # keyring's own "null" backend forgets everything
        raise KeyringTrouble("the keyring does not keep anything")


def _out_of_keyring() -> None:
    if _from_keyring():
        _asked(lambda keyring: keyring.delete_password(SERVICE, ACCOUNT))


def _asked(question: Any) -> Any:
    """In a thread. Raises KeyringTrouble, whatever the backend of this system raises."""
    import keyring
    from keyring.errors import NoKeyringError

    backend = keyring.get_keyring()
    inside = [backend, *getattr(backend, "backends", [])]
    if any(type(one).__module__.startswith("keyrings.alt") for one in inside):
        raise KeyringTrouble("the only keyring of this system is a file that others can read")
    try:
        return question(backend)
    except NoKeyringError as error:
        raise KeyringTrouble("this system has no keyring that Consort can use") from error
    except Exception as error:          # each system's backend has errors of its own
        raise KeyringTrouble(f"the keyring refused ({type(error).__name__})") from error
