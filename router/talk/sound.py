"""Sound devices behind one small interface: what a front-end needs of a microphone and of a loudspeaker.

The window has real ones, `sound_files` has files. Nothing in the conversation itself knows a device.
"""

from __future__ import annotations

from typing import Protocol

BLOCK = 0.064                   # seconds of sound in a block; what real devices give


class AudioIn(Protocol):
    """A microphone. `over`: it has nothing more to give."""

    @property
    def over(self) -> bool: ...

    def next(self, waits: bool) -> bytes:
        """BLOCK seconds of what it hears, 16 kHz, mono, 16 bit. waits: whoever speaks there is polite and waits."""
        ...


class AudioOut(Protocol):
    """A loudspeaker. `played`: seconds of sound that have left it since `silence` (or ever); `waiting`: seconds that
    are still to come."""

    @property
    def played(self) -> float: ...
    @property
    def waiting(self) -> float: ...

    def play(self, pcm: bytes, rate: int) -> None:
        """Behind everything that waits. Mono, 16 bit."""
        ...

    def silence(self) -> None:
        """At once; what waits is dropped, and `played` begins at 0 again."""
        ...

    def advance(self, seconds: float) -> None:
        """So much time passes. A real device needs nobody to tell it."""
        ...

    def close(self) -> None:
        """It is not needed any more."""
        ...
