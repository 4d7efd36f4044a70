"""How a document is divided into passages, and plain text into blocks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.documents.document import Block, Document
from router.documents.passages import LONGEST, passages_of
from router.documents.plain_text import decoded, read_text
from router.errors import UserFacingError

GUIDE = """# Boat

Small boats float.

They also sink.

## Sails

- jib
- main

```python
# no heading
```

# Harbour
Open all night.
"""


def test_markdown_keeps_its_headings_above_each_passage() -> None:
    found = passages_of(read_text("guide.md", GUIDE, markdown=True))
    assert [(one.headings, one.text) for one in found] == [
        (("Boat",), "Small boats float.\n\nThey also sink.\n"),
        (("Boat", "Sails"), "- jib\n- main\n\n```python\n# no heading\n```\n"),
        (("Harbour",), "Open all night.\n")]


def test_every_passage_is_the_text_at_its_place() -> None:
    document = read_text("guide.md", GUIDE, markdown=True)
    assert all(document.text[one.start:one.end] == one.text for one in passages_of(document))


@given(st.text(alphabet="ab .\n#-`", max_size=4_000), st.booleans())
def test_nothing_written_is_lost_and_no_passage_is_too_long(text: str, markdown: bool) -> None:
    document = read_text("x", text, markdown)
    found = passages_of(document)
    covered = {place for one in found for place in range(one.start, one.end)}
    covered |= {place for block in document.blocks if block.kind == "heading"
                for place in range(block.start, block.end)}
    assert {document.text[place] for place in range(len(document.text)) if place not in covered} <= set(" \n#")
    assert all(0 < one.end - one.start <= LONGEST for one in found)
    assert [one.number for one in found] == list(range(len(found)))


def test_a_long_paragraph_is_divided_between_sentences() -> None:
    text = "The boat sails on. " * 200
    found = passages_of(Document("x", text, (Block(0, len(text)),)))
    assert len(found) > 4
    assert all(one.text.rstrip().endswith(".") for one in found)


def test_a_passage_never_joins_two_pages_or_sheets() -> None:
    text = "one two three four"
    blocks = (Block(0, 3, page=1), Block(4, 7, page=2), Block(8, 13, page=2, sheet="S"),
              Block(14, 18, page=2, sheet="S"))
    assert [(one.page, one.sheet, one.text) for one in passages_of(Document("x", text, blocks))] == [
        (1, "", "one"), (2, "", "two"), (2, "S", "three four")]


@pytest.mark.parametrize(("raw", "text"), [
    ("Grüße".encode(), "Grüße"), ("Grüße".encode("utf-8-sig"), "Grüße"), ("Grüße".encode("utf-16"), "Grüße"),
    ("Grüße".encode("latin-1"), "Grüße"), (b"", "")])
def test_texts_are_read_in_the_encodings_people_have(raw: bytes, text: str) -> None:
    assert decoded(raw) == text


def test_what_holds_zero_bytes_is_no_text() -> None:
    with pytest.raises(UserFacingError, match="not a text file"):
        decoded(b"MZ\0\0")
