"""What a recogniser imagines is taken out of what it wrote; what was said stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from specialists.heard_text import cleaned, loops


@pytest.mark.parametrize("imagined", ["[BLANK_AUDIO]", "(wind blowing)", "♪♪", "[MUSIC] ... ", "*coughs*", " . ", "",
                                      "<|nospeech|>", "[_BEG_]"])
def test_marks_are_nothing(imagined: str) -> None:
    assert cleaned(imagined) == ""


def test_words_between_marks_stay() -> None:
    assert cleaned(" [MUSIC]  Good   morning,\n(door closes) everyone. ♪") == "Good morning, everyone."
    assert cleaned("Der Zug fährt um 7:45 Uhr.") == "Der Zug fährt um 7:45 Uhr."


def test_a_loop_is_said_once() -> None:
    assert cleaned("It was the first time. " + "and I said, " * 40) == "It was the first time. and I said,"
    assert loops("the the the the the the the the the")
    assert loops("I do not know. " * 12)


@pytest.mark.parametrize("said", ["no no no", "Bora Bora and Baden-Baden, again and again.", "very, very, very good",
                                  "The cat sat on the mat and the dog sat on the log and the frog sat on the fog."])
def test_what_people_do_repeat_stays(said: str) -> None:
    assert cleaned(said) == said and not loops(said)


@given(st.text(max_size=300))
def test_nothing_breaks_it(text: str) -> None:
    assert len(cleaned(text)) <= len(text)
