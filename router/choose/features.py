"""Word pieces: words and parts of words, hashed into a fixed number of columns. They know the languages and spellings
that the encoder does not. Pure.

Feature hashing: Weinberger et al. 2009, https://arxiv.org/abs/0902.2206. What is rare tells more (inverse document
frequency: Spärck Jones 1972, https://doi.org/10.1108/eb026526); here its root, chosen on sources left out.
"""

from __future__ import annotations

import re
import zlib
from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from router.choose.signs import excerpt

COLUMNS = 16_384                # of the request's word pieces
EARLIER_COLUMNS = 512           # of the word pieces of the request before it
LONGEST_WORD = 24
PART_WEIGHT = 0.5               # of a part of a word, beside a whole one

_WORD = re.compile(r"[^\W\d_]+|\d+|[^\w\s]")


def word_pieces(text: str, rarity: NDArray[np.float32] | None = None) -> NDArray[np.float32]:
    """Words, pairs of words and parts of words, counted in hashed columns; of length one. (COLUMNS,)

    rarity: what each column's count is worth, as `rarity_in` says. (COLUMNS,)
    """
    found = _hashed(text, COLUMNS)
    return _of_length_one(found if rarity is None else found * rarity)


def earlier_pieces(text: str) -> NDArray[np.float32]:
    """The same in few columns, all worth the same. (EARLIER_COLUMNS,)"""
    return _of_length_one(_hashed(text, EARLIER_COLUMNS))


def rarity_in(texts: Iterable[str]) -> NDArray[np.float32]:
    """The root of the logarithm of how many texts there are for each that has a column's pieces. (COLUMNS,)"""
    having, total = np.ones(COLUMNS), 1
    for text in texts:
        having += _hashed(text, COLUMNS) != 0.0
        total += 1
    return np.sqrt(np.log(np.maximum(total / having, 1.0))).astype(np.float32)


def _hashed(text: str, columns: int) -> NDArray[np.float32]:
    pieces = _pieces(text)
    codes = np.fromiter((zlib.crc32(piece.encode("utf-8", "replace")) for piece in pieces), np.uint32, len(pieces))
    worth = np.fromiter((PART_WEIGHT if piece[0] == "c" else 1.0 for piece in pieces), np.float64, len(pieces))
    counts = np.fromiter(pieces.values(), np.float64, len(pieces))
    signs = np.where(codes & 0x8000_0000, 1.0, -1.0)
    return np.bincount(codes % columns, signs * worth * (1.0 + np.log(counts)), columns).astype(np.float32)


def _of_length_one(found: NDArray[np.float32]) -> NDArray[np.float32]:
    length = float(np.linalg.norm(found))
    return found / np.float32(length) if length else found


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
