"""A long sound is cut at pauses, never within a word where that can be helped, and silence is left out."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from specialists.speech_gate import SpeechGate
from specialists.stretches import MOST, Stretches

FRAME = 0.032


def frames(*pieces: tuple[float, float]) -> list[float]:
    """(probability, seconds) each."""
    return [probability for probability, seconds in pieces for _ in range(round(seconds / FRAME))]


def cut(probabilities: list[float]) -> list[tuple[float, float]]:
    stretches = Stretches(FRAME)
    found = [*stretches.feed(probabilities), *stretches.close()]
    return [(round(begin * FRAME, 1), round(end * FRAME, 1)) for begin, end in found]


def test_silence_is_nothing_and_a_click_is_no_speech() -> None:
    assert cut(frames((0.01, 60))) == []
    assert cut(frames((0.01, 5), (0.9, 0.03), (0.01, 5))) == []


def test_one_sentence_is_one_stretch_with_a_little_around_it() -> None:
    assert cut(frames((0.0, 3), (0.9, 2), (0.0, 3))) == [(2.8, 5.2)]


def test_short_pauses_do_not_cut_and_long_ones_do() -> None:
    assert cut(frames((0.9, 2), (0.0, 1), (0.9, 2), (0.0, 4), (0.9, 2), (0.0, 1))) == [(0.0, 5.2), (8.8, 11.1)]


def test_after_a_while_the_next_short_pause_is_taken() -> None:
    first, second = cut(frames((0.9, 15), (0.0, 0.4), (0.9, 5), (0.0, 0.5), (0.9, 5), (0.0, 3)))
    assert first[1] < 21 and second[0] >= first[1] and second[1] > 25.5


def test_who_never_pauses_is_cut_at_the_least_likely_place() -> None:
    found = cut(frames((0.95, 24), (0.6, 0.1), (0.95, 20)))
    assert len(found) == 2 and 23.9 <= found[0][1] <= 24.2 and found[1][0] == found[0][1]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.0, 0.2, 0.4, 0.6, 0.95]), st.floats(0.1, 40)), max_size=12))
def test_stretches_are_in_order_short_enough_and_hold_all_speech(pieces: list[tuple[float, float]]) -> None:
    probabilities = frames(*pieces)
    stretches, found, held = Stretches(FRAME), [], 0
    for place, probability in enumerate(probabilities):
        found += stretches.feed([probability])
        held = max(held, place + 1 - stretches.needed_from)
    found += stretches.close()
    assert held * FRAME <= MOST + 2.5, "no more than one stretch has to be kept"
    assert all(0 <= begin < end <= len(probabilities) and (end - begin) * FRAME <= MOST + 0.5 for begin, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    covered = {frame for begin, end in found for frame in range(begin, end)}
    for begin in range(len(probabilities) - 10):
        if all(one >= 0.6 for one in probabilities[begin:begin + 10]):
            assert set(range(begin, begin + 10)) <= covered


def test_the_gate_opens_after_two_frames_and_closes_after_four() -> None:
    gate = SpeechGate(FRAME)
    assert gate.feed([0.1, 0.9, 0.1, 0.1]) == ()
    began, = gate.feed([0.9, 0.9, 0.4, 0.4, 0.4, 0.4, 0.4])
    assert (began.what, round(began.at / FRAME)) == ("began", 4) and gate.speaking
    ended, = gate.feed([0.1, 0.1, 0.1, 0.1, 0.9])
    assert (ended.what, round(ended.at / FRAME)) == ("ended", 11) and not gate.speaking
