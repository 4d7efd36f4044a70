"""Everyone who could have answered: how well each fits, how long it would take, why not, and a way to ask it instead.

Knows the values of a routing, no command.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QProgressBar, QPushButton, QWidget

from desktop_app.controls import ElidedLabel, button, label
from desktop_app.routing_words import percent, seconds_in_words
from desktop_app.theme import Theme

NAME, TIME, BAR, FIT = range(4)     # columns


@dataclass(frozen=True)
class CandidateRow:
    """One line. score: 0…1, or negative where nobody weighed it. chosen: it is the one that answered."""

    specialist: str
    name: str
    score: float
    seconds: float
    why_not: str
    chosen: bool
    can_be_asked: bool


class CandidateList(QWidget):
    """Signals: asked(specialist id). Attributes: ask, the buttons by specialist."""

    asked = Signal(str)

    def __init__(self, rows: list[CandidateRow], theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self.ask: dict[str, QPushButton] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(10)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(NAME, 1)
        for row in rows:
            self._add(row)

    def _add(self, row: CandidateRow) -> None:
        grid, line = self._grid, self._grid.rowCount()
        if line > 1:
            grid.setRowMinimumHeight(line, 8)
            line += 1
        name = ElidedLabel(row.name, "strong" if row.chosen else "")
        grid.addWidget(name, line, NAME)
        fit = percent(row.score) if row.score >= 0 else ""
        spoken = ", ".join(filter(None, (row.name, f"fits {fit}" if fit else "", self._time(row), row.why_not)))
        name.setAccessibleName(spoken)
        if fit:
            grid.addWidget(self._bar(row), line, BAR, Qt.AlignmentFlag.AlignVCenter)
            number = label(fit, "strong" if row.chosen else "muted", wrap=False)
            grid.addWidget(number, line, FIT, Qt.AlignmentFlag.AlignTrailing)
        if row.seconds > 0:
            time = label(seconds_in_words(row.seconds), "small", wrap=False)
            grid.addWidget(time, line, TIME, Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
        if row.why_not:
            grid.addWidget(label(row.why_not, "small"), line + 1, NAME, 1, FIT + 1)
        if row.can_be_asked:
            ask = button(f"Ask {row.name} instead", partial(self.asked.emit, row.specialist), "link")
            ask.setAccessibleDescription(spoken)
            self.ask[row.specialist] = ask
            under = QHBoxLayout()
            under.setContentsMargins(0, 0, 0, 0)
            under.addWidget(ask)
            under.addStretch(1)
            grid.addLayout(under, line + 2, NAME, 1, FIT + 1)

    @staticmethod
    def _time(row: CandidateRow) -> str:
        words = seconds_in_words(row.seconds)
        return f"{words} until its first word" if words else ""

    def _bar(self, row: CandidateRow) -> QProgressBar:
        bar = QProgressBar()
        bar.setProperty("kind", "" if row.chosen else "quiet")
        bar.setTextVisible(False)
        bar.setRange(0, 100)
        bar.setValue(round(100 * row.score))
        bar.setFixedWidth(self._theme.px(64))
        bar.setAccessibleName(f"How well {row.name} fits")
        return bar
