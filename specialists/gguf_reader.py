"""The values inside a GGUF header: a bounded window over the file that refuses what cannot be true.

It knows lengths and types, not what any key means.
"""

from __future__ import annotations

import os
import struct
from dataclasses import dataclass
from typing import Any, BinaryIO

WINDOW = 2**18                  # bytes of the file held at a time
MAX_TEXT = 16 * 2**20           # bytes; the longest real ones are chat templates of some 10 kB
MAX_KEPT_TEXT = 2**19           # bytes; of texts that are wanted
MAX_ARRAY = 10_000_000          # items; the largest real vocabularies have 262,144
MAX_NUMBERS = 512               # a numeric array up to this long is kept (one number per layer)

TEXT, ARRAY = 8, 9
SCALARS = {0: "<B", 1: "<b", 2: "<H", 3: "<h", 4: "<I", 5: "<i", 6: "<f", 7: "<?", 10: "<Q", 11: "<q", 12: "<d"}
"""enum gguf_type → how struct reads it."""


class BrokenModel(ValueError):
    """The file cannot be a sound model; the text is a sentence for a person."""


class NeedsMore(Exception):
    """Only the beginning of the file is here, and the header goes on behind it. until: bytes needed at least."""

    def __init__(self, until: int) -> None:
        super().__init__(f"{until} bytes are needed")
        self.until = until


@dataclass(frozen=True)
class Summary:
    """An array that was walked over: how many items, and the items themselves if they are few whole numbers."""

    count: int
    numbers: tuple[int, ...] = ()


class Reader:
    """Reads forward through the file with a window of fixed size. Every method raises BrokenModel at the file's end.

    size: of the whole file, where `file` is only its beginning; then a method may raise NeedsMore.
    """

    def __init__(self, file: BinaryIO, size: int = 0) -> None:
        self._file = file
        self._here = file.seek(0, os.SEEK_END)
        self.size = size or self._here
        self._window = b""
        self._base = self._at = 0           # where in the file the window begins; where in the window we are

    @property
    def offset(self) -> int:
        """Bytes from the beginning of the file."""
        return self._base + self._at

    def take(self, length: int) -> bytes:
        """The next `length` bytes (never more than MAX_TEXT)."""
        if self._at + length > len(self._window):
            self._refill(length)
        start, self._at = self._at, self._at + length
        return self._window[start:self._at]

    def skip(self, length: int) -> None:
        """Go on without reading."""
        if length > self.size - self.offset:
            raise self._cut_off()
        self._at += length

    def u32(self) -> int:
        """An unsigned 32-bit number."""
        return int(struct.unpack("<I", self.take(4))[0])

    def u64(self) -> int:
        """An unsigned 64-bit number."""
        return int(struct.unpack("<Q", self.take(8))[0])

    def count(self, what: str, most: int) -> int:
        """A number of things of which there can be at most `most`."""
        number = self.u64()
        if number > most:
            raise BrokenModel(f"The model file claims {number:,} {what}; at most {most:,} are sensible.")
        return number

    def text(self, what: str, most: int) -> str:
        """A text of at most `most` bytes. One that is no UTF-8 is read with replacement marks."""
        return self.take(self._length(what, most)).decode("utf-8", "replace")

    def value(self, kind: int, keep: bool) -> Any:
        """A metadata value of gguf_type `kind`: int, float, bool, a Summary of an array, or a text.

        A text that is not to be kept is walked over and given as "".
        """
        if kind == TEXT and keep:
            return self.text("text", MAX_KEPT_TEXT)
        if kind == TEXT:
            self.skip(self._length("text", MAX_TEXT))
            return ""
        if kind == ARRAY:
            return self._array(self.u32(), self.count("items in one list", MAX_ARRAY))
        form = SCALARS.get(kind)
        if form is None:
            raise BrokenModel(f"The model file holds a value of the unknown type {kind}.")
        return struct.unpack(form, self.take(struct.calcsize(form)))[0]

    def _length(self, what: str, most: int) -> int:
        length = self.u64()
        if length > most:
            raise BrokenModel(f"A {what} in the model file claims to be {length:,} bytes long.")
        return length

    def _array(self, kind: int, count: int) -> Summary:
        if kind == TEXT:
            self._skip_texts(count)
            return Summary(count)
        form = SCALARS.get(kind)
        if form is None:                    # lists of lists exist in no real file, and llama.cpp refuses them
            raise BrokenModel(f"The model file holds a list of the unknown type {kind}.")
        width = struct.calcsize(form)
        if form in "<f<d" or count > MAX_NUMBERS:
            self.skip(count * width)
            return Summary(count)
        items = struct.unpack(f"<{count}{form[1]}", self.take(count * width))
        return Summary(count, tuple(map(int, items)))

    def _skip_texts(self, count: int) -> None:
        if count * 8 > self.size - self.offset:
            raise self._cut_off()
        unpack = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if self._at + 8 > len(self._window):
                self._refill(8)
            length = unpack(self._window, self._at)[0]
            if length > MAX_TEXT:
                raise BrokenModel(f"A text in the model file claims to be {length:,} bytes long.")
            self._at += 8 + length
        self.skip(0)                        # the last text may reach past the end

    def _refill(self, length: int) -> None:
        start = self.offset
        if length > self.size - start:
            raise self._cut_off()
        if start + length > self._here and self._here < self.size:
            raise NeedsMore(start + length)
        self._file.seek(start)
        self._base, self._at = start, 0
        self._window = self._file.read(max(WINDOW, length))
        if len(self._window) < length:      # it shrank while we read
            raise self._cut_off()

    def _cut_off(self) -> BrokenModel:
        return BrokenModel(f"The model file is cut off: it ends at byte {self.size:,}, in the middle of its header.")
