"""What is said in a spoken conversation, as it is said: the person's words, the answer's, the sentence that sounds.

What was heard already stands in the text's colour, what is still to come is quieter. Older turns are in the chat.
"""

from __future__ import annotations

import re

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QFont, QTextBlockFormat, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import QFrame, QTextEdit

from desktop_app.talk_state import Exchange, TalkState
from desktop_app.theme import Theme
from desktop_app.visible_text import clean

SHOWN = 12              # exchanges
AT_MOST_EVERY = 40      # ms between two pictures
_MARKS = re.compile(r"\*\*|__|`+|^#{1,6} +|(?<=\s)[*_](?=\S)|(?<=\S)[*_](?=\s|[.,;:!?]|$)", re.MULTILINE)


class TalkWords(QTextEdit):
    """`show_state` whenever something changed."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._state = TalkState()
        self.setReadOnly(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName("What was said")
        self.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse
                                     | Qt.TextInteractionFlag.TextSelectableByKeyboard)
        self.setTabChangesFocus(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(8)
        self.viewport().setAutoFillBackground(False)
        self.setStyleSheet("QTextEdit { background: transparent; border: none; }")
        self._soon = QTimer(self, singleShot=True, interval=AT_MOST_EVERY)
        self._soon.timeout.connect(self._draw)
        theme.changed.connect(self._draw)

    def show_state(self, state: TalkState) -> None:
        """Soon: many changes in a row are drawn once."""
        self._state = state
        if not self._soon.isActive():
            self._soon.start()

    def draw_now(self) -> None:
        """At once."""
        self._soon.stop()
        self._draw()

    def _draw(self) -> None:
        bar = self.verticalScrollBar()
        followed, place = bar.value() >= bar.maximum() - 4, bar.value()
        self.clear()
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        for exchange in self._state.exchanges[-SHOWN:]:
            self._paragraph(cursor, "You", [(exchange.question, "text", False)])
            if exchange.answer or exchange.trouble:
                self._paragraph(cursor, exchange.name or "Consort", self._answer(exchange))
        if self._state.heard:
            self._paragraph(cursor, "You", [(self._state.heard, "text" if self._state.final else "muted", False)])
        cursor.endEditBlock()
        bar.setValue(bar.maximum() if followed else place)

    def _answer(self, exchange: Exchange) -> list[tuple[str, str, bool]]:
        """(words, colour, sounds now)."""
        text, (begin, end), said = exchange.answer, exchange.sounding, exchange.said
        over = exchange.cut or not self._is_now(exchange)
        pieces = [(text[:begin], "text", False), (text[begin:end], "text", True),
                  (text[end:max(end, said)], "text", False),
                  (text[max(end, said):], "text" if over else "muted", False)]
        if exchange.cut:
            pieces.append((" …", "muted", False))
        if exchange.trouble:
            pieces.append((f" {exchange.trouble}", "danger", False))
        return pieces

    def _is_now(self, exchange: Exchange) -> bool:
        return exchange is self._state.now and self._state.stage in ("thinking", "speaking", "paused")

    def _paragraph(self, cursor: QTextCursor, who: str, pieces: list[tuple[str, str, bool]]) -> None:
        block = QTextBlockFormat()
        block.setTopMargin(self._theme.px(12))
        self._block(cursor, block)
        look = QTextCharFormat()
        look.setFont(self._theme.font(0.82))
        look.setForeground(self._theme.colour("muted"))
        cursor.insertText(who, look)
        below = QTextBlockFormat()
        below.setLineHeight(138, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.insertBlock(below)
        for words, colour, sounds in pieces:
            look = QTextCharFormat()
            look.setFont(self._theme.font(1.1))
            look.setForeground(self._theme.colour(colour))
            if sounds:
                look.setBackground(self._theme.colour("selection"))
                look.setFontWeight(QFont.Weight.Medium)
            cursor.insertText(_MARKS.sub("", clean(words)), look)

    @staticmethod
    def _block(cursor: QTextCursor, form: QTextBlockFormat) -> None:
        if cursor.atStart() and cursor.document().isEmpty():
            cursor.setBlockFormat(form)
        else:
            cursor.insertBlock(form)
