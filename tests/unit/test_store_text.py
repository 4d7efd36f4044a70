"""The text rule at the door of the store."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.memory.text import TITLE_LENGTH, clean_parts, clean_text, first_words
from router.parts import AttachmentPart, TextPart

ANY_TEXT = st.text(st.characters(exclude_categories=()), max_size=60) | st.lists(
    st.sampled_from(["\ud83d", "\ude00", "\0", "a", "é", "👩‍👩‍👧", "\u202eabc", "\ufffd"])).map("".join)


@given(ANY_TEXT)
def test_cleaning_twice_is_cleaning_once_and_the_result_can_always_be_encoded(text: str) -> None:
    clean = clean_text(text)
    assert clean_text(clean) == clean
    assert clean.encode("utf-8").decode("utf-8") == clean
    assert "\0" not in clean


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80))
def test_proper_text_is_not_changed(text: str) -> None:
    assert clean_text(text) == text


@pytest.mark.parametrize(("given_text", "kept"), [
    ("\ud83d\ude00", "😀"),
    ("\ud83d\0\ude00", "😀"),
    ("a\ud83db", "a\ufffdb"),
    ("\ude00\ud83d", "\ufffd\ufffd"),
    ("x\0y", "xy"),
    ("👩‍👩‍👧‍👦 \u202e\u2066שלום\u2069", "👩‍👩‍👧‍👦 \u202e\u2066שלום\u2069"),
])
def test_halves_are_joined_or_replaced_and_the_rest_stays(given_text: str, kept: str) -> None:
    assert clean_text(given_text) == kept


def test_every_text_of_a_part_is_cleaned() -> None:
    cleaned = clean_parts((TextPart("a\0"), AttachmentPart("n\ud800", "t\0", 3)))
    assert cleaned == (TextPart("a"), AttachmentPart("n\ufffd", "t", 3))


@given(ANY_TEXT)
def test_a_title_is_one_short_line(text: str) -> None:
    title = first_words(text)
    assert len(title) <= TITLE_LENGTH
    assert title == " ".join(title.split())


def test_a_long_title_is_cut_between_words() -> None:
    words = first_words("What is the difference between a viola da gamba and a violoncello, historically speaking?")
    assert words == "What is the difference between a viola da gamba and a…"
    assert first_words("長" * 100) == "長" * 59 + "…"
