"""Older databases arrive whole in today's schema, newer ones are left alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from router.memory.database import open_database, open_in_memory
from router.memory.migrations import MIGRATIONS, migrate
from router.memory.opening import NewerDatabase
from router.memory.store import Store
from router.parts import AttachmentPart, TextPart, ThoughtPart

SCHEMAS = Path(__file__).parents[1] / "data" / "schemas"


@pytest.fixture
def old_folder(tmp_path: Path) -> Path:
    """A data folder as the first version left it, in the middle of an answer."""
    connection = apsw.Connection(str(tmp_path / "consort.db"))
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute((SCHEMAS / "001.sql").read_text(encoding="utf-8"))
    connection.close()
    return tmp_path


def schema_of(connection: apsw.Connection) -> list[str]:
    return [row[0] + ";" for row in connection.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%' "
        "AND name NOT GLOB '*_words_*' ORDER BY rowid")]


def test_each_migration_is_named_by_its_number() -> None:
    for number, migration in enumerate(MIGRATIONS, start=1):
        assert migration.__name__.startswith(f"m{number:03d}_")
        assert migration.__doc__


@pytest.mark.parametrize("version", range(1, len(MIGRATIONS) + 1))
def test_a_released_migration_still_makes_the_frozen_schema(version: int) -> None:
    database = open_in_memory()
    migrate(database, None, "", MIGRATIONS[:version])
    frozen = (SCHEMAS / f"{version:03d}.sql").read_text(encoding="utf-8")
    for statement in schema_of(database.connection):
        assert statement in frozen
    other = apsw.Connection(":memory:")
    other.execute(frozen)
    assert schema_of(other) == schema_of(database.connection)


def test_nothing_of_the_first_version_is_lost(old_folder: Path) -> None:
    store = Store.open(old_folder)
    assert store.notices == ()
    zurich, kyoto = sorted(store.conversations(), key=lambda one: one.created)
    assert (zurich.title, zurich.pinned, zurich.specialist, zurich.draft) == (
        "Où dormir à Zürich ?", True, "starter", "and breakfast")
    assert (zurich.created, zurich.changed) == (1700000000.5, 1700000900.25)
    assert [(folder.id, folder.name) for folder in store.folders()] == [(zurich.folder, "Trips")]
    messages, _, _ = store.path("c1")
    assert [message.id for message in messages] == ["m1", "m3", "m4"]
    assert messages[0].parts == (TextPart("Where to sleep in Zürich?"), AttachmentPart("plan.txt", "two nights", 10))
    assert messages[1].siblings == ("m2", "m3")
    assert kyoto.title == "京都の天気"
    assert [one.state for one in store.path("c2")[0]] == ["complete", "interrupted"]
    store.choose_sibling("c1", "m2")
    first_answer = store.path("c1")[0][-1]
    assert first_answer.parts == (ThoughtPart("Hmm."), TextPart("At the lake."))
    assert (first_answer.why, first_answer.stats.prompt_tokens, first_answer.stats.tokens_per_second) == (
        "It was the only one.", 11, 7.5)
    assert store.draft() == "half a thought"
    assert store.preferences() == {"theme": "dark"}
    assert (store.settings("starter").temperature, store.settings("starter").threads) == (0.2, 4)
    store.restore_message("c1", "m5")
    assert store.path("c1")[0][-1].state == "failed"
    assert store.restore_conversation("c3").title == "Thrown away"
    store.close()


def test_words_written_before_the_index_existed_are_found(old_folder: Path) -> None:
    store = Store.open(old_folder)
    assert [hit.message for hit in store.search("zurich sleep")] == ["m1"]
    assert [hit.message for hit in store.search("晴れ")] == ["m7"]
    assert {hit.conversation for hit in store.search("天気")} == {"c2"}
    assert store.search("secret") == (), "it is in a deleted conversation"
    assert store.search("nothing") == (), "notices are Consort's words"
    store.close()


def test_the_database_is_backed_up_before_it_is_migrated(old_folder: Path) -> None:
    Store.open(old_folder).close()
    backup, later = sorted((old_folder / "backups").iterdir())
    assert backup.name.startswith("consort-before-m002-") and later.name.startswith("consort-before-m003-")
    assert backup.stat().st_mode & 0o077 == 0
    connection = apsw.Connection(str(backup), flags=apsw.SQLITE_OPEN_READONLY)
    assert list(connection.execute("PRAGMA user_version")) == [(1,)]
    assert list(connection.execute("PRAGMA integrity_check")) == [("ok",)]
    assert list(connection.execute("SELECT count(*) FROM message")) == [(9,)]
    connection.close()


def test_a_fresh_database_needs_no_backup_and_an_up_to_date_one_no_migration(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    Store.open(tmp_path).close()
    assert not (tmp_path / "backups").exists()


def test_a_migration_that_fails_leaves_the_database_as_it_was(old_folder: Path) -> None:
    def m002_breaks(database: object) -> None:
        open_old.run("DELETE FROM message")
        raise RuntimeError("a bug of ours")

    open_old = open_database(old_folder / "consort.db")
    with pytest.raises(RuntimeError):
        migrate(open_old, old_folder / "backups", "now", (MIGRATIONS[0], m002_breaks))
    assert open_old.value("PRAGMA user_version") == 1
    assert open_old.value("SELECT count(*) FROM message") == 9
    open_old.close()
    assert (old_folder / "backups" / "consort-before-m002-now.db").exists()


def test_references_hold_after_every_migration(old_folder: Path) -> None:
    Store.open(old_folder).close()
    connection = apsw.Connection(str(old_folder / "consort.db"))
    assert list(connection.execute("PRAGMA foreign_key_check")) == []
    assert list(connection.execute("PRAGMA integrity_check")) == [("ok",)]
    connection.close()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if not path.name.endswith("-shm")}


def test_a_newer_database_is_refused_and_untouched(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    connection = apsw.Connection(str(tmp_path / "consort.db"))
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = contents(tmp_path)
    with pytest.raises(NewerDatabase) as refused:
        Store.open(tmp_path)
    assert "newer Consort" in refused.value.text
    assert str(tmp_path) in refused.value.text
    assert refused.value.hint
    assert contents(tmp_path) == before


def test_a_newer_version_that_is_only_in_the_log_is_refused_and_untouched(tmp_path: Path) -> None:
    Store.open(tmp_path).close()
    killed = ("import apsw, os, sys; c = apsw.Connection(sys.argv[1]); c.execute('PRAGMA user_version = 99'); "
              "os._exit(0)")
    subprocess.run([sys.executable, "-c", killed, str(tmp_path / "consort.db")], check=True)
    before = contents(tmp_path)
    assert before["consort.db-wal"]
    with pytest.raises(NewerDatabase, match="newer Consort"):
        Store.open(tmp_path)
    assert contents(tmp_path) == before
