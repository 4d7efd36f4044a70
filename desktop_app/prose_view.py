"""A stretch of prose: some finished blocks, and possibly one that is still being written.

The finished ones are never written again (unless the theme changes); the last is taken out and written anew each time
it grew. A prose view is full at `FULL` characters, so that laying it out stays cheap; the answer then begins another.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QTextCursor
from PySide6.QtWidgets import QWidget

from desktop_app.drawn_formulas import draw_formulas
from desktop_app.prose_formats import QUOTE_DEPTH, ProseFormats
from desktop_app.prose_writer import ProseWriter
from desktop_app.rendering import Rendering
from desktop_app.rich_view import RichView

FULL = 2_500    # characters of Markdown


@dataclass(frozen=True)
class _Written:
    text: str
    joined: bool
    start: int      # position in the document before it was written


class ProseView(RichView):
    """`put` writes or rewrites the last block, `take_back` removes it."""

    def __init__(self, rendering: Rendering, references: dict[str, object], indent: int = 0,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.indent = indent
        self._rendering = rendering
        self._references = references
        self._formats = ProseFormats(rendering.theme)
        self._blocks: list[_Written] = []
        self._pending = False
        self.document().setIndentWidth(self._formats.indent)
        rendering.theme.changed.connect(self._theme_changed)
        rendering.formulas.ready.connect(self._formulas_ready)

    @property
    def full(self) -> bool:
        return sum(len(block.text) for block in self._blocks) >= FULL

    @property
    def count(self) -> int:
        """Blocks in it."""
        return len(self._blocks)

    def put(self, index: int, text: str, joined: bool = False) -> None:
        """Block number `index` of this view, which is its last or a new one after it."""
        if index < len(self._blocks):
            if self._blocks[index].text == text:
                return
            self.take_back()
        cursor = self._end()
        start = cursor.position()
        cursor.beginEditBlock()
        tokens = self._rendering.markdown.parse(text, self._references)
        ProseWriter(cursor, self._formats).write(tokens, joined and start > 0)
        self._blocks.append(_Written(text, joined, start))
        self._pending = draw_formulas(self, self._rendering, start) or self._pending
        cursor.endEditBlock()
        self._takes_focus()
        self.fit()

    def take_back(self) -> None:
        """Remove the last block."""
        gone = self._blocks.pop()
        cursor = self._end()
        cursor.setPosition(gone.start, QTextCursor.MoveMode.KeepAnchor)
        cursor.removeSelectedText()
        if gone.start == 0:
            listed = cursor.currentList()
            if listed is not None:
                listed.remove(cursor.block())
            cursor.setBlockFormat(self._formats.block())

    def _end(self) -> QTextCursor:
        cursor = QTextCursor(self.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        return cursor

    def _takes_focus(self) -> None:
        """In the tab order only if there is a link to go to."""
        linked = any("](" in block.text or "://" in block.text or "][" in block.text for block in self._blocks)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if linked else Qt.FocusPolicy.ClickFocus)

    @Slot()
    def _formulas_ready(self) -> None:
        if self._pending:
            self._pending = draw_formulas(self, self._rendering)
            self.fit()

    # ── theme ────────────────────────────────────────────────────────────────────────────────────────────────────
    @Slot()
    def _theme_changed(self) -> None:
        blocks, self._blocks = self._blocks, []
        self._formats = ProseFormats(self._rendering.theme)
        self.document().clear()
        self.document().setIndentWidth(self._formats.indent)
        for index, block in enumerate(blocks):
            self.put(index, block.text, block.joined)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._paint_quotes(event)
        super().paintEvent(event)

    def _paint_quotes(self, event: QPaintEvent) -> None:
        painter: QPainter | None = None
        layout = self.document().documentLayout()
        block = self.document().begin()
        em = self._formats.em
        while block.isValid():
            depth = block.blockFormat().intProperty(QUOTE_DEPTH)
            if depth:
                painter = painter or QPainter(self.viewport())
                box = layout.blockBoundingRect(block)
                mirrored = block.textDirection() == Qt.LayoutDirection.RightToLeft
                form = block.blockFormat()
                for level in range(depth):
                    inset = max(form.leftMargin(), form.rightMargin()) - em * 1.1 * (depth - level)
                    left = self.viewport().width() - inset - em * 0.2 if mirrored else inset
                    bar = QRectF(left, box.top(), em * 0.2, box.height())
                    painter.fillRect(bar, self._rendering.theme.colour("border"))
            block = block.next()
        if painter is not None:
            painter.end()
