"""Reading a CTranslate2 model file strictly: every number is checked before a byte of a weight is read.

Format (version 6, little endian; https://github.com/OpenNMT/CTranslate2, `src/models/model.cc`):

    u32 version · str specification · u32 revision · u32 n · n variables · u32 n · n × (str alias, str variable)
    variable: str name · u8 rank · u32 dimension[rank] · u8 type · u32 bytes · the numbers
    str: u16 length, the trailing NUL counted · bytes

It knows no model.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from router.library.conversion.failure import ConversionFailed

VERSION = 6
MAX_VARIABLES = 10_000
MAX_RANK = 4
TYPES: tuple[np.dtype[Any], ...] = tuple(map(np.dtype, ("<f4", "i1", "<i2", "<i4", "<f2")))


@dataclass(frozen=True)
class Variable:
    """Where a variable's numbers lie, in bytes from the start of the file, and what they are."""

    begin: int
    shape: tuple[int, ...]
    type: np.dtype[Any]


class CTranslate2Model:
    """An open file. Use as a context manager. `specification` names the kind of model, such as WhisperSpec.

    Raises ConversionFailed or OSError.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        try:
            self._size = path.stat().st_size
            if self._number("<I") != VERSION:
                raise ConversionFailed("the weights are of an unknown version")
            self.specification = self._text()
            self._number("<I")
            count = self._number("<I")
            if count > MAX_VARIABLES:
                raise ConversionFailed(f"the file claims {count:,} variables")
            self.variables = dict(self._variable() for _ in range(count))
            for _ in range(min(self._number("<I"), MAX_VARIABLES)):
                alias, name = self._text(), self._text()
                if name in self.variables:
                    self.variables[alias] = self.variables[name]
            if self._file.tell() != self._size:
                raise ConversionFailed("the weights do not fill the file: it is cut off or has something added")
        except BaseException:
            self._file.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None,
                 trace: TracebackType | None) -> None:
        self._file.close()

    def array(self, name: str) -> NDArray[np.float32]:
        """The variable's numbers as float32. Raises ConversionFailed when it is missing, packed or not finite."""
        variable = self._known(name)
        if variable.type.kind != "f":
            raise ConversionFailed(f"the variable “{name}” is quantised; only f16 and f32 can be converted")
        numbers = self._read(variable).astype(np.float32)
        if not np.isfinite(numbers).all():
            raise ConversionFailed(f"the variable “{name}” holds numbers that are not finite")
        return numbers

    def shape(self, name: str) -> tuple[int, ...]:
        """Raises ConversionFailed when it is missing."""
        return self._known(name).shape

    def integer(self, name: str) -> int:
        """A variable that is one whole number. Raises ConversionFailed."""
        variable = self._known(name)
        if variable.shape or variable.type.kind != "i":
            raise ConversionFailed(f"“{name}” is no whole number")
        return int(self._read(variable).reshape(()))

    def _known(self, name: str) -> Variable:
        if name not in self.variables:
            raise ConversionFailed(f"the variable “{name}” is missing")
        return self.variables[name]

    def _read(self, variable: Variable) -> NDArray[Any]:
        self._file.seek(variable.begin)
        data = self._file.read(math.prod(variable.shape) * variable.type.itemsize)
        return np.frombuffer(data, variable.type).reshape(variable.shape)

    def _variable(self) -> tuple[str, Variable]:
        name = self._text()
        rank = self._number("B")
        if rank > MAX_RANK:
            raise ConversionFailed(f"the variable “{name[:80]}” has {rank} dimensions")
        shape = tuple(self._number("<I") for _ in range(rank))
        code = self._number("B")
        if code >= len(TYPES):
            raise ConversionFailed(f"the variable “{name[:80]}” has the unknown type {code}")
        length, begin = self._number("<I"), self._file.tell()
        if begin + length > self._size:
            raise ConversionFailed("the weights are cut off")
        if length != math.prod(shape) * TYPES[code].itemsize:
            raise ConversionFailed(f"the variable “{name[:80]}” does not fit its bytes")
        self._file.seek(length, 1)
        return name, Variable(begin, shape, TYPES[code])

    def _text(self) -> str:
        length = self._number("<H")
        try:
            return self._bytes(length).rstrip(b"\0").decode("utf-8")
        except UnicodeDecodeError as error:
            raise ConversionFailed("a name in the weights is not UTF-8 text") from error

    def _number(self, form: str) -> int:
        return int(struct.unpack(form, self._bytes(struct.calcsize(form)))[0])

    def _bytes(self, count: int) -> bytes:
        data = self._file.read(count)
        if len(data) != count:
            raise ConversionFailed("the weights are cut off")
        return data
