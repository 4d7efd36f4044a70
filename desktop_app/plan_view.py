"""The steps of a plan above its answer: what is done, what runs, what waits. It knows no turn and sends nothing."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from router.parts import PlanStep

_MARKS = {"waiting": "○", "running": "◐", "done": "●", "stopped": "■", "failed": "▲", "skipped": "–"}
_WORDS = {"waiting": "waits", "running": "is being done", "done": "is done", "stopped": "was stopped",
          "failed": "could not be done", "skipped": "was left out"}


class PlanView(QFrame):
    """A line a step, with a mark; the state is also told in words, to screen readers and in the tool tip."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(4)
        self.lines: list[QLabel] = []

    def show_steps(self, steps: tuple[PlanStep, ...]) -> None:
        """The plan as it is now."""
        while len(self.lines) > len(steps):
            self.lines.pop().deleteLater()
        while len(self.lines) < len(steps):
            line = QLabel()
            line.setTextFormat(Qt.TextFormat.PlainText)
            line.setWordWrap(True)
            self._column.addWidget(line)
            self.lines.append(line)
        for number, (line, step) in enumerate(zip(self.lines, steps, strict=True), 1):
            line.setText(f"{_MARKS[step.state]}  {number}. {step.do}")
            line.setProperty("kind", "" if step.state in ("running", "done") else "muted")
            line.style().polish(line)
            told = f"Step {number}, {step.do}: {_WORDS[step.state]}"
            line.setAccessibleName(told)
            line.setToolTip(told)
        self.setAccessibleName(f"A plan of {len(steps)} steps")
