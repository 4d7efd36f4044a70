"""A footprint is corrected by what was measured: remembered per specialist and context, never believed too much."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.fleet.measured import LEAST, MOST, Corrections
from specialists.wire import Load

LOAD = Load("llama", "m.gguf", context=4096)
LONGER = Load("llama", "m.gguf", context=8192)


def test_what_was_measured_is_expected_next_time_for_this_context_only() -> None:
    ours = Corrections()
    assert ours.corrected("m", LOAD, 1000) == 1000
    ours.learn("m", LOAD, 1300, settled=True)
    assert ours.corrected("m", LOAD, 1000) == 1300 and ours.corrected("m", LOAD, 1200) == 1300
    assert ours.corrected("m", LONGER, 1000) == 1000 and ours.corrected("other", LOAD, 1000) == 1000


def test_before_it_has_answered_only_more_than_before_is_believed() -> None:
    ours = Corrections()
    ours.learn("m", LOAD, 1200, settled=True)
    ours.learn("m", LOAD, 900, settled=False)
    assert ours.corrected("m", LOAD, 1000) == 1200
    ours.learn("m", LOAD, 1250, settled=False)
    assert ours.corrected("m", LOAD, 1000) == 1250
    ours.learn("m", LOAD, 900, settled=True)
    assert ours.corrected("m", LOAD, 1000) == 900


@given(st.integers(1, 10**12), st.integers(-10, 10**12))
def test_a_correction_stays_within_reason(footprint: int, measured: int) -> None:
    ours = Corrections()
    ours.learn("m", LOAD, measured, settled=True)
    assert int(LEAST * footprint) <= ours.corrected("m", LOAD, footprint) <= MOST * footprint


def test_it_outlives_the_program(tmp_path: Path) -> None:
    ours = Corrections(tmp_path / "fleet.json")
    ours.learn("m", LOAD, 1300, settled=True)
    ours.flush()
    assert Corrections(tmp_path / "fleet.json").corrected("m", LOAD, 1000) == 1300


@pytest.mark.parametrize("content", ["", *(f'{{"m context=4096 gpu_layers=0": {number}}}'
                                           for number in ("99999999999", "-1", "1e999", '"x"', "null"))])
def test_a_file_with_nonsense_does_no_harm(tmp_path: Path, content: str) -> None:
    (tmp_path / "fleet.json").write_text(content)
    assert LEAST * 1000 <= Corrections(tmp_path / "fleet.json").corrected("m", LOAD, 1000) <= MOST * 1000
