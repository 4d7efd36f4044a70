"""The plain parts of the window: words for numbers, sections of the sidebar, attachments."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from desktop_app.attachments import LARGEST_FILE, attachment_from_file, attachment_from_paste, storable
from desktop_app.model_words import download_in_words
from desktop_app.sections import sidebar_rows
from desktop_app.words import (
    duration_in_words,
    file_name_for,
    size_in_words,
    snippet_pieces,
    sources_in_words,
)
from router.errors import UserFacingError
from router.model_views import QueuedInstall
from router.views import ConversationView, FolderView

NOW = datetime(2026, 3, 10, 12, 0)


def chat(name: str, year: int, month: int, day: int, **more: object) -> ConversationView:
    return ConversationView(name, name, changed=datetime(year, month, day, 9).timestamp(), **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(("size", "words"), [(0, "0 kB"), (98_000_000, "98 MB"), (5_200_000, "5.2 MB"),
                                             (6_100_000_000, "6.1 GB"), (999_900_000, "1.0 GB"), (12_000, "12 kB")])
def test_sizes_are_what_file_pages_show(size: int, words: str) -> None:
    assert size_in_words(size) == words


def test_times_left_are_rounded_to_what_matters() -> None:
    assert [duration_in_words(each) for each in (0.2, 12, 200, 4800)] == ["1 s", "12 s", "3 min", "1 h 20 min"]


def test_progress_says_amount_speed_time_left_and_source() -> None:
    line = QueuedInstall("smol", "SmolLM2", "running", "fetching", 34_000_000, 98_000_000, 5_200_000, 0, "index")
    assert download_in_words(line) == "34 MB of 98 MB · 5.2 MB/s · 12 s left · from the package index"
    checking = replace(line, phase="checking", done=49_000_000)
    assert download_in_words(checking) == "Checking that nothing is damaged: 50 %"
    assert sources_in_words(("hub", "index")).endswith("or the package index if that cannot be reached")


def test_the_sidebar_is_pinned_then_folders_then_by_age() -> None:
    chats = [chat("old", 2025, 1, 1), chat("today", 2026, 3, 10), chat("yesterday", 2026, 3, 9),
             chat("week", 2026, 3, 4), chat("pinned", 2025, 1, 1, pinned=True), chat("filed", 2026, 3, 10, folder="f"),
             chat("lost", 2026, 3, 10, folder="gone")]
    rows = sidebar_rows(chats, [FolderView("f", "Work"), FolderView("e", "Empty")], NOW)
    assert [row.title for row in rows] == ["Pinned", "pinned", "Empty", "Work", "filed", "Today", "today", "lost",
                                           "Yesterday", "yesterday", "Last week", "week", "Older", "old"]


def test_a_closed_folder_hides_its_chats() -> None:
    rows = sidebar_rows([chat("filed", 2026, 3, 10, folder="f")], [FolderView("f", "Work")], NOW, frozenset({"f"}))
    assert [row.title for row in rows] == ["Work"] and rows[0].closed


def test_a_text_file_becomes_an_attachment_and_its_mark_of_byte_order_goes(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_bytes("\ufeffGrüße".encode())
    attachment = attachment_from_file(file)
    assert (attachment.name, attachment.text, attachment.size) == ("notes.txt", "Grüße", 10)


@pytest.mark.parametrize("content", [b"\xff\xfe\x00bad", b"a\x00b", b"x" * (LARGEST_FILE + 1)])
def test_a_file_that_cannot_be_attached_says_why(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "picture.png"
    file.write_bytes(content)
    with pytest.raises(UserFacingError, match=r"picture\.png") as refused:
        attachment_from_file(file)
    assert refused.value.hint


def test_missing_files_and_folders_say_why(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.txt"):
        with pytest.raises(UserFacingError):
            attachment_from_file(path)


def test_what_no_file_can_hold_is_replaced_before_it_travels() -> None:
    assert storable("a\ud800b\x00c😀") == "a\ufffdbc😀"
    assert attachment_from_paste("é" * 10, 2).size == 20


def test_a_search_snippet_shows_its_match() -> None:
    assert snippet_pieces("the\n\ue000museum\ue001 opens") == ("the ", "museum", " opens")
    assert snippet_pieces("nothing marked") == ("nothing marked", "", "")


def test_file_names_are_safe_everywhere() -> None:
    assert file_name_for('a/b:c*"<x>?', "md") == "a b c x.md"
    assert file_name_for("...", "json") == "Chat.json"
    assert len(file_name_for("x" * 500, "md")) < 100
