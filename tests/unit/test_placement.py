"""Who leaves memory: rules that hold for every crowd, and a few crowds by name."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.fleet.placement import DoesNotFit, Resident, make_room, usefulness

CROWDS = st.lists(
    st.builds(Resident, st.integers(0, 99).map(str), st.integers(0, 50), st.floats(0, 1000), st.booleans(),
              st.booleans(), st.floats(0, 60)),
    max_size=8, unique_by=lambda one: one.id)
NEEDED = st.integers(0, 120)
BUDGET = st.integers(0, 150)


def held(crowd: list[Resident], without: tuple[str, ...] = ()) -> int:
    return sum(one.bytes for one in crowd if one.id not in without)


@given(CROWDS, NEEDED, BUDGET)
def test_afterwards_it_fits_or_it_could_not_have_fitted(crowd: list[Resident], needed: int, budget: int) -> None:
    room = make_room(crowd, needed, budget)
    busy = sum(one.bytes for one in crowd if one.busy)
    if isinstance(room, DoesNotFit):
        assert busy + needed > budget
        assert room == DoesNotFit(needed, budget, busy)
        assert room.never == (needed > budget)
    else:
        assert held(crowd, room) + needed <= budget


@given(CROWDS, NEEDED, BUDGET)
def test_the_busy_never_leave_and_nobody_leaves_in_vain(crowd: list[Resident], needed: int, budget: int) -> None:
    room = make_room(crowd, needed, budget)
    if isinstance(room, DoesNotFit):
        return
    by_id = {one.id: one for one in crowd}
    assert len(set(room)) == len(room)
    assert not any(by_id[one].busy for one in room)
    for one in room:
        assert held(crowd, room) + by_id[one].bytes + needed > budget


@given(CROWDS, NEEDED, BUDGET)
def test_the_pinned_leave_only_when_the_others_are_not_enough(crowd: list[Resident], needed: int, budget: int) -> None:
    room = make_room(crowd, needed, budget)
    others = tuple(one.id for one in crowd if not one.pinned and not one.busy)
    if not isinstance(room, DoesNotFit) and held(crowd, others) + needed <= budget:
        assert not any(one.pinned for one in crowd if one.id in room)


@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), max_size=8), st.integers(0, 8))
def test_among_equals_the_least_recently_used_leave(crowd: list[tuple[float, bool]], needed: int) -> None:
    residents = [Resident(str(number), 1, used, busy) for number, (used, busy) in enumerate(crowd)]
    room = make_room(residents, needed, 8)
    if not isinstance(room, DoesNotFit):
        idle = sorted((one for one in residents if not one.busy), key=lambda one: one.last_used)
        assert room == tuple(one.id for one in idle[:len(room)])


def test_one_that_could_stay_after_all_stays() -> None:
    crowd = [Resident("old and small", 10, 1.0), Resident("large", 60, 2.0), Resident("new", 20, 3.0)]
    assert make_room(crowd, 65, 100) == ("large",)
    assert make_room(crowd, 80, 100) == ("old and small", "large")


def test_where_there_is_room_nobody_moves() -> None:
    assert make_room([Resident("a", 40, 1.0)], 60, 100) == ()


@given(st.floats(0.1, 100), st.floats(1.01, 10))
def test_of_two_alike_the_one_that_comes_back_sooner_leaves(seconds: float, times: float) -> None:
    crowd = [Resident("slow", 40, 5.0, load_seconds=seconds * times), Resident("quick", 40, 5.0, load_seconds=seconds)]
    assert make_room(crowd, 40, 100) == make_room(crowd[::-1], 40, 100) == ("quick",)


@given(st.integers(1, 50), st.integers(1, 50))
def test_of_two_that_take_as_long_to_load_the_larger_leaves(one: int, more: int) -> None:
    crowd = [Resident("small", one, 5.0, load_seconds=2.0), Resident("large", one + more, 5.0, load_seconds=2.0)]
    assert make_room(crowd, 1, 2 * one + more) == ("large",)


@given(CROWDS, st.floats(0, 10_000))
def test_a_night_in_which_nobody_asks_changes_nothing(crowd: list[Resident], night: float) -> None:
    newest = max((one.last_used for one in crowd), default=0.0)
    for one in crowd:
        later = replace(one, last_used=one.last_used + night)
        assert usefulness(later, newest + night) == pytest.approx(usefulness(one, newest), rel=1e-3)


def test_a_slow_load_outweighs_a_little_age_but_not_a_long_one() -> None:
    def leaves(age: float) -> object:
        return make_room([Resident("slow", 40, 1000.0 - age, load_seconds=6.0),
                          Resident("quick", 40, 1000.0, load_seconds=2.0)], 40, 100)

    assert leaves(20) == ("quick",) and leaves(600) == ("slow",)


def test_a_small_pinned_one_outlasts_a_large_pinned_one() -> None:
    crowd = [Resident("encoder", 10, 1.0, pinned=True, load_seconds=0.5),
             Resident("large", 60, 2.0, pinned=True, load_seconds=1.5), Resident("busy", 20, 3.0, busy=True)]
    assert make_room(crowd, 40, 100) == ("large",)
