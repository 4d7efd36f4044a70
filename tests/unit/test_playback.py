"""What of an answer was heard: counted by what the loudspeaker played, never by what was sent to it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from router.talk.playback import Playback

TEXT = "One two three. Four five six. Seven eight."
PIECES = ((0, 14, 1.0), (15, 29, 1.0), (30, 42, 1.0))


def playing() -> Playback:
    playback = Playback(3)
    for begin, end, seconds in PIECES:
        playback.add(begin, end, seconds)
    return playback


def test_nothing_played_is_nothing_heard() -> None:
    assert playing().heard(TEXT) == 0


def test_a_whole_piece_counts_whole_and_a_cut_one_up_to_a_word() -> None:
    playback = playing()
    playback.move(1.0)
    assert TEXT[:playback.heard(TEXT)] == "One two three."
    playback.move(1.75)
    assert TEXT[:playback.heard(TEXT)] == "One two three. Four five"


def test_all_of_it_is_all_of_it() -> None:
    playback = playing()
    playback.move(99.0)
    playback.complete = True
    assert playback.heard(TEXT) == len(TEXT) and playback.over and playback.played == playback.sent


def test_it_is_not_over_while_more_is_to_come() -> None:
    playback = playing()
    playback.move(3.0)
    assert not playback.over and playback.waiting == 0.0


@given(st.lists(st.floats(0, 4), max_size=30))
def test_what_was_heard_never_shrinks_and_never_exceeds_the_text(moves: list[float]) -> None:
    playback, before = playing(), 0
    for seconds in moves:
        playback.move(seconds)
        now = playback.heard(TEXT)
        assert before <= now <= len(TEXT)
        before = now
