"""The rows of the sidebar: order, titles, folders, pins, drafts, delete and restore."""

from __future__ import annotations

import pytest

from router.memory.store import Store
from router.parts import AttachmentPart, TextPart


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


def ask(store: Store, text: str, conversation: str = "") -> str:
    _, reply = store.begin(conversation, text)
    store.finish(reply.id, (TextPart("Yes."),), "complete", "starter")
    return store.conversation_of(reply.id)


def test_the_conversation_that_was_written_in_last_stands_first(store: Store) -> None:
    first, second = ask(store, "first"), ask(store, "second")
    assert [row.id for row in store.conversations()] == [second, first]
    ask(store, "again", first)
    assert [row.id for row in store.conversations()] == [first, second]
    store.rename(second, "renamed")
    store.pin(second, True)
    assert [row.id for row in store.conversations()] == [first, second], "only writing moves a row"


def test_a_title_is_first_words_then_a_suggestion_then_what_the_person_says(store: Store) -> None:
    conversation = ask(store, "  What is\na viola? ")
    assert store.conversation(conversation).title == "What is a viola?"
    assert [row.id for row in store.untitled()] == [conversation]
    store.suggest_title(conversation, "Violas ")
    assert store.conversation(conversation).title == "Violas"
    assert store.untitled() == ()
    store.suggest_title(conversation, "Another idea")
    assert store.conversation(conversation).title == "Violas"
    assert store.rename(conversation, "My violas\n").title == "My violas"
    store.suggest_title(conversation, "Not wanted")
    assert store.conversation(conversation).title == "My violas"


def test_a_title_is_only_looked_for_where_there_is_an_answer(store: Store) -> None:
    _, reply = store.begin("", "a question")
    assert store.untitled() == ()
    store.finish(reply.id, (), "failed")
    assert store.untitled() == ()


def test_a_useless_suggestion_ends_the_asking(store: Store) -> None:
    conversation = ask(store, "first words")
    store.suggest_title(conversation, " \n ")
    assert store.conversation(conversation).title == "first words"
    assert store.untitled() == ()
    store.suggest_title("gone", "x")


def test_a_question_of_attachments_only_is_called_after_the_first(store: Store) -> None:
    question, _ = store.begin("", "", (AttachmentPart("notes.txt", "…", 3),))
    assert store.conversation(store.conversation_of(question.id)).title == "notes.txt"
    question, _ = store.begin("", " ")
    assert store.conversation(store.conversation_of(question.id)).title == "New chat"


def test_folders_hold_conversations_and_let_them_go_when_deleted(store: Store) -> None:
    conversation = ask(store, "a trip")
    folder = store.create_folder(" Trips ")
    store.create_folder("art")
    assert [one.name for one in store.folders()] == ["art", "Trips"]
    assert store.move(conversation, folder.id).folder == folder.id
    store.rename_folder(folder.id, "Journeys")
    assert [one.name for one in store.folders()] == ["art", "Journeys"]
    store.delete_folder(folder.id)
    assert store.conversation(conversation).folder == ""
    assert store.move(conversation, "").folder == ""


def test_who_answers_is_picked_per_conversation(store: Store) -> None:
    conversation = ask(store, "one")
    assert store.pick_specialist(conversation, "coder").specialist == "coder"
    _, reply = store.begin("", "with a wish", specialist="maths")
    assert store.conversation(store.conversation_of(reply.id)).specialist == "maths"
    assert reply.specialist == "maths"


def test_a_draft_waits_until_it_is_sent(store: Store) -> None:
    conversation = ask(store, "one")
    store.save_draft(conversation, "half a\0 sentence")
    store.save_draft("", "a new idea")
    assert store.conversation(conversation).draft == "half a sentence"
    assert store.draft("") == "a new idea"
    ask(store, "half a sentence, whole", conversation)
    assert store.conversation(conversation).draft == ""
    assert store.draft("") == "a new idea"
    ask(store, "a new idea")
    assert store.draft("") == ""
    store.save_draft(conversation, "x")
    store.save_draft(conversation, "")
    assert store.draft(conversation) == ""


def test_a_deleted_conversation_is_out_of_sight_and_comes_back_without_its_draft(store: Store) -> None:
    conversation = ask(store, "a violin")
    store.save_draft(conversation, "draft")
    assert store.delete_conversation(conversation).title == "a violin"
    assert store.conversations() == () and store.untitled() == () and store.search("violin") == ()
    store.save_draft(conversation, "a late draft")
    assert store.draft(conversation) == ""
    assert store.restore_conversation(conversation).title == "a violin"
    assert len(store.search("violin")) == 2
    assert len(store.path(conversation)[0]) == 2
