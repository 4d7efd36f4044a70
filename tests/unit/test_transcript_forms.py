"""A transcript in the forms that other programs read."""

from __future__ import annotations

from router.messages import Segment
from router.transcript_forms import in_form

SEGMENTS = (Segment("Hello <you> & me.", 0.0, 1.5), Segment("Later.", 3661.25, 3662.0))


def test_subtitles_have_numbers_and_times() -> None:
    assert in_form("srt", SEGMENTS) == ("1\n00:00:00,000 --> 00:00:01,500\nHello <you> & me.\n\n"
                                        "2\n01:01:01,250 --> 01:01:02,000\nLater.\n\n")
    assert in_form("vtt", SEGMENTS).startswith("WEBVTT\n\n00:00:00.000 --> 00:00:01.500\nHello &lt;you&gt; &amp; me.\n")
    assert in_form("txt", SEGMENTS) == "Hello <you> & me.\nLater.\n"
