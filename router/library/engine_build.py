"""What the model engine of this installation can do: asked of it in a process of its own, and remembered.

What it was built with is kept in a file, because asking takes a second and decides how the next model is opened.
"""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from router.library.durable import write_durably
from router.library.header import NoHeader, ask_probe


@dataclass(frozen=True)
class Build:
    """gpu: it was built for a graphics card. gpu_memory: bytes of all cards here, 0 none or not known."""

    version: str
    gpu: bool
    gpu_memory: int = 0


@dataclass(frozen=True)
class _Knows:
    knows: bool


class EngineBuild:
    """`path`: where to keep what it said. One that does not answer is taken to know everything and have no card."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self._build = _kept(path) if path is not None else None
        self._known: dict[str, bool] = {}

    @property
    def gpu_memory(self) -> int:
        """Bytes of the graphics cards it can use; 0 until it was asked once."""
        return self._build.gpu_memory if self._build is not None and self._build.gpu else 0

    async def look(self) -> Build:
        """What it was built with."""
        if self._build is None:
            try:
                self._build = msgspec.json.decode((await ask_probe())[0], type=Build)
            except (NoHeader, msgspec.DecodeError):
                return Build("", False)
            if self._path is not None:
                with contextlib.suppress(OSError):      # it is asked again next time
                    write_durably(self._path, msgspec.json.encode(self._build))
        return self._build

    async def knows(self, architecture: str) -> bool:
        """Can it open models of that architecture? True where it does not say."""
        if not architecture or "\0" in architecture:
            return False
        if architecture not in self._known:
            try:
                self._known[architecture] = msgspec.json.decode((await ask_probe("knows", architecture))[0],
                                                                type=_Knows).knows
            except (NoHeader, msgspec.DecodeError):
                return True
        return self._known[architecture]


def _kept(path: Path) -> Build | None:
    """What the engine that is installed now said at an earlier time."""
    try:
        build = msgspec.json.decode(path.read_bytes(), type=Build)
        return build if build.version == version("llama-cpp-python") else None
    except (OSError, msgspec.DecodeError, PackageNotFoundError):
        return None
