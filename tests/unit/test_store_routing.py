"""How an answer was routed stays with it, and what the person taught the router can be taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.memory.store import Store
from router.parts import TextPart
from router.views import CandidateView, Routing

ROUTING = Routing("encoder", 0.93, "code", "none", 1.5, 0.02, {"code": 0.93, "general": 0.07}, 1.25, (
    CandidateView("coder", "Coder", 0.8, 1.25), CandidateView("starter", "Starter", 0.3, 0.2, "It is weaker at code.")))


def test_the_card_of_an_answer_is_there_after_a_restart_and_in_an_export(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data")
    _, answer = store.begin("", "Sort a list")
    store.finish(answer.id, (TextPart("sorted(list)"),), "complete", "coder", "Coder", "Code.", routing=ROUTING)
    conversation = store.conversation_of(answer.id)
    store.export_conversation(conversation, tmp_path / "talk.json", "json")
    store.close()
    store = Store.open(tmp_path / "data")
    assert store.path(conversation)[0][-1].routing == ROUTING
    (copy,), _ = store.import_conversations(tmp_path / "talk.json")
    assert store.path(copy)[0][-1].routing == ROUTING
    store.close()


def test_a_correction_is_remembered_once_with_its_vector_and_can_be_forgotten(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.remember_correction("make it rhyme", "starter", (0.6, 0.8))
    kept = store.remember_correction("make it rhyme", "poet", (0.6, 0.8))
    store.close()
    store = Store.open(tmp_path)
    (found,) = store.corrections()
    assert (found.id, found.text, found.specialist) == (kept.id, "make it rhyme", "poet")
    assert found.vector == pytest.approx((0.6, 0.8))
    store.forget_correction(kept.id)
    assert store.corrections() == ()
    with pytest.raises(UserFacingError, match="not there any more"):
        store.forget_correction(kept.id)
    store.close()
