"""Full-text search finds what people type, in any script, and never fails."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.memory.search import segmented
from router.memory.store import Store
from router.parts import TextPart, ThoughtPart


def told(store: Store, text: str, answer: str = "") -> str:
    """One turn in a new conversation with a title of its own; its question's id."""
    question, reply = store.begin("", text)
    store.finish(reply.id, (ThoughtPart("pondering"), TextPart(answer)), "complete")
    store.rename(store.conversation_of(reply.id), "t")
    return question.id


def found(store: Store, text: str) -> list[str]:
    return [hit.message for hit in store.search(text)]


@pytest.mark.parametrize(("said", "typed"), [
    ("Die Straßenbahn fährt nach Zürich", "zurich"),
    ("Die Straßenbahn fährt nach Zürich", "ZÜRICH fahrt"),
    ("the quick brown fox", "bro"),
    ("the quick brown fox", "fox quick"),
    ("the quick brown fox", '"quick brown"'),
    ("don't panic", "don't"),
    ("call foo.bar(baz)", "foo.bar(ba"),
    ("C++ and C#", "c++"),
    ("東京の天気はどうですか", "天気"),
    ("東京の天気はどうですか", "気は"),
    ("東京の天気はどうですか", "京"),
    ("我喜欢吃苹果", "苹果"),
    ("서울의 날씨", "날씨"),
    ("ภาษาไทยง่ายนิดเดียว", "ไทย"),
    ("well done 🎉🎉", "🎉"),
    ("a family 👩‍👩‍👧 here", "👩‍👩‍👧"),
    ("שלום עולם", "עולם"),
    ("مرحبا بالعالم", "مرحبا"),
    ("the word AND is here", "AND"),
    ("it costs 42 €", "42"),
])
def test_what_was_said_is_found(said: str, typed: str) -> None:
    store = Store.in_memory()
    question = told(store, said)
    told(store, "something else entirely")
    assert found(store, typed) == [question]


@pytest.mark.parametrize("typed", ["", " ", '"', "'", "*", "(", ")", "!!! ???", "^", "\0", "\ud800", "-", ":", "\ue000",
                                   "NEAR(", "AND OR NOT", "a AND", "text:", "{x}", "\u200b", "\u200d", "x" * 5000,
                                   "word " * 500, '"unclosed', '""', "𝔘", "\U0001f3fd"])
def test_nothing_that_is_typed_fails(typed: str) -> None:
    store = Store.in_memory()
    told(store, "an ordinary question")
    assert store.search(typed) == ()


SHARED = Store.in_memory()


@settings(max_examples=150, deadline=None)
@given(typed=st.text(st.characters(exclude_categories=()), max_size=30)
       | st.text('"*()^:-+{}ANDORNEAR ,\'\\', max_size=20))
def test_no_text_at_all_fails(typed: str) -> None:
    assert SHARED.search(typed) == ()


def test_only_the_last_word_may_be_a_beginning_and_a_closed_quotation_may_not() -> None:
    store = Store.in_memory()
    told(store, "violoncello and viola")
    assert found(store, "violon")
    assert found(store, "violon viola") == []
    assert found(store, '"violon"') == []


def test_snippets_mark_what_was_found_and_show_the_text_as_it_was() -> None:
    store = Store.in_memory()
    told(store, "word " * 100 + "the lost château " + "word " * 100)
    told(store, "今日は東京の天気がとても良い")
    (hit,) = store.search("CHATEAU")
    assert "the lost \ue000château\ue001" in hit.snippet
    assert hit.snippet.startswith("…") and hit.snippet.endswith("…") and len(hit.snippet) < 200
    (hit,) = store.search("天気")
    assert hit.snippet == "今日は東京の\ue000天気\ue001がとても良い"


def test_our_marks_in_a_text_do_not_reach_a_snippet() -> None:
    store = Store.in_memory()
    told(store, "a \ue000false\ue001 mark")
    (hit,) = store.search("mark")
    assert hit.snippet == "a false \ue000mark\ue001"


def test_better_matches_come_first_and_of_equal_ones_the_newest() -> None:
    store = Store.in_memory()
    equal = [told(store, "a cello suite") for _ in range(3)]
    best = told(store, "cello cello cello")
    assert found(store, "cello") == [best, *reversed(equal)]
    assert len(store.search("cello", 2)) == 2 and store.search("cello", 0) == ()


def test_titles_are_found_before_messages() -> None:
    store = Store.in_memory()
    told(store, "about gardening")
    question, _ = store.begin("", "something")
    conversation = store.conversation_of(question.id)
    store.rename(conversation, "Gardening in May")
    title, message = store.search("garden")
    assert (title.conversation, title.message, title.snippet) == (conversation, "", "\ue000Gardening\ue001 in May")
    assert message.message
    store.rename(conversation, "Nothing of the sort")
    assert len(store.search("garden")) == 1


def test_what_was_rewritten_or_thought_is_not_found() -> None:
    store = Store.in_memory()
    _, reply = store.begin("", "q")
    store.finish(reply.id, (TextPart("oldword"),), "complete")
    store.finish(reply.id, (ThoughtPart("pondering"), TextPart("newword")), "complete")
    assert found(store, "oldword") == [] and found(store, "pondering") == []
    assert found(store, "newword") == [reply.id]


def test_text_without_such_characters_is_indexed_as_it_is() -> None:
    assert segmented("plain words, ünïcode") == "plain words, ünïcode"
