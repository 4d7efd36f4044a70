"""Thoughts and stop texts in a stream that may be cut anywhere."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specialists.answer_text import AnswerText, tokens_of
from specialists.stop_texts import StopTexts
from specialists.thinking import ThoughtSplitter, opens_thought


def split(*texts: str, inside: bool = False) -> tuple[str, str]:
    """The answer and the thoughts."""
    splitter = ThoughtSplitter(inside)
    pieces = [piece for text in texts for piece in splitter.feed(text)] + splitter.close()
    assert all(text for text, _ in pieces)
    return ("".join(text for text, thought in pieces if not thought),
            "".join(text for text, thought in pieces if thought))


@pytest.mark.parametrize("cut", range(36))
def test_a_thought_is_told_apart_wherever_the_stream_is_cut(cut: int) -> None:
    whole = "<think>\nWell, 1 < 2.</think>\n\nYes: <b>"
    assert split(whole[:cut], whole[cut:]) == ("Yes: <b>", "Well, 1 < 2.")


def test_a_thought_that_the_template_opened_needs_no_tag() -> None:
    assert opens_thought("<|assistant|>\n<think>\n") and not opens_thought("<|assistant|>\n")
    assert split("Hm.", "</thi", "nk>Yes", inside=True) == ("Yes", "Hm.")


def test_a_thought_that_is_never_closed_stays_a_thought() -> None:
    assert split("<think>and then") == ("", "and then")


def test_several_thoughts_are_all_folded() -> None:
    assert split("<think>a</think>b <think>c</think>d") == ("b d", "ac")


def test_talking_about_the_tag_is_not_thinking() -> None:
    text = 'Write `<think>` or "<think>" to begin.'
    assert split(text) == (text, "")
    assert split(*text) == (text, "")


def test_an_angle_bracket_is_held_back_only_while_it_may_become_a_tag() -> None:
    splitter = ThoughtSplitter()
    assert splitter.feed("1 <") == [("1 ", False)]
    assert splitter.feed(" 2") == [("< 2", False)]
    assert splitter.feed("a</think") == [("a</think", False)]


@settings(max_examples=50, deadline=None)
@given(st.lists(st.sampled_from(["<think>", "</think>", "<", "thi", "nk>", "a", " ", "é"]), max_size=20), st.data())
def test_pieces_never_depend_on_where_the_stream_is_cut(parts: list[str], data: st.DataObject) -> None:
    whole = "".join(parts)
    at = data.draw(st.integers(0, len(whole)))
    assert split(whole[:at], whole[at:]) == split(*whole) == split(whole)


def stopped(stop: tuple[str, ...], *texts: str) -> tuple[str, bool]:
    stops = StopTexts(stop)
    return "".join([*(stops.feed(text) for text in texts), stops.close()]), stops.hit


def test_nothing_of_a_stop_text_is_ever_shown() -> None:
    assert stopped(("\nUser:",), "Paris.\n", "Us", "er: and") == ("Paris.", True)
    assert stopped(("\nUser:",), "Paris.\n", "Us") == ("Paris.\nUs", False)
    assert stopped(("END", "EN D"), "xEN D END") == ("x", True)
    assert stopped((), "anything") == ("anything", False)


def test_text_that_cannot_become_a_stop_text_is_shown_at_once() -> None:
    stops = StopTexts(("###",))
    assert stops.feed("a#") == "a"
    assert stops.feed("b") == "#b"


def test_a_character_is_never_cut_in_half() -> None:
    text = AnswerText((), thinking=False)
    shown = [text.feed(bytes([byte])) for byte in "né🦊".encode()]
    assert [piece for pieces in shown for piece, _ in pieces] == ["n", "é", "🦊"]
    assert text.said == "né🦊"


def test_bytes_that_are_no_text_become_replacement_marks() -> None:
    text = AnswerText((), thinking=False)
    assert text.feed(b"a\xff\xf0\x9f") + text.close() == [("a\ufffd", False), ("\ufffd", False)]


def test_the_tokens_of_an_answer_are_those_before_the_stop_text() -> None:
    pieces = {1: b" Paris", 2: b".", 3: b"\n", 4: b"User", 5: b":"}
    assert tokens_of("Paris.", [1, 2, 3, 4, 5], pieces.__getitem__) == [1, 2]
    assert tokens_of("Paris", [1, 2], pieces.__getitem__) == [1]
    assert tokens_of("Lyon", [1, 2], pieces.__getitem__) == ()
