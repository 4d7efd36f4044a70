"""Markdown to tokens: CommonMark with tables, strikethrough and TeX math; HTML stays text. Knows no Qt, draws nothing.

`$…$`, `$$…$$` after markdown-it's dollarmath rules (a dollar beside a digit or a space is money), `\\(…\\)` and
`\\[…\\]` as LaTeX writes them.
"""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from mdit_py_plugins.dollarmath import dollarmath_plugin

from desktop_app.visible_text import may_open

_BRACKETS = {"(": (r"\)", "math_inline"), "[": (r"\]", "math_inline_double")}


class Markdown:
    """One configured parser. Reference definitions are kept per conversation of `parse` calls through `references`."""

    def __init__(self) -> None:
        self._parser = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
        self._parser.use(dollarmath_plugin, allow_labels=False, allow_space=False, allow_digits=False,
                         double_inline=True)
        self._parser.inline.ruler.before("escape", "bracket_math", _bracket_math)
        # a link that may not be opened is left as it was written, so nothing is hidden
        self._parser.validateLink = may_open  # type: ignore[method-assign, assignment]

    def parse(self, text: str, references: dict[str, object] | None = None) -> Sequence[Token]:
        """Block tokens. `references` collects link definitions and is read for them; pass the same for one answer."""
        return self._parser.parse(text, references if references is not None else {})

    def parse_inline(self, text: str, references: dict[str, object] | None = None) -> Sequence[Token]:
        """The inline tokens of one line, e.g. a table's cell."""
        found = self._parser.parseInline(text, references if references is not None else {})
        return found[0].children or []


def _bracket_math(state: StateInline, silent: bool) -> bool:
    start = state.pos
    if state.src[start] != "\\" or start + 1 >= state.posMax:
        return False
    closing = _BRACKETS.get(state.src[start + 1])
    if closing is None:
        return False
    end = state.src.find(closing[0], start + 2, state.posMax)
    if end < 0 or not state.src[start + 2 : end].strip():
        return False
    if not silent:
        token = state.push(closing[1], "math", 0)
        token.content = state.src[start + 2 : end]
    state.pos = end + 2
    return True
