"""One owner of the data folder. The owner leaves an address there by which other starts join it.

The lock is the operating system's (released when the owner dies, however it dies); the address file is only a note and
may be stale. Knows nothing of commands and events.
"""

from __future__ import annotations

import json
import os
import secrets
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path

from filelock import FileLock, Timeout

from router.errors import UserFacingError

LONGEST_SOCKET_PATH = 100       # sun_path holds 104 bytes on macOS, 108 on Linux


@dataclass(frozen=True)
class Address:
    """Where the owner listens. `token` must be said first; `path` is a socket, or empty for a loopback `port`."""

    path: str
    port: int
    token: str
    pid: int


class Ownership:
    """The right to touch one data folder, held until `release`. A folder that cannot be written needs no lock."""

    def __init__(self, folder: Path, lock: FileLock | None) -> None:
        self.folder = folder
        self._lock = lock
        self._sockets: Path | None = None

    @classmethod
    def take(cls, folder: Path) -> Ownership | None:
        """The ownership, or None when another Consort has it. Raises UserFacingError where no such folder can be."""
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            lock = FileLock(folder / "consort.lock", timeout=0)
            lock.acquire()
        except Timeout:
            return None
        except OSError as error:
            if folder.is_dir():
                return cls(folder, None)        # read-only: its models can be used, nothing is saved
            raise UserFacingError(f"Consort cannot use the folder {folder} ({error.strerror or error}).",
                                  "Choose another with --data-dir.") from error
        return cls(folder, lock)

    def socket_path(self) -> Path:
        """A path for a socket that only this person reaches: in the data folder (0700), or a short private one."""
        path = self.folder / "consort.sock"
        if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
            path.unlink(missing_ok=True)
            return path
        self._sockets = Path(tempfile.mkdtemp(prefix="consort-"))
        return self._sockets / "consort.sock"

    def announce(self, path: str, port: int) -> str:
        """Write down where the owner listens; returns the token that a guest must say first."""
        token = secrets.token_urlsafe(24)
        note = self.folder / "owner.json"
        note.unlink(missing_ok=True)
        note.touch(mode=0o600)
        note.write_text(json.dumps(asdict(Address(path, port, token, os.getpid()))), encoding="utf-8")
        return token

    def release(self) -> None:
        """Let the next one in."""
        if self._lock is None:
            return
        (self.folder / "owner.json").unlink(missing_ok=True)
        (self.folder / "consort.sock").unlink(missing_ok=True)
        if self._sockets is not None:
            (self._sockets / "consort.sock").unlink(missing_ok=True)
            self._sockets.rmdir()
        self._lock.release()


def owner_address(folder: Path) -> Address | None:
    """Where the folder's owner says it listens, or None when it does not say."""
    try:
        return Address(**json.loads((folder / "owner.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None
