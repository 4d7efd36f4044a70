"""Inline Markdown tokens written into a document: words, emphasis, code, links, formulas. Fetches nothing.

A link's text and an address have their hidden characters written out. A picture is its alternative text and says that
it was not loaded.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from markdown_it.token import Token
from PySide6.QtGui import QTextCharFormat, QTextCursor

from desktop_app.prose_formats import ProseFormats
from desktop_app.visible_text import break_runs, may_open, show_hidden

LINE = "\u2028"     # a line break inside a paragraph, as QTextDocument wants it
_ADDRESS = re.compile(r"https?://[^\s<>\"'`|]+[^\s<>\"'`|.,;:!?)\]}*_]")


class InlineWriter:
    """Writes one run of inline tokens after the other."""

    def __init__(self, formats: ProseFormats) -> None:
        self._formats = formats

    def write(self, cursor: QTextCursor, tokens: Sequence[Token], base: QTextCharFormat) -> None:
        """At the cursor, in the style of `base`."""
        styles = [base]
        links = 0
        for token in tokens:
            kind = token.type
            if kind == "text":
                self._words(cursor, token.content, styles[-1], bool(links))
            elif kind in ("softbreak", "hardbreak"):
                cursor.insertText(LINE, styles[-1])
            elif kind == "code_inline":
                cursor.insertText(show_hidden(token.content), self._formats.code(styles[-1]))
            elif kind in ("math_inline", "math_inline_double"):
                tex = token.content.strip()
                cursor.insertText(tex.replace("\n", " "), self._formats.formula_source(tex, kind == "math_inline"))
            elif kind == "image":
                self._picture(cursor, token, styles[-1])
            elif kind == "link_open":
                links += 1
                styles.append(self._formats.link(styles[-1], str(token.attrs.get("href", ""))))
            elif kind.endswith("_open"):
                styles.append(self._styled(kind, styles[-1]))
            elif kind.endswith("_close"):
                links -= kind == "link_close"
                styles.pop()
            else:
                cursor.insertText(token.content, styles[-1])

    def _styled(self, kind: str, base: QTextCharFormat) -> QTextCharFormat:
        if kind == "strong_open":
            return self._formats.bold(base)
        if kind == "em_open":
            return self._formats.italic(base)
        return self._formats.struck(base) if kind == "s_open" else base

    def _words(self, cursor: QTextCursor, text: str, style: QTextCharFormat, linked: bool) -> None:
        if linked:
            cursor.insertText(show_hidden(text), style)
            return
        text = break_runs(text).replace("\n", LINE)
        at = 0
        for found in _ADDRESS.finditer(text) if "://" in text else ():
            if may_open(found[0]):
                cursor.insertText(text[at : found.start()], style)
                cursor.insertText(show_hidden(found[0]), self._formats.link(style, found[0]))
                at = found.end()
        cursor.insertText(text[at:], style)

    def _picture(self, cursor: QTextCursor, token: Token, style: QTextCharFormat) -> None:
        described = show_hidden(token.content.strip())
        muted = self._formats.muted(style)
        if described:
            cursor.insertText(described + " ", self._formats.italic(muted))
        cursor.insertText("(image not loaded)", muted)
