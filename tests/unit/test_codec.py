"""The one codec: what is sent arrives, and nothing else does."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from specialists.codec import MalformedFrame, Unframing, decode, encode, frames, to_dict, vocabulary
from specialists.wire import (
    FROM_WORKER,
    TO_WORKER,
    Audio,
    Cancel,
    ChatMessage,
    Failed,
    Finished,
    Generate,
    Hear,
    Load,
    Sampling,
    Token,
)

whole_text = st.text(st.characters(exclude_categories=("Cs",)))


@settings(max_examples=50, deadline=None)
@given(whole_text, st.integers(0, 2**31), st.floats(0, 2))
def test_a_message_arrives_as_it_was_sent(text: str, number: int, temperature: float) -> None:
    sent = Generate("r1", (ChatMessage("user", text),), Sampling(temperature=temperature, seed=number), number, (text,))
    assert decode(encode(sent, tag="type"), TO_WORKER, tag="type") == sent


def test_defaults_and_tuples_survive() -> None:
    for message in (Load("llama", "/m.gguf", options={"a": "b"}), Cancel("r")):
        assert decode(encode(message, tag="type"), TO_WORKER, tag="type") == message
    for reply in (Token("r", "\0\u202e🏳️‍🌈", True), Finished("r", "stopped"), Failed("r", "too_long", "", (1, 2), 3, 4)):
        assert decode(encode(reply, tag="type"), FROM_WORKER, tag="type") == reply


def test_a_frame_names_its_class_under_the_tag() -> None:
    assert to_dict(Cancel("r"), tag="type") == {"type": "Cancel", "request": "r"}
    assert json.loads(encode(Cancel("r"))) == {"event": "Cancel", "request": "r"}


def test_missing_fields_take_their_defaults_and_unknown_ones_are_ignored() -> None:
    frame = b'{"type": "Load", "engine": "echo", "path": "", "from_the_future": 1}'
    assert decode(frame, TO_WORKER, tag="type") == Load("echo", "")


@pytest.mark.parametrize("frame", [
    b"", b"\x80\x04]", b"null", b"[]", b'"x"', b"{}", b'{"type": "Shell"}', b'{"type": 1}', b'{"type": ["Cancel"]}',
    b'{"type": "Cancel"}', b'{"type": "Cancel", "request": 1}', b'{"type": "Token", "request": "r", "text": "t"}',
    b'{"type": "Generate", "request": "r", "messages": [{"role": "root", "content": ""}]}',
    b'{"type": "Cancel", "request": "\\ud800"}', b'{"type": "Cancel", "request": "\xff"}', b"\xff\xfe",
])
def test_anything_else_is_refused(frame: bytes) -> None:
    with pytest.raises(MalformedFrame):
        decode(frame, TO_WORKER, tag="type")


@settings(max_examples=50, deadline=None)
@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_worse(frame: bytes) -> None:
    with pytest.raises(MalformedFrame):
        decode(frame, TO_WORKER, tag="type")


def test_a_lone_surrogate_cannot_be_sent() -> None:
    with pytest.raises(ValueError, match="Unicode"):
        encode(Token("r", "\ud800"))


def test_a_vocabulary_is_made_from_a_union_or_a_class() -> None:
    assert vocabulary(Token | Cancel) == {"Token": Token, "Cancel": Cancel}
    assert vocabulary(Token) == {"Token": Token}


@settings(max_examples=50, deadline=None)
@given(st.binary())
def test_sound_travels_as_it_is_behind_its_message(sound: bytes) -> None:
    sent = Audio("r1", 3, 22_050, sound)
    pieces = frames(sent)
    assert pieces[1:] == ((sound,) if sound else ())
    unframing = Unframing(FROM_WORKER)
    assert [unframing.take(piece) for piece in pieces] == ([None, sent] if sound else [sent])


def test_messages_with_and_without_sound_may_follow_each_other() -> None:
    sent = (Hear("r1", samples=b"\1\0"), Cancel("r1"), Hear("r2", path="/a.ogg"), Hear("r3", samples=b"{}"))
    unframing = Unframing(TO_WORKER)
    taken = [unframing.take(piece) for message in sent for piece in frames(message)]
    assert tuple(message for message in taken if message is not None) == sent


def test_in_a_line_of_json_sound_is_text() -> None:
    sent = Audio("r1", 0, 16_000, b"\0\xff")
    assert b"\xff" not in encode(sent)
    assert decode(encode(sent), FROM_WORKER) == sent
