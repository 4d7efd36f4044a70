"""`kill -9` while an answer is being written, for real; the benchmark does the same fifty times."""

from __future__ import annotations

import pytest

from tests.benchmarks.kill_nine import kill_often

pytestmark = pytest.mark.process


def test_a_killed_consort_loses_no_question_and_at_most_a_second_of_its_answer() -> None:
    outcome = kill_often(8, seed=3)
    assert outcome.kills == 8
    assert outcome.questions >= 8 and outcome.saves >= 4 and outcome.pieces > 100, "the child hardly did anything"
    assert (outcome.corrupt, outcome.lost_questions, outcome.lost_saves) == (0, 0, 0)
    assert outcome.worst_lost_seconds <= 1.0
