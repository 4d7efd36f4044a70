"""Speed and time left: smooth enough to be read, honest when nothing comes any more."""

from __future__ import annotations

import pytest

from router.queue_lines import Pace


class Clock:
    def __init__(self) -> None:
        self.now = 50.0

    def __call__(self) -> float:
        return self.now


def run(pace: Pace, clock: Clock, done: int, speed: float, seconds: float) -> int:
    for _ in range(round(seconds * 10)):
        clock.now += 0.1
        done += round(speed / 10)
        pace.at(done)
    return done


def test_a_steady_line_has_its_speed_and_its_time() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.at(5_000_000)
    done = run(pace, clock, 5_000_000, 1_000_000, 30)
    assert pace.bytes_per_second == pytest.approx(1_000_000, rel=0.02)
    assert pace.seconds_left(done, done + 60_000_000) == pytest.approx(60, rel=0.02)


def test_a_hiccup_changes_little_and_a_new_speed_is_seen_within_seconds() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.at(0)
    done = run(pace, clock, 0, 1_000_000, 30)
    done = run(pace, clock, done, 0, 0.5)
    assert pace.bytes_per_second == pytest.approx(950_000, rel=0.03)
    run(pace, clock, done, 4_000_000, 12)
    assert pace.bytes_per_second == pytest.approx(4_000_000, rel=0.05)


def test_what_does_not_move_has_no_speed_in_the_end() -> None:
    clock = Clock()
    pace = Pace(clock)
    pace.at(0)
    run(pace, clock, 0, 1_000_000, 10)
    clock.now += 1000
    assert pace.bytes_per_second < 11_000


def test_nobody_knows_before_the_second_step() -> None:
    pace = Pace(Clock())
    assert pace.bytes_per_second == 0 and pace.seconds_left(0, 100) == 0
    pace.at(10)
    assert pace.seconds_left(10, 100) == 0
