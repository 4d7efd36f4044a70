"""What the model engine of this installation can do: asked of it in a process of its own, remembered while we run."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

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
    """Asks at most once for each question. An engine that does not answer is taken to know and have nothing special."""

    def __init__(self) -> None:
        self._build: Build | None = None
        self._known: dict[str, bool] = {}

    @property
    def gpu_memory(self) -> int:
        """Bytes of the graphics cards it can use; 0 until `look` was awaited."""
        return self._build.gpu_memory if self._build and self._build.gpu else 0

    async def look(self) -> Build:
        """What it was built with."""
        if self._build is None:
            try:
                self._build = msgspec.json.decode((await ask_probe())[0], type=Build)
            except (NoHeader, msgspec.DecodeError):
                return Build("", False)
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
