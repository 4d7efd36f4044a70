"""What is to be played, in order, and how much of it has been heard. Pure: it knows no device.

The device takes bytes and holds some of them before they sound. What it was given is remembered piece by piece, so
that what it still holds tells what has been heard. Sound is mono, 16 bit.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

BYTES = 2       # of a sample


@dataclass
class _Given:
    """Bytes that went to the device; sound, or silence that only fills it."""

    size: int
    sounds: bool


class PlayQueue:
    """Attributes: `epoch`, whose sound this is; `complete`: no more of it follows; `seconds` of it have been heard."""

    def __init__(self) -> None:
        self.begin(0)

    def begin(self, epoch: int) -> None:
        """Sound of this epoch from now on; what was there is dropped."""
        self.epoch = epoch
        self.complete = False
        self.seconds = 0.0
        self._waiting: deque[tuple[int, bytes]] = deque()
        self._given: deque[_Given] = deque()
        self._rate = 0          # of what the device holds

    @property
    def rate(self) -> int:
        """Samples a second of what comes next; 0 when nothing waits."""
        return self._waiting[0][0] if self._waiting else 0

    @property
    def held(self) -> bool:
        """Has the device sound that was not heard yet?"""
        return any(one.sounds for one in self._given)

    @property
    def over(self) -> bool:
        """Everything has been heard."""
        return self.complete and not self._waiting and not self.held

    def add(self, epoch: int, rate: int, pcm: bytes, *, last: bool = False) -> bool:
        """More to play. False: it is of an earlier epoch, and dropped. A later one drops what was before it."""
        if epoch < self.epoch:
            return False
        if epoch > self.epoch:
            self.begin(epoch)
        whole = pcm[:len(pcm) // BYTES * BYTES]
        if whole and rate > 0:
            self._waiting.append((rate, whole))
        self.complete = self.complete or last
        return True

    def take(self, size: int) -> bytes:
        """The next bytes for the device, at most `size`, all of one rate."""
        size = size // BYTES * BYTES
        taken = bytearray()
        rate = self.rate
        while self._waiting and self.rate == rate and len(taken) < size:
            _, pcm = self._waiting.popleft()
            part, rest = pcm[:size - len(taken)], pcm[size - len(taken):]
            taken += part
            if rest:
                self._waiting.appendleft((rate, rest))
        if taken:
            self._rate = rate
            self._given.append(_Given(len(taken), sounds=True))
        return bytes(taken)

    def fill(self, size: int) -> bytes:
        """Silence behind the last sound: a device may wait for a full buffer before it plays a short one."""
        size = size // BYTES * BYTES
        if size > 0:
            self._given.append(_Given(size, sounds=False))
        return bytes(max(0, size))

    def holds(self, size: int) -> None:
        """The device holds the last `size` bytes that it was given; all before them has been heard."""
        heard = sum(one.size for one in self._given) - size
        while heard > 0 and self._given:
            first = self._given[0]
            part = min(heard, first.size)
            if first.sounds:
                self.seconds += part / (BYTES * self._rate)
            heard -= part
            first.size -= part
            if not first.size:
                self._given.popleft()
