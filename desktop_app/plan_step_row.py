"""One step of a plan: a mark, its words, and while it waits, buttons that change or remove it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QEnterEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QWidget

from desktop_app.quiet_button import QuietButton
from desktop_app.rendering import Rendering
from desktop_app.visible_text import tooltip
from router.parts import PlanStep

_MARKS = {"waiting": "○", "running": "◐", "done": "●", "stopped": "■", "failed": "▲", "skipped": "–"}
_WORDS = {"waiting": "waits", "running": "is being done", "done": "is done", "stopped": "was stopped",
          "failed": "could not be done", "skipped": "was left out"}


class PlanStepRow(QWidget):
    """Signals: changed(), its words are others now; removed(). Attributes: words, edit, change, remove (widgets)."""

    changed = Signal()
    removed = Signal()

    def __init__(self, rendering: Rendering) -> None:
        super().__init__()
        self._rendering = rendering
        self.do = ""
        self.words = QLabel()
        self.words.setTextFormat(Qt.TextFormat.PlainText)
        self.words.setWordWrap(True)
        self.edit = StepEdit()
        self.edit.setAccessibleName("What this step does")
        self.edit.returnPressed.connect(self._take)
        self.edit.left.connect(self._close)
        self.edit.hide()
        self.change = QuietButton(rendering, "edit", "Change this step", self)
        self.change.clicked.connect(self._open)
        self.remove = QuietButton(rendering, "close", "Remove this step", self)
        self.remove.clicked.connect(self.removed)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self.words, 1)
        row.addWidget(self.edit, 1)
        row.addWidget(self.change, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.remove, 0, Qt.AlignmentFlag.AlignTop)

    def show_step(self, number: int, step: PlanStep, *, changeable: bool) -> None:
        """The step as it is now; what is being typed stays while it can still be changed."""
        self.do = step.do
        self.words.setText(f"{_MARKS[step.state]}  {number}. {step.do}")
        self.words.setProperty("kind", "" if step.state in ("running", "done") else "muted")
        self.words.style().polish(self.words)
        told = f"Step {number}, {step.do}: {_WORDS[step.state]}"
        self.words.setAccessibleName(told)
        self.words.setToolTip(tooltip(told))
        for button, does in ((self.change, "Change"), (self.remove, "Remove")):
            button.setVisible(changeable and self.edit.isHidden())
            button.setAccessibleName(f"{does} step {number}: {step.do}")
        if not changeable:
            self._close()

    @Slot()
    def _open(self) -> None:
        self.edit.setText(self.do)
        for each in (self.words, self.change, self.remove):
            each.hide()
        self.edit.show()
        self.edit.setFocus()
        self.edit.selectAll()

    @Slot()
    def _close(self) -> None:
        if not self.edit.isHidden():
            self.edit.hide()
            for each in (self.words, self.change, self.remove):
                each.show()
            self.change.setFocus()

    @Slot()
    def _take(self) -> None:
        wanted = " ".join(self.edit.text().split())
        different = wanted not in ("", self.do)
        self.do = wanted or self.do
        self._close()
        if different:
            self.changed.emit()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._redraw()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._redraw()

    def _redraw(self) -> None:
        self.change.update()
        self.remove.update()


class StepEdit(QLineEdit):
    """A field that Escape leaves. Signals: left()."""

    left = Signal()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) \
                and event.key() == Qt.Key.Key_Escape:
            event.accept()      # or the window would stop the answer
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)
