"""Who leaves memory: rules that hold for every crowd, and a few crowds by name."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from router.fleet.placement import DoesNotFit, Resident, make_room

CROWDS = st.lists(
    st.builds(Resident, st.uuids().map(str), st.integers(0, 50), st.floats(0, 1000), st.booleans(), st.booleans()),
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
