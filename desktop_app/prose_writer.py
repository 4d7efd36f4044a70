"""Block Markdown tokens written into a document: paragraphs, headings, lists, quotations. Knows no widget."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextBlockFormat, QTextCharFormat, QTextCursor, QTextFormat, QTextLength, QTextListFormat

from desktop_app.inline_writer import LINE, InlineWriter
from desktop_app.prose_formats import ProseFormats
from desktop_app.visible_text import show_hidden

_BULLETS = (QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListCircle, QTextListFormat.Style.ListSquare)


class ProseWriter:
    """Appends to the end of a document. One writer for one call of `write`."""

    def __init__(self, cursor: QTextCursor, formats: ProseFormats) -> None:
        self._cursor = cursor
        self._formats = formats
        self._inline = InlineWriter(formats)
        self._lists: list[QTextListFormat] = []
        self._made: list[object] = []           # the QTextList of each level, once it has an item
        self._item_begins = False
        self._quotes = 0
        self._tight = False

    def write(self, tokens: Sequence[Token], joined: bool = False) -> None:
        """`joined`: the first paragraph goes on with the one that is there."""
        index = 0
        while index < len(tokens):
            token = tokens[index]
            if token.type == "inline":
                self._paragraph(tokens[index - 1], token, joined)
                joined = False
            elif token.type in ("fence", "code_block"):
                self._code(token.content)
            elif token.type == "hr":
                self._rule()
            elif token.type == "math_block":
                self._formula(token.content)
            elif token.type == "tr_open":
                index = self._row(tokens, index)
            else:
                self._structure(token)
            index += 1

    def _structure(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            made = QTextListFormat()
            made.setIndent(len(self._lists) + 1)
            if token.type == "ordered_list_open":
                made.setStyle(QTextListFormat.Style.ListDecimal)
                made.setStart(min(int(token.attrs.get("start", 1)), 999_999_999))
            else:
                made.setStyle(_BULLETS[min(len(self._lists), 2)])
            self._lists.append(made)
            self._made.append(None)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
            self._made.pop()
        elif token.type == "list_item_open":
            self._item_begins = True
        elif token.type in ("blockquote_open", "blockquote_close"):
            self._quotes += 1 if token.type == "blockquote_open" else -1

    def _paragraph(self, opening: Token, inline: Token, joined: bool) -> None:
        style, block = self._formats.text, self._block_format(0.25 if opening.hidden else 0.7)
        if opening.type == "heading_open":
            level = int(opening.tag[1])
            style = self._formats.heading(level)
            block.setTopMargin(self._formats.em * (0.9 if level < 3 else 0.6))
            block.setBottomMargin(self._formats.em * 0.4)
            block.setHeadingLevel(level)
        elif self._quotes:
            style = self._formats.muted(style)
        if not joined:
            self._begin(block, style)
        self._inline.write(self._cursor, inline.children or [], style)
        if self._quotes:
            self._mirror()

    def _mirror(self) -> None:
        """Indent a quotation from the right where it reads from there, which shows once its words are in."""
        if self._cursor.block().textDirection() == Qt.LayoutDirection.RightToLeft:
            block = self._cursor.blockFormat()
            block.setRightMargin(block.leftMargin())
            block.setLeftMargin(0)
            self._cursor.setBlockFormat(block)

    def _begin(self, block: QTextBlockFormat, style: QTextCharFormat | None = None) -> None:
        style = style or self._formats.text
        if self._cursor.position() == 0:
            block.setTopMargin(0)
            self._cursor.setBlockFormat(block)
            self._cursor.setBlockCharFormat(style)
        else:
            before = self._cursor.block()
            form = before.blockFormat()
            if not self._lists and (before.textList() is not None or form.leftMargin() or form.rightMargin()):
                block.setTopMargin(max(block.topMargin(), self._formats.em * 0.7))
            self._cursor.insertBlock(block, style)
        if self._lists and self._item_begins:
            self._join_list()
        elif self._cursor.currentList() is not None:
            self._cursor.currentList().remove(self._cursor.block())
            self._cursor.setBlockFormat(block)
        self._item_begins = False

    def _join_list(self) -> None:
        made = self._made[-1]
        if made is None:
            self._made[-1] = self._cursor.createList(self._lists[-1])
        else:
            made.add(self._cursor.block())      # type: ignore[attr-defined]
        plain = self._cursor.blockFormat()      # the list draws its own indent
        plain.setIndent(0)
        plain.setLeftMargin(self._quotes * self._formats.em * 1.1)
        self._cursor.setBlockFormat(plain)

    def _block_format(self, below: float) -> QTextBlockFormat:
        depth = 0 if self._item_begins else len(self._lists)
        return self._formats.block(below=below, depth=depth, quote=self._quotes)

    def _code(self, text: str) -> None:
        self._begin(self._formats.code_block(len(self._lists), self._quotes))
        self._cursor.insertText(show_hidden(text.rstrip("\n")).replace("\n", LINE),
                                self._formats.code(self._formats.text))

    def _rule(self) -> None:
        block = self._block_format(0.7)
        block.setProperty(QTextFormat.Property.BlockTrailingHorizontalRulerWidth,
                          QTextLength(QTextLength.Type.PercentageLength, 100))
        block.setBackground(self._formats.theme.colour("border"))
        self._begin(block)

    def _formula(self, tex: str) -> None:
        self._begin(self._block_format(0.7))
        self._cursor.insertText(tex.strip().replace("\n", " "), self._formats.formula_source(tex.strip(), False))

    def _row(self, tokens: Sequence[Token], index: int) -> int:
        """A table inside a list or quotation: a line for each row, cells apart by a bar."""
        self._begin(self._block_format(0.1))
        first = True
        while tokens[index].type != "tr_close":
            if tokens[index].type == "inline":
                if not first:
                    self._cursor.insertText("  │  ", self._formats.muted(self._formats.text))
                first = False
                heads = tokens[index - 1].type == "th_open"
                style = self._formats.bold(self._formats.text) if heads else self._formats.text
                self._inline.write(self._cursor, tokens[index].children or [], style)
            index += 1
        return index
