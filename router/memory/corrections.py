"""What the person taught the router: requests like this belong to that specialist. It knows no neighbour, no score.

A request is kept with the encoder's vector of it (float32, little endian), so that reading needs no encoder.
"""

from __future__ import annotations

import array
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass

from router.errors import UserFacingError
from router.memory.database import Database
from router.memory.identity import new_id
from router.memory.text import clean_text
from router.views import CorrectionView

LONGEST = 2_000             # characters of the request that are kept


@dataclass(frozen=True)
class Correction:
    """One lesson. vector: the encoder's of the request, of length one, empty when there was no encoder."""

    id: str
    text: str
    specialist: str
    created: float
    vector: tuple[float, ...] = ()

    @property
    def view(self) -> CorrectionView:
        """What a front-end shows of it."""
        return CorrectionView(self.id, self.text, self.specialist, self.created)


def remember(database: Database, text: str, specialist: str, vector: Sequence[float]) -> Correction:
    """Keep it. The same words taught again replace the older lesson."""
    kept = Correction(new_id(), clean_text(text)[:LONGEST], specialist, time.time(), tuple(vector))
    with database.transaction():
        database.run("DELETE FROM correction WHERE text = ?", (kept.text,))
        database.run("INSERT INTO correction (id, text, specialist, created, vector) VALUES (?, ?, ?, ?, ?)",
                     (kept.id, kept.text, kept.specialist, kept.created, _packed(kept.vector)))
    return kept


def forget(database: Database, correction: str) -> None:
    """Destroy it. Raises UserFacingError when it is not there."""
    with database.transaction():
        if database.value("DELETE FROM correction WHERE id = ? RETURNING id", (correction,)) is None:
            raise UserFacingError("This correction is not there any more.", "Nothing needs to be undone.")


def corrections(database: Database) -> tuple[Correction, ...]:
    """All of them, the newest first."""
    return tuple(Correction(identity, text, specialist, created, _unpacked(vector)) for
                 identity, text, specialist, created, vector in database.rows(
                     "SELECT id, text, specialist, created, vector FROM correction ORDER BY created DESC, rowid DESC"))


def _packed(vector: Sequence[float]) -> bytes:
    numbers = array.array("f", vector)
    if sys.byteorder == "big":
        numbers.byteswap()
    return numbers.tobytes()


def _unpacked(packed: bytes) -> tuple[float, ...]:
    numbers = array.array("f")
    numbers.frombytes(packed[:len(packed) // numbers.itemsize * numbers.itemsize])
    if sys.byteorder == "big":
        numbers.byteswap()
    return tuple(numbers)
