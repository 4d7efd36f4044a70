"""What the person taught the router, a line each, with a way to forget it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from desktop_app.controls import ElidedLabel, button, label
from desktop_app.desk import Desk
from router.messages import ForgetCorrection
from router.views import CorrectionView

SPOKEN = 60         # characters of a request in the name of a button


class LessonsList(QWidget):
    """Attributes: forget, the buttons by correction, in their order."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[CorrectionView, ...] | None = None
        self.forget: dict[str, QPushButton] = {}
        self._words = label("Looking…", "muted")
        self._rows: list[QWidget] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.addWidget(self._words)
        self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says; the focus stays on the line it was on, or on the next."""
        lessons = self._desk.state.fleet.lessons
        if lessons is None or lessons == self._shown:
            return
        place = next((number for number, each in enumerate(self.forget.values()) if each.hasFocus()), -1)
        self._shown = lessons
        self._words.setText("Requests like these go to the one beside them." if lessons else
                            "Nothing yet. Ask another one instead on the card of an answer, and it is remembered.")
        for row in self._rows:
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.forget = {}
        self._rows = [self._row(each) for each in lessons]
        for row in self._rows:
            self._column.addWidget(row)
        if place >= 0 and self.forget:
            list(self.forget.values())[min(place, len(self.forget) - 1)].setFocus()

    def _row(self, lesson: CorrectionView) -> QWidget:
        row = QWidget()
        text = " ".join(lesson.text.split())
        across = QHBoxLayout(row)
        across.setContentsMargins(0, 2, 0, 2)
        across.setSpacing(12)
        across.addWidget(ElidedLabel(f"“{text}”"), 1)
        across.addWidget(label(self._desk.state.name_of(lesson.specialist), "small", wrap=False))
        forget = button("Forget", partial(self._forget, lesson.id), "link", f"Forget: {text[:SPOKEN]}")
        self.forget[lesson.id] = forget
        across.addWidget(forget)
        return row

    def _forget(self, correction: str) -> None:
        self._desk.send(ForgetCorrection(correction))
