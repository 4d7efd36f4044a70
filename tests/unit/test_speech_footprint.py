"""What a model that hears or speaks is accounted for is never less than what it was seen to take."""

from __future__ import annotations

import pytest

from router.fleet.speech_footprint import speech_footprint


@pytest.mark.parametrize(("kind", "file", "measured"), [
    ("speech-in", 77_704_698, 243e6), ("speech-in", 147_951_465, 339e6), ("speech-in", 81_768_585, 269e6),
    ("speech-in", 488_000_000, 852e6), ("speech-in", 1_530_000_000, 2.1e9), ("speech-in", 3_100_000_000, 3.9e9),
    ("speech-out", 63_206_088, 267e6), ("speech-activity", 2_327_524, 71e6),
])
def test_it_is_at_or_a_little_above_the_measured(kind: str, file: int, measured: float) -> None:
    assert measured <= speech_footprint(kind, file) <= 1.25 * measured
