"""Export and import: what goes out comes back, and what is wrong is refused before anything is touched."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from router.errors import UserFacingError
from router.memory import exchange
from router.memory.store import Store
from router.parts import AttachmentPart, NoticePart, TextPart, ThoughtPart
from router.views import TurnStats


@pytest.fixture
def store() -> Store:
    return Store.in_memory()


def conversation_with_branches(store: Store) -> str:
    """Two versions of the first answer; below the first, a follow-up. The second version is on screen."""
    _, first = store.begin("", "Wie heißt du? 🎻", (AttachmentPart("a.md", "x ``` y", 7),))
    store.finish(first.id, (ThoughtPart("hm"), TextPart("Ich heiße **Consort**.")), "complete", "starter", "SmolLM2",
                 "the only one", TurnStats(5, 1, 9, 0.25, 30.0, 1.0, 2048))
    conversation = store.conversation_of(first.id)
    _, below = store.begin(conversation, "And in English?")
    store.finish(below.id, (TextPart("My name is"),), "stopped", "starter", "SmolLM2")
    _, second = store.begin_again(conversation, first.id)
    store.finish(second.id, (NoticePart("A notice."), TextPart("Consort.")), "complete", "coder", "Qwen")
    _, gone = store.begin(conversation, "delete this")
    store.delete_message(conversation, store.history(gone.id)[-1].id)
    return conversation


def seen(store: Store, conversation: str) -> list[tuple[Any, ...]]:
    return [(one.role, one.parts, one.state, one.created, len(one.siblings), one.specialist, one.specialist_name,
             one.why, one.stats) for one in store.path(conversation)[0]]


def test_a_json_export_comes_back_whole_under_new_ids(store: Store, tmp_path: Path) -> None:
    conversation = conversation_with_branches(store)
    store.rename(conversation, "Names")
    path = tmp_path / "names.json"
    assert store.export_conversation(conversation, path, "json") == 5
    other = Store.in_memory()
    (copy,), messages = other.import_conversations(path)
    assert messages == 5 and copy != conversation
    was, now = store.conversation(conversation), other.conversation(copy)
    assert (now.title, now.created, now.changed) == (was.title, was.created, was.changed)
    assert seen(other, copy) == seen(store, conversation)
    ids = [one.id for one in store.path(conversation)[0]]
    assert not set(ids) & {one.id for one in other.path(copy)[0]}
    first_version = other.path(copy)[0][1].siblings[0]
    other.choose_sibling(copy, first_version)
    store.choose_sibling(conversation, store.path(conversation)[0][1].siblings[0])
    assert seen(other, copy) == seen(store, conversation) and len(seen(other, copy)) == 4
    assert other.search("English") and not other.search("delete this")


def test_importing_twice_makes_two_and_touches_neither(store: Store, tmp_path: Path) -> None:
    conversation = conversation_with_branches(store)
    store.export_conversation(conversation, tmp_path / "a.json", "json")
    before = seen(store, conversation)
    (first,), _ = store.import_conversations(tmp_path / "a.json")
    (second,), _ = store.import_conversations(tmp_path / "a.json")
    assert len({conversation, first, second}) == 3 == len(store.conversations())
    assert seen(store, conversation) == before == seen(store, first) == seen(store, second)


def test_markdown_is_the_visible_path_for_people(store: Store, tmp_path: Path) -> None:
    conversation = conversation_with_branches(store)
    store.rename(conversation, "Names")
    path = tmp_path / "names.md"
    assert store.export_conversation(conversation, path, "markdown") == 2
    text = path.read_text(encoding="utf-8")
    assert text.startswith("# Names\n\n*20")
    assert "\n## You · 20" in text and "\n## Qwen · 20" in text
    assert "Wie heißt du? 🎻" in text and "*A notice.*\n\nConsort.\n" in text
    assert "File “a.md”:\n\n````\nx ``` y\n````" in text
    assert "English" not in text and "hm" not in text.split("## Qwen")[1]
    store.choose_sibling(conversation, store.path(conversation)[0][1].siblings[0])
    assert store.export_conversation(conversation, path, "markdown") == 4
    assert "*Stopped here.*" in path.read_text(encoding="utf-8")


def test_an_export_replaces_a_file_at_once_and_a_failed_one_leaves_it(store: Store, tmp_path: Path) -> None:
    conversation = conversation_with_branches(store)
    path = tmp_path / "a.json"
    path.write_text("an older export")
    with pytest.raises(UserFacingError):
        store.export_conversation("nowhere", path, "json")
    assert path.read_text() == "an older export"
    store.export_conversation(conversation, path, "json")
    assert json.loads(path.read_text(encoding="utf-8"))["format"] == "consort-conversations"
    assert list(tmp_path.iterdir()) == [path]
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(UserFacingError) as refused:
        store.export_conversation(conversation, tmp_path / "missing" / "a.json", "json")
    assert str(tmp_path / "missing") in refused.value.text


def test_the_format_is_the_one_described(store: Store, tmp_path: Path) -> None:
    question, _ = store.begin("", "hello")
    store.export_conversation(store.conversation_of(question.id), tmp_path / "a.json", "json")
    content = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert set(content) == {"format", "version", "exported", "conversations"} and content["version"] == 1
    (conversation,) = content["conversations"]
    assert set(conversation) == {"title", "title_origin", "created", "changed", "specialist", "leaf", "messages"}
    asked, answer = conversation["messages"]
    assert asked["parts"] == [{"kind": "text", "text": "hello"}]
    assert (asked["chosen"], answer["parent"], answer["state"]) == (answer["id"], asked["id"], "streaming")
    (copy,), _ = store.import_conversations(tmp_path / "a.json")
    assert store.path(copy)[0][1].state == "interrupted"


def valid() -> dict[str, Any]:
    return {"format": "consort-conversations", "version": 1, "conversations": [{"title": "t", "messages": [
        {"id": "a", "role": "user", "parts": [{"kind": "text", "text": "q"}]},
        {"id": "b", "parent": "a", "role": "assistant", "parts": [{"kind": "text", "text": "r"}]},
        {"id": "c", "parent": "b", "role": "user", "parts": []}]}]}


def test_the_smallest_valid_file_and_unknown_fields_are_accepted(store: Store, tmp_path: Path) -> None:
    content = valid()
    content["conversations"][0]["messages"][0]["from_the_future"] = 1
    (tmp_path / "a.json").write_bytes(b"\xef\xbb\xbf" + json.dumps(content).encode())
    ids, messages = store.import_conversations(tmp_path / "a.json")
    assert (len(ids), messages) == (1, 3) and len(store.path(ids[0])[0]) == 3


def change(**fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content.update(fields)


def change_message(number: int, **fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda content: content["conversations"][0]["messages"][number].update(fields)


@pytest.mark.parametrize(("damage", "sentence"), [
    (change(format="something"), "no export of Consort"),
    (change(format=3), "no export of Consort"),
    (change(version=2), "newer Consort"),
    (change(conversations="x"), "not valid"),
    (change_message(0, role="robot"), "not valid"),
    (change_message(0, parts=[{"kind": "virus", "text": ""}]), "not valid"),
    (change_message(0, parts=[{"kind": "text", "text": 3}]), "not valid"),
    (change_message(0, created=1e300), "not valid"),
    (change_message(0, state="dreaming"), "not valid"),
    (change_message(1, id="a"), "not valid"),
    (change_message(1, parent="zzz"), "not valid"),
    (change_message(0, parent="c"), "not valid"),
    (change_message(2, parent="c"), "not valid"),
    (change_message(0, role="assistant"), "not valid"),
    (change_message(1, chosen="a"), "not valid"),
    (lambda content: content["conversations"][0].update(leaf="zzz"), "not valid"),
])
def test_a_wrong_file_is_refused_with_a_sentence_and_nothing_is_imported(
        damage: Callable[[dict[str, Any]], object], sentence: str, store: Store, tmp_path: Path) -> None:
    content = valid()
    content["conversations"].insert(0, valid()["conversations"][0])
    content["conversations"].reverse()
    damage(content)
    (tmp_path / "wrong.json").write_text(json.dumps(content))
    with pytest.raises(UserFacingError) as refused:
        store.import_conversations(tmp_path / "wrong.json")
    assert refused.value.text.startswith("wrong.json cannot be imported: it ") and sentence in refused.value.text
    assert refused.value.hint
    assert store.conversations() == ()


@pytest.mark.parametrize("content", [b"", b"hello", b"\xff\xfe\x00", b"[]", b"null", b"[" * 100_000, b"\x00" * 100,
                                     b"{\"a\":" * 50_000, b"SQLite format 3\x00"])
def test_a_file_of_another_kind_is_refused(content: bytes, store: Store, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_bytes(content)
    with pytest.raises(UserFacingError, match="no export of Consort"):
        store.import_conversations(tmp_path / "x.json")


def test_a_file_that_is_cut_off_is_refused_wherever_it_is_cut(store: Store, tmp_path: Path) -> None:
    conversation = conversation_with_branches(store)
    store.export_conversation(conversation, tmp_path / "a.json", "json")
    whole = (tmp_path / "a.json").read_bytes().rstrip()
    for end in range(200, len(whole), 97):
        (tmp_path / "cut.json").write_bytes(whole[:end])
        with pytest.raises(UserFacingError, match="cut off"):
            store.import_conversations(tmp_path / "cut.json")
    assert len(store.conversations()) == 1


def test_a_huge_and_a_missing_file_are_refused_without_being_read(
        store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UserFacingError, match="cannot be read"):
        store.import_conversations(tmp_path / "missing.json")
    with pytest.raises(UserFacingError, match="cannot be read"):
        store.import_conversations(tmp_path)
    with (tmp_path / "huge.json").open("wb") as file:
        file.truncate(exchange.LARGEST + 1)                     # sparse: takes no room
    with pytest.raises(UserFacingError, match="too large"):
        store.import_conversations(tmp_path / "huge.json")


def test_lone_surrogates_written_as_escapes_do_not_reach_the_store(store: Store, tmp_path: Path) -> None:
    content = json.dumps(valid()).replace('"q"', '"\\u0000q"')
    (tmp_path / "a.json").write_text(content)
    (copy,), _ = store.import_conversations(tmp_path / "a.json")
    assert store.path(copy)[0][0].parts == (TextPart("q"),)
    (tmp_path / "b.json").write_text(json.dumps(valid()).replace('"q"', '"\\ud800"'))
    with pytest.raises(UserFacingError, match="cannot be imported"):
        store.import_conversations(tmp_path / "b.json")
