"""Parts of the window that need Qt to import but no window: finding, shortcuts, numbers in settings."""

from __future__ import annotations

import pytest

from desktop_app.finder import Entry, found
from desktop_app.shortcuts import SHORTCUTS
from desktop_app.specialist_settings import number_from


def test_the_palette_finds_pieces_of_words_and_prefers_their_beginnings() -> None:
    entries = [Entry(words, "", lambda: None) for words in ("Export this chat", "New chat", "Models", "The new boat")]
    assert [each.words for each in found("new", entries)] == ["New chat", "The new boat"]
    assert [each.words for each in found("chat ex", entries)] == ["Export this chat"]
    assert len(found("", entries)) == 4 and found("zzz", entries) == []


def test_no_two_shortcuts_share_their_keys() -> None:
    keys = [each for one in SHORTCUTS if one.bound for each in one.keys]
    assert len(keys) == len(set(keys))
    assert len({each.name for each in SHORTCUTS}) == len(SHORTCUTS)


def test_settings_are_numbers_in_their_range() -> None:
    assert number_from("temperature", "0,5") == 0.5
    assert number_from("threads", " 4 ") == 4
    assert number_from("seed", "") is None
    for name, text in (("threads", "0"), ("threads", "4.5"), ("top_p", "2"), ("temperature", "hot"), ("top_p", "nan")):
        with pytest.raises(ValueError, match="takes"):
            number_from(name, text)
