"""What the documents' store keeps, finds and forgets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from router.documents.passages import passages_of
from router.documents.plain_text import read_text
from router.memory.document_store import DocumentStore, KnownFile
from router.memory.document_tables import FILE
from router.memory.passage_search import Filter, packed

EVERYWHERE = Filter()


def keep(store: DocumentStore, path: str, text: str, sha256: str = "", changed: float = 1.0) -> KnownFile:
    """A file below the root `/r` that says `text`."""
    root = store.add_root("/r")
    document = read_text(path, text, markdown=True)
    file = KnownFile(root.id, f"/r/{path}", len(text), changed, sha256 or path, "read")
    store.put_content(file, document, passages_of(document))
    return file


def found(store: DocumentStore, question: str, only: Filter = EVERYWHERE) -> list[str]:
    """The texts of what is found by words."""
    keys = store.by_words(question, 10, only)
    rows = store.passages(keys)
    return [rows[key].text for key in keys]


def test_any_telling_word_finds_and_forms_of_it_too() -> None:
    store = DocumentStore.in_memory()
    keep(store, "a.md", "The ferries sail at noon.")
    keep(store, "b.md", "Soup needs salt.")
    assert found(store, "When does the ferry sail?") == ["The ferries sail at noon."]
    assert found(store, "salted?") == ["Soup needs salt."]
    assert found(store, "quarks") == found(store, "?!") == found(store, "") == []


@pytest.mark.parametrize("question", ['"', "AND OR NOT", "a*", "(", "x:y", "ä ö \ud800", "a\0b", "船はどこ"])
def test_nothing_that_is_typed_breaks_the_search(question: str) -> None:
    store = DocumentStore.in_memory()
    keep(store, "a.md", "船は港にある。")
    store.by_words(question, 10, Filter())


def test_scripts_without_spaces_are_found() -> None:
    store = DocumentStore.in_memory()
    keep(store, "a.md", "船は港にある。")
    assert found(store, "港") == ["船は港にある。"]


def test_the_same_content_is_kept_once_and_until_the_last_file_goes() -> None:
    store = DocumentStore.in_memory()
    first = keep(store, "a.md", "The boat.", "same")
    second = keep(store, "copy/a.md", "The boat.", "same")
    assert found(store, "boat") == ["The boat."]
    assert store.paths("same") == ("/r/a.md", "/r/copy/a.md")
    store.forget_files(first.root, (first.path,))
    assert found(store, "boat") == ["The boat."]
    store.forget_files(first.root, (second.path,))
    assert found(store, "boat") == []
    assert store.document("same") is None


def test_a_file_that_says_something_else_now_is_no_longer_found_by_what_it_said() -> None:
    store = DocumentStore.in_memory()
    keep(store, "a.md", "The boat.", "v1")
    keep(store, "a.md", "The train.", "v2")
    assert (found(store, "boat"), found(store, "train")) == ([], ["The train."])


def test_a_search_can_be_kept_to_a_folder_and_to_what_is_new() -> None:
    store = DocumentStore.in_memory()
    keep(store, "old/a.md", "The old boat.", changed=100.0)
    keep(store, "new/a.md", "The new boat.", changed=200.0)
    assert found(store, "boat", Filter("/r/old")) == ["The old boat."]
    assert found(store, "boat", Filter("/r/old/")) == ["The old boat."]
    assert found(store, "boat", Filter("/r/ol")) == []
    assert found(store, "boat", Filter(since=150.0)) == ["The new boat."]
    assert store.allowed(Filter()) is None
    assert len(store.allowed(Filter("/r/new")) or ()) == 1


def test_removing_a_folder_forgets_what_was_read_in_it() -> None:
    store = DocumentStore.in_memory()
    file = keep(store, "a.md", "The boat.")
    store.remove_root(file.root)
    assert (store.roots(), found(store, "boat")) == ((), [])


def test_vectors_wait_until_they_are_made_and_come_back_as_they_were() -> None:
    store = DocumentStore.in_memory()
    keep(store, "a.md", "# Boats\n\nThe boat.")
    (key, text), = store.without_vector(10)
    assert text == "a.md › Boats\nThe boat."
    store.put_vectors([(key, packed((0.6, 0.8))), (key + 99, packed((1.0, 0.0)))])
    assert store.without_vector(10) == []
    assert store.vectors() == [(key, packed((0.6, 0.8)))]


def test_files_wait_their_turn_the_small_ones_first_and_not_while_paused() -> None:
    store = DocumentStore.in_memory()
    root = store.add_root("/r")
    files = [KnownFile(root.id, f"/r/{size}", size, 1.0) for size in (30, 10, 20)]
    store.put_files(files)
    assert [file.size for file in store.waiting(5)] == [10, 20, 30]
    store.put_files([replace(files[0], state="refused", problem="No.")])
    store.pause_root(root.id, paused=True)
    assert store.waiting(5) == ()
    assert [(file.path, file.problem) for file in store.refused()] == [("/r/30", "No.")]


def test_it_is_all_there_after_a_restart_and_a_damaged_index_is_put_aside(tmp_path: Path) -> None:
    store = DocumentStore.open(tmp_path)
    keep(store, "a.md", "The boat.")
    store.close()
    store = DocumentStore.open(tmp_path)
    assert (found(store, "boat"), store.notices) == (["The boat."], ())
    store.close()
    (tmp_path / FILE).write_bytes(b"no database at all" * 1000)
    store = DocumentStore.open(tmp_path)
    assert store.roots() == ()
    assert "Add your folders again" in store.notices[0]
    assert len(list(tmp_path.glob("documents-damaged-*.db"))) == 1
    store.close()
