"""What this machine was seen to do, and honest guesses about what it was not: medians, scaling by size, a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.fleet.times import ANSWER_TOKENS, KEPT, START_SECONDS, Model, Times
from specialists.wire import Finished

SIZES = {"small": 100_000_000, "large": 1_000_000_000}


def times(path: Path | None = None, settings: str = "threads=2") -> Times:
    return Times(path, lambda one: Model(SIZES.get(one, 0), settings), cores=2)


def test_what_was_measured_counts_and_the_rest_is_estimated() -> None:
    ours = times()
    ours.loaded("small", 0.8)
    ours.read("small", 1000, 2.0)
    speed = ours.of("small")
    assert (speed.load_seconds, speed.read_per_second, speed.measured) == (0.8, 500.0, 2)
    assert speed.write_per_second > 0 and speed.answer_tokens == ANSWER_TOKENS


@pytest.mark.parametrize("odd_one", [0.001, 900.0])
def test_one_odd_measurement_changes_little(odd_one: float) -> None:
    ours = times()
    for seconds in (1.0, 1.1, odd_one, 0.9):
        ours.loaded("small", seconds)
    assert 0.9 <= ours.of("small").load_seconds <= 1.1


def test_a_machine_that_has_become_faster_is_believed_after_a_few() -> None:
    ours = times()
    for seconds in [4.0] * 50 + [1.0] * KEPT:
        ours.loaded("small", seconds)
    assert ours.of("small").load_seconds == 1.0


def test_one_that_never_ran_is_guessed_from_the_others_by_its_size() -> None:
    ours = times()
    ours.loaded("small", START_SECONDS + 0.5)
    ours.read("small", 1000, 1.0)
    ours.wrote("small", 100, 1.0)
    guess = ours.of("large")
    assert guess.measured == 0
    assert guess.load_seconds == pytest.approx(START_SECONDS + 5.0)
    assert guess.read_per_second == pytest.approx(100.0)
    assert guess.write_per_second == pytest.approx(10.0)
    assert guess.answer_tokens == 100


def test_where_nothing_ran_yet_a_larger_one_is_slower_in_everything() -> None:
    ours = times()
    small, large = ours.of("small"), ours.of("large")
    assert small.load_seconds < large.load_seconds
    assert small.read_per_second > large.read_per_second > large.write_per_second > 1
    assert ours.of("of unknown size").write_per_second > 0


def test_other_settings_are_measured_anew_but_guessed_from_what_is_known() -> None:
    settings = ["threads=1"]
    ours = Times(None, lambda one: Model(SIZES[one], settings[0]))
    ours.wrote("small", 100, 10.0)
    assert ours.of("small").write_per_second == 10.0 and ours.of("small").measured == 2
    settings[0] = "threads=8"
    assert ours.of("small").measured == 0 and ours.of("small").write_per_second == pytest.approx(10.0)
    ours.wrote("small", 100, 2.0)
    assert ours.of("small").write_per_second == 50.0
    settings[0] = "threads=1"
    assert ours.of("small").write_per_second == 10.0


def test_a_short_prompt_and_a_stopped_answer_say_little() -> None:
    ours = times()
    ours.finished("small", Finished("r", "end", 500, 490, 60, 3.0, 30.0))
    assert ours.of("small").measured == 2, "ten tokens are no measure of reading; writing and length are"
    ours.finished("small", Finished("r", "stopped", 500, 0, 9, 1.0, 30.0))
    assert ours.of("small").read_per_second == 500.0 and ours.of("small").answer_tokens == 60
    ours.finished("small", Finished("r", "length", 500, 0, 16, 1.0, 30.0))
    assert ours.of("small").answer_tokens == 60, "cut off at 16, it says nothing about its length"
    ours.finished("small", Finished("r", "length", 500, 0, 100, 1.0, 30.0))
    assert ours.of("small").answer_tokens == 80, "cut off at 100, it was at least so long"
    before = ours.of("small")
    ours.finished("small", Finished("r", "stopped", 5000, 0, 0, 0.5, 0.0))
    assert ours.of("small") == before
    ours.finished("small", Finished("r", "end", 2000, 1900, 9, 0.5, 30.0, resumed_tokens=1900))
    assert ours.of("small").read_per_second == before.read_per_second, "most of these seconds went to the disk"


def test_they_outlive_the_program(tmp_path: Path) -> None:
    ours = times(tmp_path / "times.json")
    ours.loaded("small", 0.8)
    ours.wrote("small", 100, 2.0)
    ours.flush()
    assert times(tmp_path / "times.json").of("small") == ours.of("small")
    assert [one.name for one in tmp_path.iterdir()] == ["times.json"]


@pytest.mark.parametrize("content", [
    b"", b"{", b"[]", b"\xff\xfe", b"[" * 100_000,
    b'{"small threads=2": 7}', b'{"small threads=2": {"load": ["slow"]}}',
    b'{"small threads=2": {"bytes": -5, "load": [-1, 0], "read": [0], "write": [-3], "answer": [1e999]}}'])
def test_a_damaged_file_is_begun_anew(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "times.json"
    file.write_bytes(content)
    ours = times(file)
    assert ours.of("small").write_per_second > 0
    ours.loaded("small", 0.8)
    ours.flush()
    assert times(file).of("small").load_seconds == 0.8


def test_a_folder_that_cannot_be_written_costs_nothing(tmp_path: Path) -> None:
    ours = times(tmp_path / "gone" / "times.json")
    ours.loaded("small", 0.8)
    ours.flush()
    assert ours.of("small").load_seconds == 0.8


TOKENS, NUMBERS = st.integers(0, 5000), st.floats(0, 1e4)


@given(st.lists(st.tuples(TOKENS, NUMBERS, TOKENS, NUMBERS), max_size=8))
def test_whatever_is_measured_the_numbers_can_be_used(seen: list[tuple[int, float, int, float]]) -> None:
    ours = times()
    for read, first, written, rate in seen:
        ours.finished("small", Finished("r", "end", read, 0, written, first, rate))
    for one in ("small", "large"):
        speed = ours.of(one)
        assert min(speed.load_seconds, speed.read_per_second, speed.write_per_second, speed.answer_tokens) > 0
