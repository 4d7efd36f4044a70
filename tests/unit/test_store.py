"""Questions and answers: what is on disk when, what is read back, what survives a restart."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest

from router.errors import UserFacingError
from router.memory.store import Store
from router.parts import AttachmentPart, NoticePart, TextPart, ThoughtPart, plain_text
from router.views import TurnStats
from specialists.manifest import Settings


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


def ask(store: Store, text: str, answer: str = "Yes.", conversation: str = "") -> tuple[str, str, str]:
    """One finished turn: (conversation, question, answer)."""
    question, reply = store.begin(conversation, text)
    store.finish(reply.id, (TextPart(answer),), "complete", "starter", "SmolLM2", "the only one")
    return store.conversation_of(reply.id), question.id, reply.id


def shown(store: Store, conversation: str) -> list[str]:
    return [plain_text(message.parts) for message in store.path(conversation)[0]]


def test_a_question_is_on_disk_before_any_answer(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data")
    question, answer = store.begin("", "Is it safe?", (AttachmentPart("a.txt", "text", 4),))
    other = apsw.Connection(str(tmp_path / "data" / "consort.db"), flags=apsw.SQLITE_OPEN_READONLY)
    assert list(other.execute("SELECT id, state FROM message ORDER BY seq")) == [
        (question.id, "complete"), (answer.id, "streaming")]
    other.close()
    assert question.parts == (TextPart("Is it safe?"), AttachmentPart("a.txt", "text", 4))
    assert (question.role, question.parent, question.siblings) == ("user", "", (question.id,))
    assert (answer.role, answer.parent, answer.state, answer.parts) == ("assistant", question.id, "streaming", ())
    store.close()


def test_folder_and_files_are_for_their_owner_only(tmp_path: Path) -> None:
    store = Store.open(tmp_path / "deep" / "data")
    store.begin("", "secret")
    assert (tmp_path / "deep" / "data").stat().st_mode & 0o777 == 0o700
    for path in (tmp_path / "deep" / "data").iterdir():
        assert path.stat().st_mode & 0o077 == 0, path
    store.close()


def test_an_answer_grows_and_is_finished_with_all_that_is_known_of_it(store: Store) -> None:
    question, answer = store.begin("", "Why?")
    conversation = store.conversation_of(answer.id)
    store.write(answer.id, (TextPart("Bec"),))
    assert store.path(conversation)[0][1].parts == (TextPart("Bec"),)
    stats = TurnStats(10, 2, 3, 0.5, 6.0, 1.5, 2048)
    parts = (NoticePart("Something was left out."), ThoughtPart("hm"), TextPart("Because."))
    store.finish(answer.id, parts, "stopped", "starter", "SmolLM2", "the only one", stats)
    kept = store.path(conversation)[0][1]
    assert (kept.parts, kept.state, kept.specialist, kept.specialist_name, kept.why, kept.stats) == (
        parts, "stopped", "starter", "SmolLM2", "the only one", stats)
    store.write(answer.id, (TextPart("a late save"),))
    assert store.path(conversation)[0][1].parts == parts
    assert store.history(answer.id)[-1].id == question.id
    assert store.last_specialist(conversation) == "starter"


def test_an_answer_that_was_being_written_when_consort_died_is_interrupted_and_kept(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    _, answer = store.begin("", "Tell me everything")
    store.write(answer.id, (TextPart("Once upon a midnight"),))
    store.close()
    store = Store.open(tmp_path)
    (conversation,) = store.conversations()
    kept = store.path(conversation.id)[0][1]
    assert (kept.state, kept.parts) == ("interrupted", (TextPart("Once upon a midnight"),))
    assert [hit.message for hit in store.search("midnight")] == [answer.id]
    store.close()


def test_lone_surrogates_and_nul_are_kept_out_and_everything_else_comes_back(store: Store) -> None:
    question, answer = store.begin("", "a\ud800b\0 👩‍👩‍👧 שלום")
    store.finish(answer.id, (TextPart("x\udfff\0"),), "complete", "s", "n\0", "w\ud800")
    kept = store.path(store.conversation_of(question.id))[0]
    assert plain_text(kept[0].parts) == "a\ufffdb 👩‍👩‍👧 שלום"
    assert (plain_text(kept[1].parts), kept[1].specialist_name, kept[1].why) == ("x\ufffd", "n", "w\ufffd")


def test_ten_megabytes_are_kept_to_the_last_character(store: Store) -> None:
    text = "0123456789 äöü " * 700_000
    question, _ = store.begin("", text)
    assert plain_text(store.path(store.conversation_of(question.id))[0][0].parts) == text


def test_pages_meet_without_gap_or_overlap(store: Store) -> None:
    conversation, _, _ = ask(store, "question 0")
    for number in range(1, 25):
        ask(store, f"question {number}", conversation=conversation)
    everything = store.path(conversation, limit=1000)
    assert (len(everything[0]), everything[1:]) == (50, (False, False))
    last, more_before, more_after = store.path(conversation, limit=7)
    assert (last, more_before, more_after) == (everything[0][-7:], True, False)
    backwards = list(last)
    while more_before:
        page, more_before, more_after = store.path(conversation, before=backwards[0].id, limit=7)
        assert more_after
        backwards = [*page, *backwards]
    assert tuple(backwards) == everything[0]
    forwards = list(everything[0][:1])
    more_after = True
    while more_after:
        page, more_before, more_after = store.path(conversation, after=forwards[-1].id, limit=9)
        assert more_before
        forwards += page
    assert tuple(forwards) == everything[0]
    around, more_before, more_after = store.path(conversation, around=everything[0][20].id, limit=10)
    assert around == everything[0][16:26] and more_before and more_after
    assert store.path(conversation, before=everything[0][0].id) == ((), False, True)
    assert store.path(conversation, after=everything[0][-1].id) == ((), True, False)
    near_end, more_before, more_after = store.path(conversation, around=everything[0][-1].id, limit=10)
    assert (near_end, more_before, more_after) == (everything[0][-10:], True, False)


def test_the_history_of_an_answer_is_its_own_branch_only(store: Store) -> None:
    conversation, first, _ = ask(store, "one", "1")
    ask(store, "two", "2", conversation)
    question, answer = store.begin(conversation, "ONE", edited=first)
    assert [plain_text(message.parts) for message in store.history(answer.id)] == ["ONE"]
    assert store.history(question.id) == () and store.history("unknown") == ()


def test_what_is_gone_is_refused_in_a_sentence(store: Store) -> None:
    conversation, question, _ = ask(store, "one")
    other, _, _ = ask(store, "another conversation")
    for doing in (lambda: store.begin("nowhere", "hello"), lambda: store.path("nowhere"),
                  lambda: store.path(conversation, around="nowhere"), lambda: store.path(other, around=question),
                  lambda: store.begin(conversation, "x", edited="nowhere"), lambda: store.begin_again(other, question),
                  lambda: store.choose_sibling(other, question), lambda: store.restore_message(conversation, question),
                  lambda: store.rename(conversation, " \n"), lambda: store.move(conversation, "nowhere"),
                  lambda: store.create_folder(" "), lambda: store.rename_folder("nowhere", "x")):
        with pytest.raises(UserFacingError) as refused:
            doing()
        assert refused.value.text.endswith(".") and refused.value.hint
    assert len(store.path(conversation)[0]) == 2


def test_preferences_and_settings_survive_a_restart(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store.set_preference("theme", "dark")
    store.set_preference("theme", "light")
    store.set_settings("starter", Settings(system_prompt="Be kind\0.", temperature=0.1, gpu_layers=-1))
    store.close()
    store = Store.open(tmp_path)
    assert store.preferences() == {"theme": "light"}
    assert store.settings("starter") == Settings(system_prompt="Be kind.", temperature=0.1, gpu_layers=-1)
    assert store.settings("unknown") == Settings()
    store.close()


def test_a_store_in_memory_says_so_and_writes_no_backup(store: Store) -> None:
    ask(store, "a temporary question")
    assert [view.temporary for view in store.conversations()] == [True]
    assert store.back_up() is None and store.notices == ()
