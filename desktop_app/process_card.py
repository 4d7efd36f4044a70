"""A model in memory on the System page: what it takes, what it has read, when it was used; unload it or keep it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from desktop_app.controls import ElidedLabel, button, label
from desktop_app.desk import Desk
from desktop_app.option_button import CheckBox
from desktop_app.process_words import STATES, ago, context_in_words, memory_in_words
from router.messages import PinSpecialist, Unload
from router.views import ProcessView

PURPOSES = "/"      # in the id of a second worker of a specialist, which cannot be kept for itself


class ProcessCard(QFrame):
    """Drawn anew in place at each listing, so that nothing flickers and the focus stays."""

    def __init__(self, desk: Desk, process: ProcessView) -> None:
        super().__init__()
        self._desk, self._id = desk, process.id
        self._leaving = False
        self.setProperty("kind", "card")
        self._dot = label(wrap=False)
        self._name = ElidedLabel(process.name, "strong")
        self._state = label("", "small", wrap=False)
        self._facts = label("", "small")
        self._context = label("", "small", wrap=False)
        self._bar = QProgressBar()
        self._bar.setProperty("kind", "quiet")
        self._bar.setTextVisible(False)
        self.keep = CheckBox("Keep in memory", desk.theme)
        self.keep.setToolTip("It leaves last when others need room, and never for being idle.")
        self.keep.clicked.connect(self._pin)
        self.keep.setVisible(PURPOSES not in process.id)
        self.unload = button("Unload", self._unload)
        self._lay_out()
        desk.theme.changed.connect(self._draw_dot)
        self._draw_dot()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(8)
        top.addWidget(self._dot)
        top.addWidget(self._name, 1)
        top.addWidget(self._state)
        read = QHBoxLayout()
        read.setSpacing(10)
        read.addWidget(self._bar, 1, Qt.AlignmentFlag.AlignVCenter)
        read.addWidget(self._context)
        foot = QHBoxLayout()
        foot.addWidget(self.keep, 1)
        foot.addWidget(self.unload)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 12, 16, 12)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(self._facts)
        whole.addLayout(read)
        whole.addLayout(foot)

    def show_now(self, process: ProcessView, now: float) -> None:
        """As the newest listing says; `now` in seconds since the epoch."""
        self.setAccessibleName(process.name)
        self._name.set_whole(process.name)
        self._leaving = self._leaving and process.state == "busy"
        state = "Leaves after this answer" if self._leaving else STATES.get(process.state, process.state)
        _say(self._state, state)
        used = ago(process.last_used, now)
        busy = process.state in ("loading", "busy")
        _say(self._facts, " · ".join(filter(None, (
            memory_in_words(process), f"last used {used}" if used and not busy else "",
            f"loaded in {process.load_seconds:.1f} s" if process.load_seconds else ""))))
        _say(self._context, context_in_words(process))
        self._bar.setVisible(process.context > 0)
        self._bar.setRange(0, max(process.context, 1))
        self._bar.setValue(min(process.context_used, process.context))
        self._bar.setAccessibleName(f"Context of {process.name} in use")
        self.keep.setChecked(process.pinned)
        self.keep.setAccessibleName(f"Keep {process.name} in memory")
        self.unload.setEnabled(not self._leaving)
        self.unload.setAccessibleName(f"Unload {process.name}")

    def _pin(self, pinned: bool) -> None:
        self._desk.send(PinSpecialist(self._id, pinned))

    def _unload(self) -> None:
        self._leaving = True
        self.unload.setEnabled(False)
        self._desk.send(Unload(self._id, request=f"unload:{self._id}"))

    def _draw_dot(self) -> None:
        known = self._desk.state.specialists.get(self._id.partition(PURPOSES)[0])
        skill = known.skills[0] if known and known.skills else ""
        colour = self._desk.theme.dot(skill) if skill else self._desk.theme.colour("muted")
        side = self._desk.theme.px(9)
        self._dot.setFixedSize(side, side)
        self._dot.setStyleSheet(f"background: {colour.name()}; border-radius: {side // 2}px;")


def _say(shown: QLabel, words: str) -> None:
    """Only what is new is written: an unchanged label is not painted again."""
    if shown.text() != words:
        shown.setText(words)
