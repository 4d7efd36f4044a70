"""Which bytes of a file are there: any order of arrival, the same set."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from router.library.byte_set import ByteSet, Stretch

LENGTH = 40
PIECES = st.lists(st.tuples(st.integers(0, LENGTH), st.integers(0, LENGTH)), max_size=12)


@given(PIECES, st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_it_is_a_set_of_bytes(pieces: list[tuple[int, int]], start: int, end: int) -> None:
    there, stretches = set[int](), ByteSet()
    for first, last in pieces:
        there |= set(range(first, last))
        stretches.add(first, last)
    assert stretches.size == len(there)
    assert {at for one in stretches for at in range(one.start, one.end)} == there
    assert {at for gap in stretches.missing(start, end) for at in range(gap.start, gap.end)} \
        == set(range(start, end)) - there
    assert stretches.front == next(at for at in range(LENGTH + 1) if at not in there)


@given(PIECES)
def test_stretches_never_touch_and_stand_in_order(pieces: list[tuple[int, int]]) -> None:
    listed = list(ByteSet(Stretch(start, end) for start, end in pieces))
    assert all(one.end < other.start for one, other in pairwise(listed))
    assert all(one.size > 0 for one in listed)
