"""What is played in which order, and how much of it was heard."""

from __future__ import annotations

from desktop_app.play_queue import PlayQueue

SECOND = b"\x01\x00" * 16_000


def queue() -> PlayQueue:
    made = PlayQueue()
    made.begin(1)
    return made


def test_pieces_are_played_in_order_and_in_whole_samples() -> None:
    one = queue()
    one.add(1, 16_000, b"aabbc")            # the last byte is half a sample
    one.add(1, 16_000, b"ddee")
    assert one.take(3) == b"aa"
    assert one.take(100) == b"bbddee"
    assert one.take(100) == b""


def test_what_the_device_still_holds_is_not_heard_yet() -> None:
    one = queue()
    one.add(1, 16_000, SECOND)
    one.take(8_000)
    one.holds(8_000)
    assert one.seconds == 0.0
    one.holds(2_000)
    assert one.seconds == 6_000 / 32_000
    one.holds(0)
    assert one.seconds == 0.25 and not one.held


def test_silence_that_fills_the_device_counts_for_nothing() -> None:
    one = queue()
    one.add(1, 16_000, SECOND[:3_200], last=True)
    one.take(3_200)
    assert one.fill(4_800) == bytes(4_800)
    one.holds(6_400)
    assert one.seconds == 0.05 and not one.over
    one.holds(4_800)
    assert one.seconds == 0.1 and one.over
    one.holds(0)
    assert one.seconds == 0.1


def test_sound_of_an_earlier_epoch_is_dropped_and_a_later_one_drops_what_was_before() -> None:
    one = queue()
    one.add(1, 16_000, SECOND)
    one.take(100)
    assert one.add(2, 16_000, b"new!")
    assert not one.add(1, 16_000, SECOND)
    assert one.take(1_000) == b"new!" and one.epoch == 2 and one.seconds == 0.0


def test_another_rate_waits_until_the_device_was_opened_for_it() -> None:
    one = queue()
    one.add(1, 16_000, b"aabb")
    one.add(1, 22_050, b"ccdd")
    assert one.take(100) == b"aabb"
    assert one.rate == 22_050 and one.held
    one.holds(0)
    assert not one.held and one.take(100) == b"ccdd"


def test_it_is_over_only_when_nothing_more_follows_and_all_was_heard() -> None:
    one = queue()
    assert not one.over
    one.add(1, 16_000, b"aabb")
    one.take(4)
    one.holds(0)
    assert not one.over
    one.add(1, 0, b"", last=True)
    assert one.over


def test_empty_sound_and_sound_without_a_rate_are_nothing() -> None:
    one = queue()
    one.add(1, 16_000, b"")
    one.add(1, 0, b"aabb")
    assert one.rate == 0 and one.take(10) == b""
