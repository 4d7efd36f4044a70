"""Where an answer will be, when the person wants to be asked: everyone who could give it, the best first."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QVBoxLayout

from desktop_app.controls import KeyButton, label
from desktop_app.rendering import Rendering
from desktop_app.routing_words import percent, seconds_in_words
from desktop_app.visible_text import tooltip
from router.views import CandidateView

MOST_KEYS = 9
WIDEST_EM = 32


class CandidateButton(KeyButton):
    """One specialist: its key, its name, and at the end how well it fits and how soon it would answer."""

    def __init__(self, rendering: Rendering, candidate: CandidateView, key: int) -> None:
        super().__init__(candidate.name.replace("&", "&&"))
        self._theme = rendering.theme
        self._name, self._key = candidate.name, str(key) if key <= MOST_KEYS else ""
        soon = seconds_in_words(candidate.seconds)
        self._facts = " · ".join(filter(None, (f"fits {percent(candidate.score)}", soon)))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(f"Ask {candidate.name}")
        self.setAccessibleDescription(", ".join(filter(None, (
            f"fits {percent(candidate.score)}", f"{soon} until its first word" if soon else "", candidate.why_not,
            f"key {self._key}" if self._key else ""))))
        self.setToolTip(tooltip(candidate.why_not))

    def sizeHint(self) -> QSize:
        return QSize(round(self._theme.em * WIDEST_EM), self.fontMetrics().height() + self._theme.px(18))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(120), self.sizeHint().height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            event.ignore()          # the prompt moves the focus, among the candidates only
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        side, gap = self._theme.px(12), self._theme.px(10)

        def draw(words: str, left: int, width: int, token: str, scale: float, *, at_end: bool = False) -> None:
            painter.setFont(self._theme.font(scale))
            painter.setPen(self._theme.colour(token))
            across = self.width() - left - width if mirrored else left
            right = at_end != mirrored
            painter.drawText(QRect(across, 0, width, self.height()), Qt.AlignmentFlag.AlignVCenter
                             | (Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft), words)

        small = QFontMetrics(self._theme.font(0.87))
        number = small.horizontalAdvance("9")
        draw(self._key, side, number, "muted", 0.87)
        left, facts = side + number + gap, small.horizontalAdvance(self._facts) + 2
        room = self.width() - left - side - facts - gap
        draw(self.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideRight, room), left, room, "text", 1.0)
        draw(self._facts, self.width() - side - facts, facts, "muted", 0.87, at_end=True)
        painter.end()


class ChoicePrompt(QFrame):
    """Keys 1–9 choose, Enter takes the one with the focus (at first the best). Signals: chosen(specialist id)."""

    chosen = Signal(str)

    def __init__(self, rendering: Rendering, candidates: tuple[CandidateView, ...], why: str) -> None:
        super().__init__()
        self.setAccessibleName("Who should answer?")
        self.setAccessibleDescription(why)
        self.buttons: list[CandidateButton] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(4, 2, 4, 4)
        column.setSpacing(8)
        column.addWidget(label("Who should answer?", "strong"))
        if why:
            column.addWidget(label(why, "small"))
        for number, each in enumerate(candidates, start=1):
            one = CandidateButton(rendering, each, number)
            one.clicked.connect(partial(self._choose, each.specialist))
            self.buttons.append(one)
            column.addWidget(one, 0, Qt.AlignmentFlag.AlignLeading)
        keys = f"1–{min(len(candidates), MOST_KEYS)}" if len(candidates) > 1 else "1"
        column.addWidget(label(f"Press {keys}, or Enter for the first. Esc stops.", "small"))

    def take_focus(self) -> None:
        """The best one has the focus, so that Enter takes it."""
        if self.buttons:
            self.buttons[0].setFocus()

    def _choose(self, specialist: str, checked: bool = False) -> None:
        self.setEnabled(False)      # a second press comes too late
        self.chosen.emit(specialist)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        number = event.key() - Qt.Key.Key_1
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and 0 <= number < min(len(self.buttons), MOST_KEYS):
            self.buttons[number].click()
        elif step:
            self._step(step)
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.buttons:
            self.buttons[0].click()
        else:
            super().keyPressEvent(event)

    def _step(self, by: int) -> None:
        place = next((number for number, each in enumerate(self.buttons) if each.hasFocus()), -by)
        self.buttons[max(0, min(len(self.buttons) - 1, place + by))].setFocus()
