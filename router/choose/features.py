"""Word pieces: words and parts of words, hashed into a fixed number of columns. They know the languages and spellings
that the encoder does not. Pure.

Feature hashing: Weinberger et al. 2009, https://arxiv.org/abs/0902.2206.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from router.choose.signs import excerpt

COLUMNS = 4_096                 # of the request's word pieces
EARLIER_COLUMNS = 512           # of the word pieces of the request before it
LONGEST_WORD = 24
PART_WEIGHT = 0.5               # of a part of a word, beside a whole one

_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def word_pieces(text: str, columns: int = COLUMNS) -> NDArray[np.float32]:
    """Words, pairs of words and parts of words, counted in `columns` hashed columns; of length one. (columns,)"""
    found = np.zeros(columns, dtype=np.float32)
    for piece, count in _pieces(text).items():
        code = zlib.crc32(piece.encode("utf-8", "replace"))
        weight = (PART_WEIGHT if piece[0] == "c" else 1.0) * (1.0 + np.log(count))
        found[code % columns] += weight if code & 0x8000_0000 else -weight
    length = float(np.linalg.norm(found))
    return found / length if length else found


def _pieces(text: str) -> Counter[str]:
    words = [word.casefold() for word in _WORD.findall(excerpt(text))]
    pieces: Counter[str] = Counter("w" + word for word in words)
    pieces.update(f"p{one} {other}" for one, other in pairwise(words))
    for word in words:
        if len(word) > 3 or not word.isascii():
            padded = f"<{word[:LONGEST_WORD]}>"
            pieces.update("c" + padded[start:start + size]
                          for size in (3, 4) for start in range(len(padded) - size + 1))
    pieces.update("first " + word for word in words[:1])
    return pieces
