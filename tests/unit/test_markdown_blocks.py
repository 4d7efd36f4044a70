"""An answer cut into blocks comes out the same however it was cut while it streamed."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from desktop_app.blocks import LARGEST_PROSE, BlockStream
from desktop_app.line_forms import cells

ANSWER = """# Title

Some *words*
in two lines
- a
- b

  more of b

1. One:
   ```python
   if x:
       y()
   ```
   after the code
2. Two

| a | b \\| c |
|---|:-:|
| 1 | 2 |
after the table

$$
x^2
$$

\\[ y \\]
> a quotation

~~~
``` inside
~~~
the end"""


def blocks_of(pieces: list[str]) -> list[tuple[str, str, int, bool, str]]:
    stream = BlockStream()
    for piece in pieces:
        stream.feed(piece)
    stream.close()
    return [(b.kind, b.info, b.indent, b.joined, b.text) for b in stream.blocks]


def kinds(text: str) -> list[str]:
    return [kind for kind, *_ in blocks_of([text])]


def test_every_kind_is_told_apart() -> None:
    assert kinds(ANSWER) == ["prose", "prose", "code", "prose", "prose", "table", "prose", "math", "math", "prose",
                             "code", "prose"]


@settings(max_examples=20, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=1, max_size=400))
def test_the_cuts_of_a_stream_leave_no_trace(sizes: list[int]) -> None:
    pieces, at = [], 0
    for size in sizes:
        pieces.append(ANSWER[at : at + size])
        at += size
    pieces.append(ANSWER[at:])
    assert blocks_of(pieces) == blocks_of([ANSWER])


@settings(max_examples=80, deadline=None)
@given(st.text("ab |`$\\[]-*#>1.\n\t~:", max_size=120), st.integers(1, 7))
def test_any_text_streams_to_the_same_blocks_and_loses_no_letter(text: str, size: int) -> None:
    pieces = [text[at : at + size] for at in range(0, len(text), size)]
    whole, streamed = blocks_of([text]), blocks_of(pieces)
    assert streamed == whole
    kept = "".join(info + content for _, info, _, _, content in whole)
    for letter in "ab":
        assert kept.count(letter) == text.count(letter)


def test_only_the_last_blocks_are_reported_as_changed() -> None:
    stream = BlockStream()
    stream.feed("one\n\ntwo\n\nthree")
    assert stream.feed(" more") == 2
    assert stream.feed("\n\n```\n") == 2
    assert stream.feed("x") == 3
    assert [b.text for b in stream.blocks] == ["one\n", "two\n", "three more\n", "x"]


def test_code_in_a_list_keeps_its_indent_and_loses_the_spaces() -> None:
    _, code, after, two = [b for b in blocks_of([ANSWER]) if b[0] in ("prose", "code")][1:5]
    assert code[1:] == ("python", 3, False, "if x:\n    y()\n")
    assert after[1:] == ("", 3, False, "after the code\n")
    assert two[4].startswith("2. Two")


def test_a_header_becomes_a_table_only_with_its_second_row() -> None:
    stream = BlockStream()
    stream.feed("| a | b |\n")
    assert [b.kind for b in stream.blocks] == ["prose"]
    stream.feed("|---|---|\n| 1 | 2 |\n")
    assert [(b.kind, b.text) for b in stream.blocks] == [("table", "| a | b |\n| 1 | 2 |\n")]
    assert kinds("a | b\n|---|---|---|\n") == ["prose"], "a delimiter row with another number of cells is none"


def test_cells_respect_escaped_pipes() -> None:
    assert cells("| a | b \\| c |") == ["a", "b | c"]
    assert cells("a | b") == ["a", "b"]


def test_an_unclosed_fence_or_formula_ends_with_the_answer() -> None:
    assert blocks_of(["```py\nx = 1"])[0][4] == "x = 1\n"
    assert kinds("$$\nx^2") == ["math"]


def test_a_half_fence_or_table_row_is_not_shown_as_prose() -> None:
    stream = BlockStream()
    for beginning in ("``", "`"):
        stream.feed(beginning)
        assert stream.blocks == []
    stream.feed("\nx\n``")
    assert stream.blocks[0].text == "x\n", "what may become the closing fence is not shown as code"


def test_endless_paragraphs_lists_and_lines_are_cut_into_blocks_of_bounded_size() -> None:
    for text in ("word " * 100_000, "- item\n" * 20_000, "line\n" * 20_000, "x" * 1_000_000):
        found = blocks_of([text])
        assert len(found) > 20
        assert max(len(content) for *_, content in found) <= 2 * LARGEST_PROSE
        assert sum(content.count(text[0]) for *_, content in found) == text.count(text[0])


def test_the_pieces_of_a_cut_paragraph_know_they_belong_together() -> None:
    found = blocks_of(["word " * 2_000])
    assert [joined for *_, joined, _ in found] == [False] + [True] * (len(found) - 1)


def test_an_endless_line_of_code_is_passed_on_in_pieces() -> None:
    stream = BlockStream()
    stream.feed("```\n")
    for _ in range(100):
        stream.feed("y" * 1_000)
    assert len(stream.blocks[0].partial) <= 5_096
    stream.close()
    assert stream.blocks[0].text == "y" * 100_000 + "\n"


def test_what_utf8_and_qt_cannot_carry_is_replaced() -> None:
    assert blocks_of(["a\x00b\ud800c\r\nd"])[0][4] == "a\ufffdb\ufffdc\nd\n"
