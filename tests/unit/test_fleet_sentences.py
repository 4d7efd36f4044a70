"""Every way a worker can fail has its own sentence, with a way on, and no technical words in it."""

from __future__ import annotations

from typing import get_args, get_type_hints

import pytest

from router.fleet.failures import Cause, FailureCode, WorkerDied, died
from router.fleet.placement import DoesNotFit
from router.fleet.sentences import context_lowered, does_not_fit, sentence_for_death, sentence_for_failure, stays_busy
from specialists.wire import Failed

CODES: list[FailureCode] = [code for part in get_args(FailureCode) for code in get_args(part) or (part,)]


def test_every_code_of_the_wire_and_every_death_has_a_sentence() -> None:
    assert set(CODES) == {*get_args(get_type_hints(Failed)["code"]), *get_args(Cause)}
    assert len({sentence_for_failure(code, "", "Smol").text for code in CODES}) == len(CODES)


@pytest.mark.parametrize("code", CODES)
def test_a_sentence_names_the_specialist_says_what_to_do_and_hides_the_detail(code: FailureCode) -> None:
    error = sentence_for_failure(code, "GGML_ASSERT(n > 0)", "SmolLM2")
    assert "SmolLM2" in error.text and error.text.endswith(".") and error.hint.endswith(".")
    assert "GGML" not in error.text + error.hint and "!" not in error.text + error.hint
    assert "{" not in error.text + error.hint


def test_a_kill_from_outside_is_taken_for_memory_that_ran_out() -> None:
    assert "memory ran out" in sentence_for_death(died(-9), "Smol").text
    assert "crashed" in sentence_for_death(died(-11), "Smol").text
    assert "stopped answering" in sentence_for_death(WorkerDied("hang"), "Smol").text


@pytest.mark.parametrize(("exit_code", "cause", "detail"), [
    (-9, "killed", "SIGKILL"), (-11, "crashed", "SIGSEGV"), (-6, "crashed", "SIGABRT"), (-250, "crashed", "signal 250"),
    (3, "crashed", "exit code 0x3"), (0xC0000005, "crashed", "exit code 0xc0000005"), (None, "crashed", "")])
def test_an_exit_is_told_by_its_signal_or_code(exit_code: int | None, cause: str, detail: str) -> None:
    death = died(exit_code)
    assert (death.cause, death.detail, death.exit_code) == (cause, detail, exit_code)


def test_a_lack_of_room_is_told_in_gigabytes() -> None:
    assert "9.0 GB" in does_not_fit(DoesNotFit(9_000_000_000, 5_000_000_000, 0)).text
    text = stays_busy(DoesNotFit(3_000_000_000, 5_000_000_000, 4_000_000_000)).text
    assert "3.0 GB" in text and "4.0 GB of the 5.0 GB" in text


def test_a_lowered_context_is_said_with_both_numbers() -> None:
    assert context_lowered("SmolLM2", 4096, 8192) == (
        "SmolLM2 was opened with 4,096 tokens of context instead of 8,192, because memory is short.")
