"""A shorter run of the benchmark: every kind of fault, in a process that is killed, and nothing is lost or mixed up."""

from __future__ import annotations

import pytest

from tests.benchmarks.faulty_downloads import KINDS, MIB, suffer

pytestmark = pytest.mark.process


def test_every_file_is_identical_through_cuts_stalls_kills_errors_and_wrong_bytes() -> None:
    outcome = suffer(18, seed=21)
    assert (outcome.identical, outcome.left_over) == (18, 0)
    assert set(outcome.twice) == set(KINDS)
    assert outcome.worst_per_cut <= MIB
