"""Which bytes of a file are there: stretches, half-open, in order, none touching the next. Pure; it knows no file."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass


@dataclass(frozen=True, order=True)
class Stretch:
    """The bytes from `start` up to, not including, `end`."""

    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


class ByteSet:
    """A set of bytes that grows. Attribute `size`: how many bytes it holds."""

    def __init__(self, stretches: Iterable[Stretch] = ()) -> None:
        self._starts: list[int] = []
        self._ends: list[int] = []
        self.size = 0
        for stretch in stretches:
            self.add(stretch.start, stretch.end)

    def __iter__(self) -> Iterator[Stretch]:
        """A snapshot in order."""
        return iter([Stretch(start, end) for start, end in zip(self._starts, self._ends, strict=True)])

    @property
    def front(self) -> int:
        """Every byte before this one is there."""
        return self._ends[0] if self._starts and self._starts[0] == 0 else 0

    def add(self, start: int, end: int) -> None:
        """The bytes from `start` to `end` are there, too; some of them may have been before."""
        if start >= end:
            return
        first, last = bisect_left(self._ends, start), bisect_right(self._starts, end)     # those that it touches
        for number in range(first, last):
            self.size -= self._ends[number] - self._starts[number]
            start, end = min(start, self._starts[number]), max(end, self._ends[number])
        self._starts[first:last], self._ends[first:last] = [start], [end]
        self.size += end - start

    def missing(self, start: int, end: int) -> list[Stretch]:
        """What is not there of the bytes from `start` to `end`, in order."""
        gaps, at = [], start
        for number in range(bisect_right(self._ends, start), len(self._starts)):
            if self._starts[number] >= end:
                break
            if self._starts[number] > at:
                gaps.append(Stretch(at, self._starts[number]))
            at = self._ends[number]
        if at < end:
            gaps.append(Stretch(at, end))
        return gaps
