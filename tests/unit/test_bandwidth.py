"""A limit holds for everybody together, and may change while bytes come. With a clock that the test moves."""

from __future__ import annotations

import pytest

from router.library.bandwidth import Bandwidth, limit_of


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def seconds_for(bandwidth: Bandwidth, clock: Clock, amount: int, piece: int = 65_536) -> float:
    """How long `amount` bytes take when each piece comes as soon as it may."""
    begun = clock.now
    for _ in range(0, amount, piece):
        clock.now += bandwidth.seconds_owed(piece)
    return clock.now - begun


@pytest.mark.parametrize("limit", [10_000, 1_000_000, 300_000_000])
def test_bytes_take_as_long_as_the_limit_says(limit: int) -> None:
    clock = Clock()
    amount = limit * 20 // 65_536 * 65_536 or 65_536 * 4
    assert seconds_for(Bandwidth(limit, clock), clock, amount) == pytest.approx(amount / limit, rel=0.02)


def test_without_a_limit_nobody_waits() -> None:
    clock = Clock()
    assert seconds_for(Bandwidth(0, clock), clock, 10**9) == 0


def test_a_pause_saves_up_no_more_than_a_moment() -> None:
    clock = Clock()
    bandwidth = Bandwidth(1_000_000, clock)
    clock.now += 3600
    assert seconds_for(bandwidth, clock, 65_536 * 100) > 6.0


def test_another_limit_holds_at_once_also_for_what_is_owed() -> None:
    clock = Clock()
    bandwidth = Bandwidth(1_000, clock)
    assert bandwidth.seconds_owed(100_000) == pytest.approx(100)
    bandwidth.change(100_000)
    assert bandwidth.seconds_owed() == pytest.approx(1)
    bandwidth.change(0)
    assert bandwidth.seconds_owed() == 0
    bandwidth.change(1_000)
    assert bandwidth.seconds_owed(1_000) == pytest.approx(1), "what came without a limit is not owed"


def test_a_preference_that_is_no_number_is_no_limit() -> None:
    assert [limit_of(text) for text in ("2000000", "", "fast", "-1", "1e6")] == [2_000_000, 0, 0, 0, 0]
