"""Which bytes of an unfinished file are on disk, as lines of text beside it: a line for each piece as it is written.

After the end of the program, however it came, every line holds. After a power cut only what was made durable does, so
lines before `synced` are believed always and those after it only until the computer starts anew.

    boot 5e0c…          when this list was begun
    0 33554432          durable stretches of bytes
    synced
    33554432 33619968   written since
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import psutil

from router.library.byte_set import ByteSet, Stretch
from router.library.durable import sync_folder

_LINE = re.compile(r"(\d{1,18}) (\d{1,18})\n")
_LINUX_BOOT = Path("/proc/sys/kernel/random/boot_id")


class Journal:
    """The list at `path`. Every method raises OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor = -1

    def read(self) -> ByteSet | None:
        """What is on disk, None when there is no list. A line that a power cut tore ends the reading."""
        try:
            head, _, rest = self.path.read_text(encoding="ascii", errors="replace").partition("\n")
        except FileNotFoundError:
            return None
        durable, _, since = rest.partition("synced\n")
        lines = durable + since if head == f"boot {_boot()}" else durable
        found = ByteSet()
        for line in lines.splitlines(keepends=True):
            parts = _LINE.fullmatch(line)
            if parts is None:
                break
            found.add(int(parts[1]), int(parts[2]))
        return found

    def begin(self, durable: Iterable[Stretch]) -> None:
        """Write the list anew and go on with it."""
        self.prepare(durable)
        self.switch(())
        sync_folder(self.path.parent)

    def prepare(self, durable: Iterable[Stretch]) -> None:
        """Write a new list beside this one; it waits for the disk, so it may run in a thread while lines are added."""
        with self._new.open("wb") as file:
            file.write(f"boot {_boot()}\n{_lines(durable)}synced\n".encode("ascii"))
            file.flush()
            os.fsync(file.fileno())

    def switch(self, since: Iterable[Stretch]) -> None:
        """Go on with the list that was prepared, and what was written `since`. Whichever of the two a power cut leaves
        is true."""
        self.close()
        with self._new.open("ab") as file:
            file.write(_lines(since).encode("ascii"))
        self._new.replace(self.path)
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND)

    def add(self, start: int, end: int) -> None:
        """These bytes were given to the system."""
        os.write(self._descriptor, f"{start} {end}\n".encode("ascii"))

    @property
    def _new(self) -> Path:
        return self.path.with_name(self.path.name + ".new")

    def delete(self) -> None:
        """There is no list any more."""
        self.close()
        self.path.unlink(missing_ok=True)
        self._new.unlink(missing_ok=True)

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def _lines(stretches: Iterable[Stretch]) -> str:
    return "".join(f"{one.start} {one.end}\n" for one in stretches)


def _boot() -> str:
    """A name for the time since the computer started. Where it is a little off, only the durable lines are believed."""
    try:
        return _LINUX_BOOT.read_text(encoding="ascii").strip()
    except OSError:
        return str(round(psutil.boot_time() / 60))
