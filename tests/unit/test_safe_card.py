"""A model's card is text: no front matter, no HTML, no pictures, nothing hidden, and never slow."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.library.card import LONGEST, safe_card


@pytest.mark.parametrize(("card", "text"), [
    ("---\nlicense: mit\ntags:\n- x\n---\n# Tiny\n\nSmall.", "# Tiny\n\nSmall."),
    ("\ufeff---\r\nlicense: mit\r\n---\r\nSmall.", "Small."),
    ("No front matter\n---\nstays", "No front matter\n---\nstays"),
    ("![A fox](https://x.example/fox.png 'title') here", "A fox here"),
    ("[![badge](https://x.example/b.svg)](https://x.example)", "[badge](https://x.example)"),
    ("![ref][fox] and ![](a_(1).png)!", "ref and !"),
    ('<img src="x" onerror="evil()" alt="A fox"> text', "A fox text"),
    ("<div align='center'><b>Bold</b><br>next</div>", "Bold\nnext"),
    ('<a href="https://x.example/a">page</a>', "(https://x.example/a) page"),
    ('<a href="javascript:evil()">page</a>', "page"),
    ("before<script>evil('</p>')</script>after", "beforeafter"),
    ("<!-- hidden --> seen <!-- open", "seen"),
    ("<style>p { color: red }</style>Text", "Text"),
    ("1 < 2 and 3 > 2, <https://x.example>", "1 < 2 and 3 > 2, <https://x.example>"),
    ("a\u200bb\u202ec\U000e0041d\u2066e\ufe01f\u3164g", "abcdefg"),
    ("```html\n<b>kept</b> ![x](y)\u200b\n```\nafter <b>x</b>", "```html\n<b>kept</b> ![x](y)\n```\nafter x"),
    ("~~~\n```\n<i>\n~~~\n<i>x</i>", "~~~\n```\n<i>\n~~~\nx"),
    ("| a | b |\n|---|---|\n| 1 | 2 |", "| a | b |\n|---|---|\n| 1 | 2 |"),
    ("", ""),
])
def test_what_is_left_is_text(card: str, text: str) -> None:
    assert safe_card(card) == text


def test_a_fence_that_never_ends_ends_with_the_card() -> None:
    assert safe_card("```\ncode").splitlines() == ["```", "code", "```"]


def test_a_long_card_is_cut_and_says_so() -> None:
    cut = safe_card("word " * LONGEST)
    assert len(cut) < LONGEST + 50 and cut.endswith("(the rest is left out)")


@pytest.mark.parametrize("evil", ["![", "![x](", "![x](" + "(" * 3, "<a ", "<img alt=", "```\n", "<!--", "<script>",
                                  "![x](a ", "[![", "<" * 5, "---\n", "![x](y '", "`~"])
def test_a_hostile_card_is_no_slower_than_another(evil: str) -> None:
    """Anything quadratic would take 1.6 billion steps here, and the suite's limit."""
    assert len(safe_card(evil * (40_000 // len(evil)))) <= LONGEST
    assert len(safe_card(evil + "a" * 40_000)) <= LONGEST


PIECES = st.sampled_from(["<b>", "</b>", "<img alt='x' src=y>", "![a](b)", "```", "\n", "---", "<!--", "-->", "text",
                          "<script>", "\u202e", "\u200b", "&lt;", "~~~", "<a href='https://x'>", " ", "(", ")", "[",
                          "]", "!"])


@given(st.lists(PIECES, max_size=30).map("".join))
def test_no_picture_and_nothing_hidden_is_ever_left_outside_code(card: str) -> None:
    text = safe_card(card)
    assert not set(text) & {"\u202e", "\u200b", "\0"}
    if "```" not in text and "~~~" not in text:
        assert not re.search(r"<img|<script", text)
