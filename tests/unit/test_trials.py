"""What counts as text, and as vectors that mean something."""

from __future__ import annotations

import pytest

from router.trials import printable, text_troubles, vector_troubles


@pytest.mark.parametrize("text", [
    "The river rises in the hills.", "是的，河流发源于北方。", "3", "<think> Let me see", "ja ja ja", "1. One\n2. Two",
    "The cat sat. The cat sat. The cat sat. The cat sat.", "🙂 gern!", "نعم",
])
def test_text_is_text_whatever_it_says(text: str) -> None:
    assert text_troubles(text) == ()


@pytest.mark.parametrize(("text", "why"), [
    ("", "nothing"), (" \n\t ", "nothing"), ("\x00\x01\x02\x03", "control"), ("\ufffd" * 20, "no text"),
    ("ab\ufffdc\ufffd\ufffd", "no text"), ("!" * 32, "again and again"), ("foo " * 12, "again and again"),
    ("\u200b\u200b\u200b\u200b", "control"),
])
def test_what_is_no_text_is_a_sentence(text: str, why: str) -> None:
    (trouble,) = text_troubles(text)
    assert why in trouble


def test_vectors_that_tell_meanings_apart_are_sound() -> None:
    assert vector_troubles(((1.0, 0.0), (0.8, 0.6), (0.0, 1.0))) == ()


@pytest.mark.parametrize(("vectors", "why"), [
    (((1.0, 0.0), (0.8, 0.6)), "length"), (((2.0, 0.0), (0.8, 0.6), (0.0, 1.0)), "length"),
    (((float("nan"), 0.0), (0.8, 0.6), (0.0, 1.0)), "length"), (((1.0, 0.0),) * 3, "same"),
    (((1.0, 0.0), (0.0, 1.0), (0.8, 0.6)), "alike"),
])
def test_vectors_that_mean_nothing_are_a_sentence(vectors: tuple[tuple[float, ...], ...], why: str) -> None:
    (trouble,) = vector_troubles(vectors)
    assert why in trouble


def test_a_sample_is_shown_on_one_line_without_what_nobody_sees() -> None:
    assert printable("a\n\x1b[31mb\u202ec ") == "a [31mb c"
