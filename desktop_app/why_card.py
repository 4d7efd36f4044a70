"""The card behind the chip: who could have answered, how well and how soon, who decided and why, what it cost."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QFormLayout, QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.candidate_list import CandidateList, CandidateRow
from desktop_app.controls import IconButton, label, line
from desktop_app.desk import Desk
from desktop_app.routing_words import kind_in_words, layer_in_words, numbers_of, sure_in_words
from router.views import MessageView, SpecialistView

WIDTH_EM = 25
EDGE = 16           # px kept free around it within its window


def rows_of(answer: MessageView, usable: list[SpecialistView]) -> list[CandidateRow]:
    """Who was weighed, in that order, then who could be asked besides."""
    here = {each.id for each in usable}
    rows = []
    for each in answer.routing.candidates:
        chosen, known = each.specialist == answer.specialist, each.specialist in here
        why_not = "" if chosen or each.why_not == answer.why else each.why_not
        rows.append(CandidateRow(each.specialist, each.name, each.score, each.seconds,
                                 why_not if known or chosen else "It is not installed any more.", chosen,
                                 known and not chosen))
    seen = {each.specialist for each in rows} | {answer.specialist}
    return rows + [CandidateRow(each.id, each.name, -1.0, 0.0, "", False, True) for each in usable
                   if each.id not in seen]


class WhyCard(QFrame):
    """A popup; Esc or a click beside it closes it. Signals: ask_instead(message id, specialist id)."""

    ask_instead = Signal(str, str)

    def __init__(self, answer: MessageView, desk: Desk, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self._around = parent
        self._message = answer.id
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName("Who answered, and why")
        self.setAccessibleDescription(answer.why)
        self.setStyleSheet(f"WhyCard {{ background: {desk.theme.tokens.background}; }}")
        window = parent.window()
        self.setFixedWidth(min(round(desk.theme.em * WIDTH_EM), window.width() - 2 * EDGE))
        self.close_button = IconButton("close", "Close this card", desk.theme, desk.icons)
        self.close_button.clicked.connect(self.close)
        self.candidates = CandidateList(rows_of(answer, desk.state.usable()), desk.theme)
        self.candidates.asked.connect(self._ask)
        self._inner = self._filled(answer)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._inner)
        for each in (self._inner, scroll.viewport()):
            each.setAutoFillBackground(False)       # or it would paint over the round corners
        surface = QFrame()
        surface.setProperty("kind", "popup")
        inside = QVBoxLayout(surface)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.addWidget(scroll)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(surface)

    def _filled(self, answer: MessageView) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(16, 10, 16, 16)
        column.setSpacing(6)
        head = QHBoxLayout()
        sure = sure_in_words(answer.routing)
        name = answer.specialist_name or answer.specialist or "Nobody yet"
        head.addWidget(label(" · ".join(filter(None, (name, sure))), "heading"), 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(head)
        column.addWidget(label(answer.why or "It is not known any more why it was chosen."))
        if answer.routing.candidates:
            column.addWidget(label(layer_in_words(answer.routing), "small"))
        if self.candidates.ask or answer.routing.candidates:
            self._part(column, self.candidates)
        if any(each.seconds for each in answer.routing.candidates):
            column.addSpacing(2)
            column.addWidget(label("Times are until the first word, loading and switching included.", "small"))
        if kind := kind_in_words(answer.routing):
            self._part(column, label(f"The request: {kind}", "small"))
        if numbers := numbers_of(answer.stats):
            self._part(column, _numbers(numbers))
        return inner

    @staticmethod
    def _part(column: QVBoxLayout, widget: QWidget) -> None:
        column.addSpacing(4)
        column.addWidget(line())
        column.addSpacing(4)
        column.addWidget(widget)

    def open_near(self, place: QPoint) -> None:
        """Show it below a place on the screen, wholly inside its window."""
        around = self._around.window().geometry()
        self.setFixedHeight(min(self._needed() + 2, around.height() - 2 * EDGE))
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = place.x() - self.width() if mirrored else place.x()
        self.move(min(max(left, around.left() + EDGE), around.right() + 1 - EDGE - self.width()),
                  min(max(place.y(), around.top() + EDGE), around.bottom() + 1 - EDGE - self.height()))
        self.show()
        next(iter(self.candidates.ask.values()), self.close_button).setFocus()

    def _needed(self) -> int:
        """The height of everything, px. Sizes are known only once every word has its style."""
        for each in self.findChildren(QWidget):
            each.ensurePolished()
        column = self._inner.layout()
        assert column is not None
        column.activate()
        return max(column.heightForWidth(self.width() - 2), column.minimumSize().height())

    def _ask(self, specialist: str) -> None:
        self.close()
        self.ask_instead.emit(self._message, specialist)


def _numbers(rows: list[tuple[str, str]]) -> QWidget:
    holder = QWidget()
    form = QFormLayout(holder)
    form.setContentsMargins(0, 0, 0, 0)
    form.setHorizontalSpacing(16)
    form.setVerticalSpacing(2)
    for name, words in rows:
        form.addRow(label(name, "small", wrap=False), label(words, "small"))
    return holder
