"""When somebody has begun to speak and when they are done: a rule about silence and words, without any sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.talk.endpoint import FRAME, Endpointer, Rules
from router.talk.unfinished import is_unfinished


def frames(seconds: float, probability: float) -> list[float]:
    return [probability] * round(seconds / FRAME)


def said(ends: Endpointer, *stretches: tuple[float, float], words: str = "What is the capital of France?") -> list[str]:
    """Feed (seconds, probability) stretches frame by frame; words are known at once at each pause."""
    changes: list[str] = []
    for seconds, probability in stretches:
        for frame in frames(seconds, probability):
            for change in ends.feed([frame]):
                changes.append(change)
                if change == "paused" and (more := ends.words(words)) is not None:
                    changes.append(more)
    return changes


def test_speech_begins_within_two_tenths_of_a_second_at_its_first_frame() -> None:
    ends = Endpointer()
    assert said(ends, (1.0, 0.02), (0.16, 0.9)) == ["began"]
    assert ends.begun * FRAME == pytest.approx(1.0, abs=FRAME)


def test_half_a_second_of_silence_ends_a_finished_sentence() -> None:
    ends = Endpointer()
    assert said(ends, (1.0, 0.9), (0.47, 0.02)) == ["began", "paused"]
    assert said(ends, (0.07, 0.02)) == ["ended"]


def test_a_sentence_that_wants_to_go_on_is_waited_for_longer_but_not_for_ever() -> None:
    ends = Endpointer()
    assert said(ends, (1.0, 0.9), (1.4, 0.02), words="Turn on the light and") == ["began", "paused"]
    assert said(ends, (0.6, 0.9), (0.6, 0.02)) == ["resumed", "paused", "ended"]
    assert said(Endpointer(), (1.0, 0.9), (2.0, 0.02), words="Turn on the light and")[-1] == "ended"


def test_without_words_it_waits_for_its_patience_only() -> None:
    ends = Endpointer()
    ends.feed(frames(1.0, 0.9))
    assert "ended" not in ends.feed(frames(2.8, 0.02))
    assert "ended" in ends.feed(frames(0.4, 0.02))


def test_words_that_come_late_end_it_at_once() -> None:
    ends = Endpointer()
    ends.feed([*frames(1.0, 0.9), *frames(0.8, 0.02)])
    assert ends.words("It is late.") == "ended" and not ends.speaking


def test_a_cough_and_a_click_are_no_utterance() -> None:
    assert said(Endpointer(), (0.1, 0.9), (2.0, 0.02)) == []
    assert said(Endpointer(), (0.16, 0.9), (1.0, 0.02))[-1] == "dropped"


def test_nobody_may_speak_for_ever() -> None:
    assert said(Endpointer(), (29.0, 0.9))[:2] == ["began", "ended"]


@given(st.lists(st.tuples(st.floats(0.3, 4.0), st.floats(0.05, 0.4)), min_size=1, max_size=8))
def test_a_pause_of_four_tenths_inside_a_sentence_never_cuts(stretches: list[tuple[float, float]]) -> None:
    """However long the pieces are, and however the words so far look."""
    if sum(map(sum, stretches)) > 26:
        return
    ends = Endpointer()
    changes = said(ends, *[one for speech, pause in stretches for one in ((speech, 0.9), (pause, 0.02))])
    assert changes[0] == "began" and "ended" not in changes and "dropped" not in changes
    assert said(ends, (0.6, 0.02))[-1] == "ended"


@given(st.lists(st.floats(0, 1), max_size=2_000), st.lists(st.integers(1, 40), min_size=1, max_size=200))
def test_how_the_sound_is_cut_into_blocks_changes_nothing(probabilities: list[float], sizes: list[int]) -> None:
    whole, pieces = Endpointer(), Endpointer()
    expected, found, at, turn = whole.feed(probabilities), [], 0, 0
    while at < len(probabilities):
        size = sizes[turn % len(sizes)]
        found += pieces.feed(probabilities[at:at + size])
        at, turn = at + size, turn + 1
    assert found == expected


@given(st.lists(st.floats(0, 1), max_size=3_000))
def test_every_beginning_has_one_end(probabilities: list[float]) -> None:
    ends = Endpointer(Rules(patience=0.6))
    changes = [one for one in ends.feed([*probabilities, *frames(4.0, 0.0)]) if one in ("began", "ended", "dropped")]
    assert changes[::2] == ["began"] * (len(changes) // 2) and "began" not in changes[1::2] and len(changes) % 2 == 0


@pytest.mark.parametrize("text", ["Turn on the light and", "Turn on the light and…", "Ich möchte wissen, ob du und",
                                  "First,", "I would like, um", "The colour of the.", "Je voudrais savoir si"])
def test_these_want_to_go_on(text: str) -> None:
    assert is_unfinished(text)


@pytest.mark.parametrize("text", ["", "What is the capital of France?", "Turn on the light.", "Mach das Licht an",
                                  "Who are you?", "Yes", "Turn it on.", "Schalte das Licht ein", "I think so."])
def test_these_do_not(text: str) -> None:
    assert not is_unfinished(text)


def test_over_its_own_sound_a_short_burst_is_nobody() -> None:
    ends = Endpointer()
    ends.sounds = True
    assert ends.feed([0.9] * 5 + [0.0]) == [] and ends.feed([0.9] * 6) == ["began"]
    ends = Endpointer()
    assert ends.feed([0.9] * 4) == ["began"]
