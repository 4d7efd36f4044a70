"""From probabilities to one specialist: the better one, unless it takes too long or the person taught otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.choose.expected import Standing, expected
from router.choose.neighbours import own_kind, taught
from router.choose.request import SKILLS
from router.choose.selector import Option, select
from router.choose.strengths import strength, strengths
from router.fleet.times import Speed
from specialists.manifest import Manifest

CODER = Option("coder", {"code": 0.7, "general": 0.4}, seconds=4.0)
TALKER = Option("talker", {"code": 0.4, "general": 0.6}, seconds=4.0)

shares = st.floats(0.0, 1.0, allow_nan=False)
options = st.lists(st.builds(
    Option, st.text("abcdef", min_size=1, max_size=3), st.dictionaries(st.sampled_from(SKILLS), shares),
    st.floats(0.0, 1e6), shares, shares), min_size=1, max_size=6, unique_by=lambda one: one.specialist)


def first(skills: dict[str, float], *them: Option, **more: object) -> str:
    return select(skills, them, **more)[0].option.specialist      # type: ignore[arg-type]


def test_the_best_at_what_is_asked_is_chosen_and_its_share_is_the_chance_that_it_is() -> None:
    ranked = select({"code": 0.8, "general": 0.2}, (TALKER, CODER))
    assert [one.option.specialist for one in ranked] == ["coder", "talker"]
    assert ranked[0].share == pytest.approx(0.8) and ranked[1].share == pytest.approx(0.2)
    assert ranked[0].quality == pytest.approx(0.8 * 0.7 + 0.2 * 0.4)


def test_a_little_better_is_not_worth_a_long_wait_unless_the_request_is_hard() -> None:
    slow = Option("slow", {"general": 0.7}, seconds=120.0)
    quick = Option("quick", {"general": 0.6}, seconds=2.0)
    assert first({"general": 1.0}, slow, quick, difficulty=1.0) == "quick"
    assert first({"general": 1.0}, slow, quick, difficulty=3.0) == "slow"


def test_a_conversation_stays_where_it_is_unless_the_gain_is_clear() -> None:
    one, other = Option("one", {"general": 0.50}), Option("other", {"general": 0.52})
    assert first({"general": 1.0}, one, other) == "other"
    assert first({"general": 1.0}, one, other, last="one") == "one"
    much = Option("much", {"general": 0.7})
    assert first({"general": 1.0}, one, much, last="one") == "much"


def test_what_the_person_taught_outweighs_strength() -> None:
    assert first({"code": 1.0}, CODER, Option("talker", TALKER.strengths, 4.0, taught=1.0)) == "talker"


def test_a_specialist_of_a_new_kind_is_chosen_for_what_is_like_its_own_examples() -> None:
    chemist = Option("chemist", {"general": 0.4}, 4.0, own_kind=0.9)
    assert first({"general": 1.0}, TALKER, chemist) == "chemist"


def test_nobody_to_select_from_is_an_error() -> None:
    with pytest.raises(ValueError, match="nobody"):
        select({"code": 1.0}, ())


@given(options, st.dictionaries(st.sampled_from(SKILLS), shares, min_size=1), st.floats(0, 5), st.text("abcdef"))
def test_everybody_is_ranked_once_and_shares_add_up(them: list[Option], chances: dict[str, float], hard: float,
                                                   last: str) -> None:
    total = sum(chances.values()) or 1.0
    skills = {skill: chance / total for skill, chance in chances.items()}
    ranked = select(skills, them, difficulty=hard, last=last)
    assert sorted(one.option.specialist for one in ranked) == sorted(one.specialist for one in them)
    assert [one.utility for one in ranked] == sorted((one.utility for one in ranked), reverse=True)
    assert sum(one.share for one in ranked) == pytest.approx(sum(skills.values()))
    assert all(0.0 <= one.quality <= 1.0 for one in ranked)


@given(options, st.floats(0.1, 1e5))
def test_taking_longer_never_helps(them: list[Option], later: float) -> None:
    skills = {"general": 0.5, "code": 0.5}
    before = [one.option.specialist for one in select(skills, them)]
    slowed = Option(before[0], them[0].strengths, them[0].seconds)
    chosen = next(one for one in them if one.specialist == before[0])
    slowed = Option(chosen.specialist, chosen.strengths, chosen.seconds + later, chosen.taught, chosen.own_kind)
    after = select(skills, [slowed if one is chosen else one for one in them])
    utility = {one.option.specialist: one.utility for one in select(skills, them)}
    assert next(one for one in after if one.option.specialist == before[0]).utility <= utility[before[0]]


def test_the_nearest_lesson_counts_and_an_unlike_one_does_not() -> None:
    lessons = [("poet", (1.0, 0.0)), ("coder", (0.0, 1.0))]
    assert taught((1.0, 0.0), lessons)["poet"] == pytest.approx(1.0)
    assert "coder" not in taught((1.0, 0.0), lessons)
    assert taught((-1.0, 0.0), lessons) == {}
    assert taught((), lessons) == {} and taught((1.0, 0.0), [("poet", ())]) == {}, "an encoder was missing"


def test_likeness_to_own_examples_is_not_decided_by_one_odd_example() -> None:
    assert own_kind((1.0, 0.0), [(1.0, 0.0)] * 3) == pytest.approx(1.0)
    assert own_kind((1.0, 0.0), [(1.0, 0.0), (0.0, 1.0), (0.0, 1.0)]) < 0.4
    assert own_kind((1.0, 0.0), []) == 0.0


def test_strengths_are_what_was_measured_else_what_size_and_skills_say() -> None:
    measured = Manifest("m", "M", "", strengths={"code": 0.61})
    assert strength(measured, "code") == 0.61
    small, large = Manifest("s", "S", "", parameters="135M"), Manifest("l", "L", "", parameters="7B")
    assert strength(small, "general") < strength(large, "general")
    coder = Manifest("c", "C", "", skills=("code",), parameters="1.5B")
    assert strength(coder, "code") > strength(coder, "math")
    assert strength(large, "vision") < 0.1, "who cannot see does not describe pictures"
    assert all(0.0 <= one <= 1.0 for one in strengths(Manifest("x", "X", "", parameters="0B", size=10)).values())
    nonsense = Manifest("n", "N", "", strengths={"code": 99.0, "math": -3.0})
    assert strength(nonsense, "code") == 1.0 and strength(nonsense, "math") == 0.0


def test_expected_seconds_add_up_what_there_is_to_do() -> None:
    speed = Speed(load_seconds=3.0, read_per_second=100.0, write_per_second=10.0, answer_tokens=50.0)
    there, away = expected(speed, Standing(True, 0)), expected(speed, Standing(False, 1_000, waits=1.0))
    assert there.first_word == pytest.approx(0.05) and there.answer == pytest.approx(5.05)
    assert away.first_word == pytest.approx(1.0 + 3.0 + 10.05)
