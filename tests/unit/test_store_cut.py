"""An interrupted answer keeps what was heard of it, in the history and in the search."""

from __future__ import annotations

from router.memory.store import Store
from router.parts import NoticePart, TextPart, ThoughtPart, plain_text


def test_only_what_was_heard_stays() -> None:
    store = Store.in_memory()
    _, answer = store.begin("", "Tell me a story")
    parts = (ThoughtPart("hm"), TextPart("Once upon a time "), NoticePart("A notice."), TextPart("there was a fox."))
    store.finish(answer.id, parts, "complete", "echo", "Echo")
    cut = store.cut(answer.id, 23)
    assert cut is not None and cut.state == "stopped"
    assert cut.parts == (*parts[:3], TextPart("there "))
    assert store.message(answer.id) == cut
    assert store.search("upon") and not store.search("fox")
    assert cut.specialist_name == "Echo"


def test_nothing_heard_is_nothing_kept_and_the_question_stays() -> None:
    store = Store.in_memory()
    question, answer = store.begin("", "Tell me a story")
    store.finish(answer.id, (TextPart("Once"),), "stopped")
    cut = store.cut(answer.id, 0)
    assert cut is not None and cut.parts == ()
    assert plain_text(store.message(question.id).parts) == "Tell me a story"      # type: ignore[union-attr]


def test_one_that_is_being_written_or_that_nobody_knows_is_left_alone() -> None:
    store = Store.in_memory()
    question, answer = store.begin("", "Tell me a story")
    assert store.cut(answer.id, 3) is None and store.cut("nobody", 3) is None and store.cut(question.id, 3) is None
    assert store.message("nobody") is None
