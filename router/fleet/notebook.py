"""Small measurements that outlive the program: name → entry, one JSON file in the data folder.

Losing it costs nothing but estimates, so it is written lazily and without waiting for the disk, in one step all the
same; a file that cannot be read counts as empty. It does not know what is measured.
"""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

log = logging.getLogger("consort.fleet")
Entry = TypeVar("Entry")

WRITE_SECONDS = 10.0            # between two writes; what is newer is written by `flush`
LONGEST = 500                   # entries; the ones that were changed longest ago are forgotten


class Notebook(Generic[Entry]):
    """Entries of type `kind` by name. Kept in memory only when `path` is None."""

    def __init__(self, path: Path | None, kind: type[Entry]) -> None:
        self._path = path
        self._entries: dict[str, Entry] = {}
        self._unwritten = False
        self._written_at = time.monotonic()
        if path is not None:
            try:
                self._entries = msgspec.json.decode(path.read_bytes(), type=dict[str, kind])  # type: ignore[valid-type]
            except FileNotFoundError:
                pass
            except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                log.warning("%s cannot be read and is begun anew: %s", path.name, error)

    def get(self, name: str) -> Entry | None:
        """The entry of that name, or None."""
        return self._entries.get(name)

    def entries(self) -> dict[str, Entry]:
        """All of them, the one changed last at the end."""
        return dict(self._entries)

    def put(self, name: str, entry: Entry) -> None:
        """Remember `entry`. On disk at once or a little later."""
        self._entries.pop(name, None)
        self._entries[name] = entry
        while len(self._entries) > LONGEST:
            del self._entries[next(iter(self._entries))]
        self._unwritten = True
        if time.monotonic() - self._written_at >= WRITE_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is not written yet. A disk that refuses costs a line in the log."""
        if self._path is None or not self._unwritten:
            return
        self._unwritten = False
        self._written_at = time.monotonic()
        temporary = self._path.with_name(self._path.name + ".new")
        try:
            temporary.write_bytes(msgspec.json.format(msgspec.json.encode(self._entries)))
            temporary.replace(self._path)
        except OSError as error:
            log.warning("%s cannot be written: %s", self._path.name, error)
