"""A choice answered by voice: names as ears write them, places in the list, and nothing where it is not clear."""

from __future__ import annotations

import pytest

from router.talk.spoken_choice import chosen_by, question_for
from router.views import CandidateView

TWO = (CandidateView("coder", "Qwen2.5 Coder 1.5B", 0.9), CandidateView("smol", "SmolLM2 135M", 0.3))
THREE = (*TWO, CandidateView("gemma", "Gemma 3 270M", 0.2))


@pytest.mark.parametrize(("said", "wanted"), [
    ("The coder, please.", "coder"), ("Qwen coder", "coder"), ("Gemma", "gemma"), ("Let Gemma answer that.", "gemma"),
    ("The first one.", "coder"), ("Number two.", "smol"), ("Der dritte", "gemma"), ("la deuxième", "smol"),
    ("Whoever is best.", "coder"), ("What is the weather like?", ""), ("", ""), ("…", ""),
])
def test_who_is_meant(said: str, wanted: str) -> None:
    assert chosen_by(said, THREE) == wanted


def test_a_place_that_is_not_in_the_list_means_nobody() -> None:
    assert chosen_by("the third", TWO) == "" and chosen_by("the first", ()) == ""


def test_names_that_two_share_do_not_decide() -> None:
    alike = (CandidateView("a", "Qwen Coder", 0.5), CandidateView("b", "Qwen Math", 0.4))
    assert chosen_by("Qwen", alike) == "" and chosen_by("Qwen Math", alike) == "b"


def test_it_is_asked_in_one_sentence() -> None:
    assert question_for(TWO) == "Who should answer: Qwen2.5 Coder 1.5B or SmolLM2 135M?"
    assert question_for(THREE).count(",") == 1 and question_for(()) == ""
