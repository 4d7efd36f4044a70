"""The text of a code block: monospaced, read-only, coloured step by step, as high as its lines up to a limit.

Lines stay whole and scroll sideways. Only what is new is inserted; very long lines are folded for display (copying
takes the source, see CodeView).
"""

from __future__ import annotations

import time
from collections.abc import Iterator

from PySide6.QtCore import QSize, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QTextCharFormat, QTextCursor, QTextLayout, QTextOption, QWheelEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QSizePolicy, QWidget

from desktop_app import code_colours
from desktop_app.theme import Theme
from desktop_app.visible_text import show_hidden

MOST_LINES = 400        # shown at once; more scroll inside
_LONGEST_LINE = 2_000   # characters of one displayed line
_LOOK_AGAIN = 30        # ms until the lexer is asked for again
_MOST_AT_ONCE = 8_000   # characters coloured at once while streaming
_SLICE = 0.006          # seconds of colouring at a time


class CodeText(QPlainTextEdit):
    """`add` at the end, `set_partial` the unfinished line, `finish` when no more comes."""

    def __init__(self, theme: Theme, language: str, lexers: code_colours.Lexers,
                 parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self._lexer = lexers.get(language)
        self._settled = 0           # position after the last piece; the partial line follows
        self._column = 0            # characters of the present displayed line that are settled
        self._coloured = 0
        self._whole = ""            # all of it, once it is complete and not coloured yet
        self._work: Iterator[code_colours.Span] | None = None
        self.setReadOnly(True)
        self.setUndoRedoEnabled(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.setWordWrapMode(QTextOption.WrapMode.NoWrap)
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                     | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setProperty("kind", "words")
        self.setAccessibleName(f"Code, {language}" if language else "Code")
        self.document().setDocumentMargin(0)
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._colour_some)
        self.set_theme()

    # ── text ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def add(self, pieces: list[str], partial: str) -> None:
        """New settled pieces, and what the unfinished line is now."""
        cursor = QTextCursor(self.document())
        cursor.setPosition(self._settled)
        cursor.movePosition(QTextCursor.MoveOperation.End, QTextCursor.MoveMode.KeepAnchor)
        added = self._folded("".join(pieces))
        column = self._column
        shown = self._folded(partial)
        self._column = column
        cursor.insertText(added + shown)
        self._settled += len(added.encode("utf-16-le")) // 2
        if pieces:
            self._colour_tail()
        self.fit()

    def finish(self) -> None:
        """Colour the whole, a slice at a time."""
        text = self.toPlainText().rstrip("\n")
        if self.toPlainText().endswith("\n"):
            cursor = QTextCursor(self.document())
            cursor.movePosition(QTextCursor.MoveOperation.End)
            cursor.deletePreviousChar()
            self.fit()
        if len(text) <= code_colours.LARGEST:
            self._whole = text
            self._timer.start(0)

    def _folded(self, text: str) -> str:
        """With line breaks where lines are too long to lay out; keeps count of the column over calls."""
        text = show_hidden(text) if not text.isprintable() or not text.isascii() else text
        lines = text.split("\n")
        if self._column + max(map(len, lines)) <= _LONGEST_LINE:
            self._column = len(lines[-1]) + (self._column if len(lines) == 1 else 0)
            return text
        folded = []
        for number, line in enumerate(lines):
            self._column = 0 if number else self._column
            while self._column + len(line) > _LONGEST_LINE:
                cut = _LONGEST_LINE - self._column
                folded.append(line[:cut] + "\n")
                line, self._column = line[cut:], 0
            folded.append(line + ("\n" if number < len(lines) - 1 else ""))
            self._column += len(line)
        return "".join(folded)

    # ── colours ──────────────────────────────────────────────────────────────────────────────────────────────────
    def _colour_tail(self) -> None:
        if not self._lexer.done() or self._settled > code_colours.LARGEST:
            return
        lexer = self._lexer.result()
        if lexer is None:
            return
        if self._settled - self._coloured > _MOST_AT_ONCE:      # the whole is coloured at the end
            self._coloured = self._settled
            return
        text = self.toPlainText()
        start = code_colours.safe_point(text, self._coloured)
        self._paint(list(code_colours.spans(lexer, text[start:self._settled], start)))
        self._coloured = self._settled

    @Slot()
    def _colour_some(self) -> None:
        if not self._lexer.done():
            self._timer.setInterval(_LOOK_AGAIN)
            return
        lexer = self._lexer.result()
        if lexer is None:
            self._timer.stop()
            return
        if self._whole:
            self._work, self._whole = code_colours.spans(lexer, self._whole), ""
            self._timer.setInterval(0)
        end = time.perf_counter() + _SLICE
        batch: list[code_colours.Span] = []
        work = self._work
        while work is not None and time.perf_counter() < end:
            span = next(work, None)
            if span is None:
                work = self._work = None
                self._timer.stop()
            else:
                batch.append(span)
        self._paint(batch)

    def _paint(self, batch: list[code_colours.Span]) -> None:
        """Give the blocks their formats; those of one block are set together, as setFormats replaces all."""
        by_block: dict[int, list[QTextLayout.FormatRange]] = {}
        document = self.document()
        for start, length, token in batch:
            block = document.findBlock(start)
            while block.isValid() and block.position() < start + length:
                made = QTextLayout.FormatRange()
                made.start = max(0, start - block.position())
                made.length = min(start + length - block.position(), block.length()) - made.start
                made.format = self._formats[token]
                by_block.setdefault(block.blockNumber(), []).append(made)
                block = block.next()
        for number, ranges in by_block.items():
            block = document.findBlockByNumber(number)
            layout = block.layout()
            first = ranges[0].start
            kept = [one for one in layout.formats() if one.start + one.length <= first] if first else []
            layout.setFormats(kept + ranges)
        if batch:
            start, end = batch[0][0], batch[-1][0] + batch[-1][1]
            document.markContentsDirty(start, end - start)

    def set_theme(self) -> None:
        """Take the theme's font and colours as they are now."""
        self._formats: dict[str, QTextCharFormat] = {}
        for token in {colour for _, colour in code_colours._TOKENS}:
            made = QTextCharFormat()
            made.setForeground(self._theme.colour(token))
            if token == "code_comment":
                made.setFontItalic(True)
            self._formats[token] = made
        self.setFont(self._theme.font(mono=True))
        self.document().setDefaultFont(self._theme.font(mono=True))
        self.setTabStopDistance(self.fontMetrics().horizontalAdvance(" ") * 4)
        if self._settled:
            self.finish()
        self.fit()

    # ── size ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def fit(self) -> None:
        lines = min(self.document().blockCount(), MOST_LINES)
        many = self.document().blockCount() > MOST_LINES
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded if many
                                        else Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        line = self.blockBoundingRect(self.document().firstBlock()).height()
        height = round(lines * max(line, self.fontMetrics().lineSpacing())) + 4
        bar = self.horizontalScrollBar()
        if bar.maximum() > 0:
            height += bar.sizeHint().height()
        if height != self.minimumHeight():
            self.setFixedHeight(height)

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self.fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.minimumHeight())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, self.minimumHeight())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Sideways here; up and down only where the block itself is cut off, otherwise the transcript's."""
        sideways = abs(event.angleDelta().x()) > abs(event.angleDelta().y())
        if sideways or event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Tab:
            event.ignore()
        else:
            super().keyPressEvent(event)
