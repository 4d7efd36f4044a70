"""The messages of a spoken conversation survive the way to another process and back, sound included."""

from __future__ import annotations

import pytest

from router.messages import (
    COMMANDS,
    EVENTS,
    HeardSound,
    ReadAloud,
    SoundReady,
    SpokenTurnEnded,
    StartTalking,
    TalkStateChanged,
)
from specialists import codec


@pytest.mark.parametrize("command", [
    StartTalking("t", "c", mode="push-to-talk", duplex="full", language="de", pause=1.5),
    HeardSound("t", b"\x00\x01\xff\xfe"), HeardSound("t"), ReadAloud("t", "m", 40, 1.25)])
def test_commands_survive(command: object) -> None:
    assert codec.decode(codec.encode(command, "command"), COMMANDS, "command") == command


@pytest.mark.parametrize("event", [
    SoundReady("t", 3, 1, 22_050, b"\x80\x7f" * 9, "m", 4, 9), TalkStateChanged("t", "ended", why="Gone."),
    SpokenTurnEnded("t", "1", "a", "b", "b", first_sound=0.7)])
def test_events_survive(event: object) -> None:
    assert codec.decode(codec.encode(event), EVENTS) == event
