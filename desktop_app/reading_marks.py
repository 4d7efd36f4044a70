"""Shows in the transcript which sentence is being read aloud, and finds the sentence that a person points at."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRect, QTimer
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QTextEdit

from desktop_app.answer_body import AnswerBody, BlockView
from desktop_app.answer_message import AnswerMessage
from desktop_app.code_view import CodeView
from desktop_app.math_view import MathView
from desktop_app.text_marks import Owner, mark_of, marks_on, put_marks
from desktop_app.theme import Theme
from desktop_app.transcript import Transcript
from desktop_app.visible_text import clean
from desktop_app.word_places import ShownWord, from_utf16, in_utf16, place_of, stretches, words_of


class ReadingMarks(QObject):
    """One transcript's. What is described instead of read (code, formulas) is brought into view, not marked."""

    def __init__(self, transcript: Transcript, theme: Theme) -> None:
        super().__init__(transcript)
        self._transcript, self._theme = transcript, theme
        self._marked: list[QTextEdit] = []
        self._known: tuple[AnswerBody | None, int, list[ShownWord]] = (None, 0, [])
        self._last = ("", 0, 0)
        theme.changed.connect(self._theme_changed)

    def mark(self, message: str, begin: int, end: int) -> None:
        """This stretch of that answer, and nothing else; nothing at all when it is empty."""
        self._last = (message, begin, end)
        answer = self._answer(message)
        followed = not self._marked or any(self._in_view(each) for each in self._marked if each in self._shown())
        self._clear()
        if answer is None or end <= begin:
            return
        for number, (first, last) in stretches(self._words(answer), begin, end).items():
            view = answer.body.views[number]
            if isinstance(view, CodeView | MathView):
                if followed:
                    self._transcript.column.reveal(view)
                continue
            cursor = self._put(view, first, last)
            if followed:
                box = view.cursorRect(cursor)
                self._transcript.column.reveal(view, box.top(), max(box.height(), 1))

    def place(self, message: str, view: BlockView, at: int) -> int:
        """Where in the answer's text the word stands that `view` shows at Qt's place `at`."""
        answer = self._answer(message)
        if answer is None or view not in answer.body.views:
            return 0
        shown = shown_by(view)
        return place_of(self._words(answer), answer.body.views.index(view), from_utf16(shown, at))

    def _theme_changed(self) -> None:
        """The views write their words anew, each when it hears of it; then they are marked anew."""
        QTimer.singleShot(0, self, lambda: self.mark(*self._last))

    def _put(self, view: QTextEdit, first: int, last: int) -> QTextCursor:
        shown = view.toPlainText()
        cursor = QTextCursor(view.document())
        cursor.setPosition(in_utf16(shown, first))
        cursor.setPosition(in_utf16(shown, last), QTextCursor.MoveMode.KeepAnchor)
        put_marks(view, Owner.READING, [mark_of(Owner.READING, cursor, self._theme.colour("selection"))])
        self._marked.append(view)
        start = QTextCursor(cursor)
        start.setPosition(cursor.anchor())
        return start

    def _words(self, answer: AnswerMessage) -> list[ShownWord]:
        body, text = answer.body, clean(answer.words)
        if self._known[0] is not body or self._known[1] != len(text):
            views = [(begins, shown_by(view)) for view, begins in body.beginnings()]
            self._known = (body, len(text), words_of(text, views))
        return self._known[2]

    def _clear(self) -> None:
        shown = self._shown()
        for view in self._marked:
            if view in shown:
                put_marks(view, Owner.READING, ())
        self._marked = []

    def _shown(self) -> set[object]:
        return {editor for each in self._transcript.messages for editor in each.editors()}

    def _in_view(self, view: QTextEdit) -> bool:
        marks = marks_on(view, Owner.READING)
        box = view.cursorRect(marks[0].cursor) if marks else QRect(0, 0, 1, 1)
        return view.visibleRegion().intersects(box)

    def _answer(self, message: str) -> AnswerMessage | None:
        return next((each for each in self._transcript.messages
                     if isinstance(each, AnswerMessage) and each.id == message), None)


def shown_by(view: BlockView) -> str:
    """The text that a view shows."""
    if isinstance(view, MathView):
        return ""
    return view.text.toPlainText() if isinstance(view, CodeView) else view.toPlainText()
