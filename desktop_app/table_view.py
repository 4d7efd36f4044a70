"""A table: its own widget, scrolled sideways when it is wider than the column. Rows are added as they come."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import (
    QFontMetrics,
    QTextCursor,
    QTextFrameFormat,
    QTextLength,
    QTextOption,
    QTextTable,
    QTextTableCellFormat,
    QTextTableFormat,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget

from desktop_app.blocks import Block
from desktop_app.drawn_formulas import draw_formulas
from desktop_app.inline_writer import InlineWriter
from desktop_app.line_forms import cells
from desktop_app.prose_formats import ProseFormats
from desktop_app.rendering import Rendering
from desktop_app.rich_view import RichView

MOST_ROWS = 60          # of one widget: laying out a QTextTable costs all its rows
_WIDEST = 22            # em of a column, more is wrapped
_MOST_COLUMNS = 60
_LONGEST_CELL = 4_000   # characters shown


class TableView(RichView):
    """`put` the block as it is now; it shows rows from `first` on, `MOST_ROWS` at most."""

    def __init__(self, rendering: Rendering, references: dict[str, object], block: Block, first: int = 0,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.indent = block.indent
        self.first = first
        self._rendering = rendering
        self._references = references
        self._block = block
        self._formats = ProseFormats(rendering.theme)
        self._table: QTextTable | None = None
        self._rows = 0
        self._widths: list[int] = []
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.setWordWrapMode(QTextOption.WrapMode.WordWrap)
        self.setAccessibleName("Table")
        self._pending = False
        rendering.theme.changed.connect(self._theme_changed)
        rendering.formulas.ready.connect(self._formulas_ready)
        self.put(block)

    @property
    def full(self) -> bool:
        return self._rows >= MOST_ROWS

    @property
    def next_row(self) -> int:
        """Number of the first row of the block that is not shown here."""
        return self.first + self._rows

    def put(self, block: Block) -> None:
        self._block = block
        rows = block.pieces[self.first : self.first + MOST_ROWS][self._rows :]
        if not rows:
            return
        parsed = [[cell[:_LONGEST_CELL] for cell in cells(row)] for row in rows]
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        if self._table is None:
            self._begin(cursor, len(parsed))
        else:
            self._table.appendRows(len(parsed))
        for number, row in enumerate(parsed):
            self._fill(self._rows + number, row)
        self._rows += len(parsed)
        self._set_widths()
        self._pending = draw_formulas(self, self._rendering) or self._pending
        cursor.endEditBlock()
        self.fit()

    def _begin(self, cursor: QTextCursor, rows: int) -> None:
        columns = min(len(cells(self._block.info)), _MOST_COLUMNS)
        self._widths = [0] * columns
        style = QTextTableFormat()
        style.setBorder(0)
        style.setBorderCollapse(True)
        style.setCellPadding(self._formats.em * 0.4)
        style.setCellSpacing(0)
        style.setMargin(0)
        style.setHeaderRowCount(1)
        self._table = cursor.insertTable(rows, columns, style)

    def _fill(self, number: int, row: list[str]) -> None:
        assert self._table is not None
        head = number + self.first == 0
        style = self._formats.bold(self._formats.text) if head else self._formats.text
        writer = InlineWriter(self._formats)
        metrics = QFontMetrics(style.font())
        for column, align in enumerate(cells(self._block.info)[: len(self._widths)]):
            text = row[column] if column < len(row) else ""
            cell = self._table.cellAt(number, column)
            look = QTextTableCellFormat()
            look.setBottomBorder(1)
            look.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            look.setBottomBorderBrush(self._rendering.theme.colour("muted" if head else "border"))
            cell.setFormat(look)
            at = cell.firstCursorPosition()
            block = self._formats.block(below=0)
            if align.endswith(":"):
                block.setAlignment(Qt.AlignmentFlag.AlignCenter if align.startswith(":")
                                   else Qt.AlignmentFlag.AlignRight)
            at.setBlockFormat(block)
            writer.write(at, self._rendering.markdown.parse_inline(text, self._references), style)
            wide = metrics.horizontalAdvance(text[:200]) + round(self._formats.em * 1.2)
            self._widths[column] = max(self._widths[column], min(wide, round(self._formats.em * _WIDEST)))

    def _set_widths(self) -> None:
        assert self._table is not None
        style = self._table.format()
        style.setColumnWidthConstraints(
            [QTextLength(QTextLength.Type.FixedLength, width) for width in self._widths])
        self._table.setFormat(style)
        self.setLineWrapMode(RichView.LineWrapMode.FixedPixelWidth)
        self.setLineWrapColumnOrWidth(sum(self._widths) + 2 + 2 * len(self._widths))

    def content_height(self) -> int:
        bar = self.horizontalScrollBar()
        needs = self.lineWrapColumnOrWidth() > self.viewport().width()
        return super().content_height() + (bar.sizeHint().height() if needs else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        sideways = abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        if sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super(RichView, self).wheelEvent(event)
        else:
            event.ignore()

    @Slot()
    def _formulas_ready(self) -> None:
        if self._pending:
            self._pending = draw_formulas(self, self._rendering)
            self.fit()

    @Slot()
    def _theme_changed(self) -> None:
        self._formats = ProseFormats(self._rendering.theme)
        self.document().clear()
        self._table, self._rows = None, 0
        self.put(self._block)
