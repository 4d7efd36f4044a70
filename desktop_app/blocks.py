"""An answer cut into blocks while it streams: prose, code, tables and display formulas. Knows no Qt.

Only the last block ever changes, so whoever shows them never has to look back: what `feed` costs depends on what is
new, not on how long the answer already is. Prose stays Markdown; a block of it ends where CommonMark would end a
paragraph, list or heading, and at `LARGEST_PROSE` characters at the latest, so that parsing it again stays cheap.
Code, tables and formulas inside a list leave it and keep its indent (`Block.indent`), to get their own widgets.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from desktop_app import line_forms as form
from desktop_app.visible_text import clean

LARGEST_PROSE = 3_000       # characters
_LARGEST_PARTIAL = 4_096    # characters of an unfinished line of code
_LARGEST_ROW = 20_000       # characters; longer is no table a person could read

Kind = Literal["prose", "code", "table", "math"]


@dataclass
class Block:
    """One block. `pieces` only ever grows, each ends its line (but for a very long line); `partial` is provisional.

    info: the language of code, the delimiter row of a table. indent: columns. joined: it goes on with the paragraph of
    the block before.
    """

    kind: Kind
    info: str = ""
    indent: int = 0
    joined: bool = False
    pieces: list[str] = field(default_factory=list)
    partial: str = ""
    closed: bool = False

    @property
    def text(self) -> str:
        return "".join(self.pieces) + self.partial


class BlockStream:
    """Feed it the answer as it comes; `blocks` is what it is so far."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._line = ""             # the unfinished last line
        self._cut = False           # its beginning is in a block already
        self._fence = ""
        self._in_list = False
        self._list_indent = 0       # columns of a list that goes on after a code block inside it
        self._size = 0              # characters in the open prose block
        self._blank = False         # a blank line ended the list, unless the next line belongs to it
        self._join = False
        self._first = 0

    def feed(self, text: str) -> int:
        """Take more text; the index of the first block that changed (`len(blocks)` when none did)."""
        self._first = len(self.blocks)
        self._withdraw()
        *lines, self._line = (self._line + clean(text)).split("\n")
        for line in lines:
            self._take(line)
        self._shorten()
        self._show_partial()
        return self._first

    def close(self) -> int:
        """The answer is over: what is open is closed as it stands. Like `feed`."""
        self._first = len(self.blocks)
        self._withdraw()
        if self._line:
            self._take(self._line)
            self._line = ""
        if self._open is not None:
            self._close()
        return self._first

    # ── one whole line ───────────────────────────────────────────────────────────────────────────────────────────
    @property
    def _open(self) -> Block | None:
        return self.blocks[-1] if self.blocks and not self.blocks[-1].closed else None

    def _take(self, line: str) -> None:
        block = self._open
        rest_of_cut, self._cut = self._cut, False
        if block is not None and block.kind == "code":
            if not rest_of_cut and form.closes_fence(line, self._fence):
                self._close()
            else:
                self._grow(block, (line if rest_of_cut else form.dedent(line, block.indent)) + "\n")
        elif block is not None and block.kind == "math":
            self._take_math(block, line)
        elif block is not None and block.kind == "table" and form.is_row(line):
            self._grow(block, line.strip() + "\n")
        else:
            if block is not None and block.kind == "table":
                self._close()
            self._take_prose(line)

    def _take_math(self, block: Block, line: str) -> None:
        closing = form.MATH[block.info]
        if line.rstrip().endswith(closing):
            self._grow(block, line.rstrip()[: -len(closing)])
            self._close()
        elif not line.strip() and len(block.pieces) > 40:
            self._close()       # never closed: do not swallow the rest of the answer
        else:
            self._grow(block, line + "\n")

    def _take_prose(self, line: str) -> None:
        if not line.strip():
            self._take_blank()
            return
        indent = form.indent_of(line)
        if self._blank and not form.continues_list(line, indent):
            self._close()
            self._in_list = False
        self._blank = False
        if indent < self._list_indent:
            self._end_list_rest()
        nested = indent if self._in_list or self._list_indent else 0
        if indent <= 3 or nested:
            fence = form.opens_fence(line)
            if fence is not None:
                self._fence = fence[0]
                self._begin(Block("code", fence[1], nested))
                return
            if self._take_display_math(line, nested):
                return
        if self._take_delimiter_row(line, nested):
            return
        self._add_prose(line, indent)

    def _take_blank(self) -> None:
        block = self._open
        self._join = False
        if block is None:
            return
        if self._in_list:
            self._grow(block, "\n")
            self._blank = True
        else:
            self._close()

    def _take_display_math(self, line: str, nested: int) -> bool:
        found = form.opens_math(line)
        if found is None:
            return False
        opening, rest, closed = found
        self._begin(Block("math", opening, nested))
        self._grow(self.blocks[-1], rest if closed else rest + "\n")
        if closed:
            self._close()
        return True

    def _take_delimiter_row(self, line: str, nested: int) -> bool:
        block = self._open
        if block is None or not block.pieces or not form.is_delimiter_row(line):
            return False
        header = block.pieces[-1].rstrip("\n")
        if "|" not in header or len(form.cells(header)) != len(form.cells(line)) or len(header) > _LARGEST_ROW:
            return False
        block.pieces.pop()
        self._touch(len(self.blocks) - 1)
        if not block.pieces:
            self.blocks.pop()
        self._begin(Block("table", line.strip(), nested))
        self._grow(self.blocks[-1], header.strip() + "\n")
        return True

    def _add_prose(self, line: str, indent: int) -> None:
        block = self._open
        marker = form.starts_item(line)
        if block is not None and (
            form.is_heading(line) or (marker and indent < 2 and self._in_list and self._size > LARGEST_PROSE // 2)
        ):
            self._close()
            block = None
        if block is None:
            self._in_list = False
            joined, self._join = self._join and not form.starts_block(line), False
            block = self._begin(Block("prose", indent=self._list_indent, joined=joined))
        if marker:
            self._in_list = True
        line = form.dedent(line, block.indent)
        while len(line) > LARGEST_PROSE:
            cut = form.cut_at(line, LARGEST_PROSE)
            self._grow(block, line[:cut])
            self._close()
            line = line[cut:]
            block = self._begin(Block("prose", indent=block.indent, joined=True))
        self._grow(block, line + "\n")
        if form.is_heading(line):
            self._close()
        elif self._size > LARGEST_PROSE:
            if self._in_list:
                self._list_indent = max(2, block.indent)
            self._close()
            self._join = True

    # ── blocks ───────────────────────────────────────────────────────────────────────────────────────────────────
    def _begin(self, block: Block) -> Block:
        if self._open is not None:
            self._close()
        if block.kind != "prose":
            self._list_indent = block.indent
            self._join = False
        self.blocks.append(block)
        self._size = 0
        self._touch(len(self.blocks) - 1)
        return block

    def _grow(self, block: Block, piece: str) -> None:
        block.pieces.append(piece)
        self._size += len(piece)
        self._touch(len(self.blocks) - 1)

    def _close(self) -> None:
        self.blocks[-1].closed = True
        self._blank = False
        if self.blocks[-1].kind == "prose":
            self._in_list = False
        self._touch(len(self.blocks) - 1)

    def _end_list_rest(self) -> None:
        if self._open is not None and self._open.indent:
            self._close()
        self._list_indent = 0

    def _touch(self, index: int) -> None:
        self._first = min(self._first, index)

    # ── the unfinished line ──────────────────────────────────────────────────────────────────────────────────────
    def _withdraw(self) -> None:
        block = self._open
        if block is None or not block.partial:
            return
        self._touch(len(self.blocks) - 1)
        block.partial = ""
        if not block.pieces and block.kind == "prose" and not block.joined:
            self.blocks.pop()

    def _shorten(self) -> None:
        """Move the beginning of an endless line into its block."""
        block = self._open
        if block is not None and block.kind == "code":
            while len(self._line) > _LARGEST_PARTIAL:
                self._grow(block, self._line[:_LARGEST_PARTIAL])
                self._line = self._line[_LARGEST_PARTIAL:]
                self._cut = True
        elif (block is None or block.kind == "prose") and not form.may_be_other(self._line):
            while len(self._line) > LARGEST_PROSE:
                cut = form.cut_at(self._line, LARGEST_PROSE)
                self._add_prose(self._line[:cut], form.indent_of(self._line))
                self._line = self._line[cut:]
                last = self.blocks[-1]
                last.pieces[-1] = last.pieces[-1].removesuffix("\n")
                if not last.closed:
                    self._close()
                self._join = True

    def _show_partial(self) -> None:
        line, block = self._line, self._open
        if not line.strip():
            return
        if block is not None and block.kind == "code":
            if self._cut or not form.may_close_fence(line, self._fence):
                block.partial = line if self._cut else form.dedent(line, block.indent)
                self._touch(len(self.blocks) - 1)
            return
        if block is not None and block.kind != "prose":
            return
        if form.may_be_other(line):
            return
        indent = form.indent_of(line)
        ends = block is not None and (
            (self._blank and not form.continues_list(line, indent)) or (block.indent > indent)
        )
        if block is None or ends:
            if block is not None:
                return          # shown when the line is whole: it may yet belong to the list
            block = Block("prose", indent=self._list_indent if indent >= self._list_indent else 0,
                          joined=self._join and not form.starts_block(line))
            self.blocks.append(block)
        block.partial = form.dedent(line, block.indent)
        self._touch(len(self.blocks) - 1)
