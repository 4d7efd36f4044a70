"""Damage, purges and full disks: what is kept, what is said, what is truly gone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import apsw
import pytest

from router.errors import UserFacingError
from router.memory.store import Store
from router.parts import TextPart, plain_text


def ask(store: Store, text: str, conversation: str = "", answer: str = "Yes.") -> tuple[str, str]:
    question, reply = store.begin(conversation, text)
    store.finish(reply.id, (TextPart(answer),), "complete", "starter")
    return store.conversation_of(reply.id), question.id


def filled(folder: Path, questions: int = 60) -> Store:
    store = Store.open(folder)
    conversation, _ = ask(store, "question 0 " + "word " * 200)
    for number in range(1, questions):
        ask(store, f"question {number} " + "word " * 200, conversation)
    return store


def overwrite(path: Path, place: int, content: bytes) -> None:
    with path.open("r+b") as file:
        file.seek(place)
        file.write(content)


def damage_header(path: Path) -> None:
    overwrite(path, 0, b"\xff" * 100)


def damage_pages(path: Path) -> None:
    for page in range(1, path.stat().st_size // 4096):
        overwrite(path, page * 4096, b"\xa5" * 64)


def damage_length(path: Path) -> None:
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2 - 100)


DAMAGES = [damage_header, damage_pages, damage_length]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_history_is_kept_aside_and_the_newest_good_backup_restored(damage, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    store = filled(tmp_path)
    backup = store.back_up()
    assert backup is not None
    (conversation,) = store.conversations()
    ask(store, "after the backup", conversation.id)
    store.close()
    newer = backup.with_name("consort-99991231-000000.db")       # a backup that is itself damaged is passed over
    newer.write_bytes(b"SQLite format 3\0 but not really")
    damage(tmp_path / "consort.db")
    damaged = (tmp_path / "consort.db").read_bytes()

    store = Store.open(tmp_path)
    (aside,) = tmp_path.glob("consort-corrupt-*.db")
    assert aside.read_bytes() == damaged
    assert str(aside) in store.notices[0] and "restored the backup" in store.notices[1]
    assert len(store.path(conversation.id, limit=1000)[0]) == 120
    assert len(store.search("question 59")) == 1
    ask(store, "life goes on", conversation.id)
    store.close()
    store = Store.open(tmp_path)
    assert store.notices == ()
    store.close()


@pytest.mark.parametrize("damage", DAMAGES)
def test_without_a_backup_a_fresh_history_is_begun_and_said_so(damage, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    filled(tmp_path).close()
    damage(tmp_path / "consort.db")
    store = Store.open(tmp_path)
    assert "no good backup" in store.notices[1]
    assert store.conversations() == ()
    ask(store, "a new beginning")
    assert len(list(tmp_path.glob("consort-corrupt-*"))) == 1
    store.close()


def test_damage_that_happens_while_consort_runs_is_seen_and_said(tmp_path: Path) -> None:
    filled(tmp_path).close()
    store = Store.open(tmp_path)
    assert store.is_whole()
    damage_pages(tmp_path / "consort.db")
    store._database.run("PRAGMA shrink_memory")
    assert not store.is_whole()
    with pytest.raises(UserFacingError, match="damaged") as refused:
        store.begin("", "hello")
    assert "start it again" in refused.value.hint


def test_a_second_damage_within_the_same_second_does_not_replace_what_was_kept_first(tmp_path: Path) -> None:
    for content in (b"first " * 1000, b"second " * 1000):
        (tmp_path / "consort.db").write_bytes(content)
        Store.open(tmp_path).close()
    assert {path.read_bytes()[:6] for path in tmp_path.glob("consort-corrupt-*.db")} == {b"first ", b"second"}


def test_backups_are_made_once_a_day_and_the_oldest_go(tmp_path: Path) -> None:
    store = filled(tmp_path, 2)
    first = store.back_up()
    assert first is not None and store.back_up() is None
    for day in range(1, 5):
        old = first.with_name(f"consort-2020010{day}-000000.db")
        old.write_bytes(first.read_bytes())
        stamp = time.time_ns() - day * 86_400 * 10**9
        os.utime(old, ns=(stamp, stamp))
    newest = store.back_up(older_than_seconds=0)
    kept = sorted(path.name for path in first.parent.iterdir())
    assert newest is not None and len(kept) == 3
    assert newest.name in kept and "consort-20200101-000000.db" in kept
    store.close()


def everything_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.rglob("*") if path.is_file())


def test_purging_destroys_what_was_deleted_in_every_file(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    kept, _ = ask(store, "a kept question")
    conversation, _ = ask(store, "xylophonesecret " * 50, answer="xylophoneanswer")
    _, question = ask(store, "zymurgysecret", kept)
    store.back_up()
    store.delete_conversation(conversation)
    store.delete_message(kept, question)
    assert store.purge(older_than_seconds=3600) == 0
    assert store.restore_conversation(conversation).id == conversation
    store.delete_conversation(conversation)
    assert b"xylophonesecret" in everything_on_disk(tmp_path)
    assert store.purge(older_than_seconds=-1) == 5
    with pytest.raises(UserFacingError):
        store.restore_conversation(conversation)
    with pytest.raises(UserFacingError):
        store.restore_message(kept, question)
    assert [plain_text(one.parts) for one in store.path(kept)[0]] == ["a kept question", "Yes."]
    for word in (b"xylophone", b"zymurgy"):
        assert word not in everything_on_disk(tmp_path)
    assert b"a kept question" in everything_on_disk(tmp_path / "backups")
    store.close()


def test_a_branch_deeper_than_sqlite_recurses_can_be_deleted_restored_and_purged() -> None:
    store = Store.in_memory()
    conversation, first = ask(store, "question 0")
    for number in range(1, 600):
        ask(store, f"question {number}", conversation)
    store.delete_message(conversation, first)
    store.restore_message(conversation, first)
    assert len(store.path(conversation, limit=5000)[0]) == 1200
    store.delete_message(conversation, first)
    assert store.purge(older_than_seconds=-1) == 1200
    assert store.path(conversation) == ((), False, False)


def test_a_full_disk_is_a_sentence_and_half_a_question_is_never_kept(tmp_path: Path) -> None:
    store = filled(tmp_path, 3)
    (conversation,) = store.conversations()
    pages = store._database.value("PRAGMA page_count")
    store._database.run(f"PRAGMA max_page_count = {pages}")
    with pytest.raises(UserFacingError) as refused:
        ask(store, "lost? " * 20_000, conversation.id)
    assert refused.value.text == f"Consort cannot write to {tmp_path}: the disk is full."
    assert "Free some space" in refused.value.hint
    assert len(store.path(conversation.id)[0]) == 6
    store._database.run("PRAGMA max_page_count = 1000000")
    ask(store, "again " * 20_000, conversation.id)
    assert len(store.path(conversation.id)[0]) == 8
    store.close()


def test_a_file_where_the_folder_should_be_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("I am a file")
    with pytest.raises(UserFacingError, match="cannot write to"):
        Store.open(tmp_path / "data")
    (tmp_path / "other" / "consort.db").mkdir(parents=True)
    with pytest.raises(UserFacingError, match="cannot write to"):
        Store.open(tmp_path / "other")


def test_a_second_program_that_holds_the_database_is_a_sentence(tmp_path: Path) -> None:
    store = Store.open(tmp_path)
    store._database.connection.set_busy_timeout(1)
    other = apsw.Connection(str(tmp_path / "consort.db"))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(UserFacingError, match="Another program"):
        store.begin("", "hello")
    other.execute("ROLLBACK")
    other.close()
    store.begin("", "hello")
    store.close()
