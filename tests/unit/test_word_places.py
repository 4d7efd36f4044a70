"""Finding the shown words in the Markdown they come from."""

from __future__ import annotations

import pytest

from desktop_app.word_places import from_utf16, in_utf16, place_of, stretches, words_of

SOURCE = """# Opening *hours*

It opens at **ten**. See [the plan](https://example.org/the/plan?ten=1), then go.

- one &amp; two
- three

```python
print("ten")
```

Last words."""
VIEWS = (("# Opening *hours*", "Opening hours\nIt opens at ten. See the plan, then go.\none & two\nthree"),
         ('print("ten")', 'print("ten")\n'), ("Last words.", "Last words."))


def shown(begin: str, end: str) -> list[str]:
    words = words_of(SOURCE, VIEWS)
    found = stretches(words, SOURCE.index(begin), SOURCE.index(end) + len(end))
    return [VIEWS[view][1][first:last] for view, (first, last) in found.items()]


@pytest.mark.parametrize(("begin", "end", "words"), [
    ("# Opening", "hours*", ["Opening hours"]), ("It opens", "**ten**.", ["It opens at ten"]),
    ("See [", "then go.", ["See the plan, then go"]), ("one", "two", ["one & two"]), ("- three", "three", ["three"]),
    ("```python", "\")\n```", ['print("ten']), ("Last", "words.", ["Last words"])])
def test_a_sentence_is_found_where_it_is_shown(begin: str, end: str, words: list[str]) -> None:
    assert shown(begin, end) == words


def test_a_place_that_is_shown_leads_back_to_its_word() -> None:
    words = words_of(SOURCE, VIEWS)
    inside = VIEWS[0][1].index("plan") + 2
    assert SOURCE[place_of(words, 0, inside):].startswith("plan](")
    assert SOURCE[place_of(words, 0, len(VIEWS[0][1])):].startswith("print")
    assert place_of(words, 2, 999) == 0


def test_a_word_that_is_nowhere_loses_no_other() -> None:
    words = words_of("a &copy; b c d", (("a &copy; b c d", "a ©copyright b c d"),))
    assert [word.begin for word in words] == [0, 9, 11, 13]


def test_places_are_counted_as_qt_counts_them() -> None:
    text = "a😀b"
    assert [in_utf16(text, at) for at in range(4)] == [0, 1, 3, 4]
    assert [from_utf16(text, at) for at in (0, 1, 3, 4, 9)] == [0, 1, 2, 3, 3]
