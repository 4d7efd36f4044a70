"""Reading a safetensors file strictly: every number is checked before a byte of a weight is read.

Format: https://github.com/huggingface/safetensors#format: eight bytes of header length, a JSON object name → type,
shape and place, then the bytes, without holes. It knows no model.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import msgspec
import numpy as np
from numpy.typing import NDArray

from router.library.conversion.failure import ConversionFailed

MAX_HEADER = 8 * 2**20          # bytes; the reference reader allows 100 MB, a real encoder's has under 100 kB
MAX_TENSORS = 10_000
MAX_NAME = 256                  # characters
MAX_DIMENSIONS = 8
TYPES: dict[str, np.dtype[Any]] = {"F32": np.dtype("<f4"), "F16": np.dtype("<f2"), "I64": np.dtype("<i8")}


@dataclass(frozen=True)
class Tensor:
    """Where a tensor lies: `begin` and `end` in bytes from the start of the file."""

    type: str
    shape: tuple[int, ...]
    begin: int
    end: int


class _Entry(msgspec.Struct, forbid_unknown_fields=True):
    dtype: str
    shape: list[int]
    data_offsets: tuple[int, int]


class Safetensors:
    """An open file; `tensors` is name → place. Use as a context manager. Raises ConversionFailed or OSError."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self.tensors = self._header(path.stat().st_size)
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def rows(self, name: str, at_once: int = 4096) -> Iterator[NDArray[np.float32]]:
        """The tensor's rows (all of a vector), at most `at_once` at a time, as float32. Raises ConversionFailed.

        A number that is not finite is refused: it would spoil every vector the model makes.
        """
        tensor = self.tensors[name]
        stored = TYPES[tensor.type]
        width = math.prod(tensor.shape[1:]) if len(tensor.shape) > 1 else tensor.shape[0]
        rows = tensor.shape[0] if len(tensor.shape) > 1 else 1
        self._file.seek(tensor.begin)
        for first in range(0, rows, at_once):
            count = min(at_once, rows - first)
            data = self._file.read(count * width * stored.itemsize)
            if len(data) != count * width * stored.itemsize:
                raise ConversionFailed("the weights became shorter while it was read")
            part = np.frombuffer(data, stored).astype(np.float32)
            if not np.isfinite(part).all():
                raise ConversionFailed(f"the tensor “{name}” holds numbers that are not finite")
            yield part.reshape((count, width)) if len(tensor.shape) > 1 else part

    def _header(self, size: int) -> dict[str, Tensor]:
        head = self._file.read(8)
        length = int.from_bytes(head, "little")
        if len(head) < 8 or not 2 <= length <= min(MAX_HEADER, size - 8):
            raise ConversionFailed("the weights’ header is longer than the file or than makes sense")
        try:
            entries: dict[str, Any] = msgspec.json.decode(self._file.read(length), type=dict[str, Any])
            entries.pop("__metadata__", None)
            parsed = msgspec.convert(entries, dict[str, _Entry])
        except (msgspec.DecodeError, RecursionError) as error:
            raise ConversionFailed("the weights’ header cannot be read") from error
        if len(parsed) > MAX_TENSORS:
            raise ConversionFailed(f"the file claims {len(parsed):,} tensors")
        tensors = {name: _placed(name, entry, 8 + length) for name, entry in parsed.items()}
        _require_gapless(tensors, 8 + length, size)
        return tensors


def _placed(name: str, entry: _Entry, start: int) -> Tensor:
    short = name[:80]
    if not 0 < len(name) <= MAX_NAME:
        raise ConversionFailed(f"the tensor name “{short}” is impossible")
    if entry.dtype not in TYPES:
        raise ConversionFailed(f"the tensor “{short}” has the unknown type “{entry.dtype[:20]}”")
    if not 0 < len(entry.shape) <= MAX_DIMENSIONS or any(not 0 < side < 2**31 for side in entry.shape):
        raise ConversionFailed(f"the tensor “{short}” has an impossible shape")
    begin, end = entry.data_offsets
    if begin < 0 or end - begin != math.prod(entry.shape) * TYPES[entry.dtype].itemsize:
        raise ConversionFailed(f"the tensor “{short}” has a shape that does not fit its bytes")
    return Tensor(entry.dtype, tuple(entry.shape), start + begin, start + end)


def _require_gapless(tensors: dict[str, Tensor], start: int, size: int) -> None:
    """No tensor over another, none outside the file, no byte that belongs to none."""
    at = start
    for tensor in sorted(tensors.values(), key=lambda tensor: tensor.begin):
        if tensor.begin != at:
            raise ConversionFailed("the tensors overlap or leave holes")
        at = tensor.end
    if at != size:
        raise ConversionFailed("the weights do not fill the file: it is cut off or has something added")
