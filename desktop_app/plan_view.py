"""The steps of a plan above its answer: what is done, what runs, what waits and can be changed. It sends nothing."""

from __future__ import annotations

from msgspec import structs
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from desktop_app.controls import button
from desktop_app.plan_step_row import PlanStepRow
from desktop_app.rendering import Rendering
from router.parts import PlanStep


class PlanView(QFrame):
    """A row a step; the state is told by a mark, and in words to screen readers and in the tool tip.

    Signals: changed(steps), a tuple: what shall be done instead of the steps that wait.
    """

    changed = Signal(object)

    def __init__(self, rendering: Rendering) -> None:
        super().__init__()
        self._rendering = rendering
        self._steps: tuple[PlanStep, ...] = ()
        self._before: tuple[str, ...] | None = None         # what waited before the person changed it
        self.setProperty("kind", "notice")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 10, 12, 10)
        self._column.setSpacing(4)
        self.rows: list[PlanStepRow] = []
        self.undo = button("Put the plan back", self._put_back, "link")
        self.undo.hide()
        self._column.addWidget(self.undo)

    def show_steps(self, steps: tuple[PlanStep, ...], *, running: bool) -> None:
        """The plan as it is now. running: the answer is being written, so what waits can be changed."""
        if not running:     # an answer that the end of the program interrupted
            steps = tuple(structs.replace(one, state="stopped") if one.state in ("waiting", "running") else one
                          for one in steps)
        self._steps = steps
        while len(self.rows) > len(steps):
            row = self.rows.pop()
            self._column.removeWidget(row)
            row.hide()
            row.deleteLater()
        while len(self.rows) < len(steps):
            self._add_row()
        for number, (row, step) in enumerate(zip(self.rows, steps, strict=True), 1):
            row.show_step(number, step, changeable=step.state == "waiting")
        self.undo.setVisible(self._before is not None and bool(self._to_put_back()))
        self.setAccessibleName(f"A plan of {len(steps)} step{'s' if len(steps) != 1 else ''}")

    def _add_row(self) -> None:
        row = PlanStepRow(self._rendering)
        row.changed.connect(lambda: self._change([self._row_words(one) for one in self._waiting()]))
        row.removed.connect(lambda: self._change([self._row_words(one) for one in self._waiting()
                                                  if self.rows[one] is not row]))
        self._column.insertWidget(len(self.rows), row)
        self.rows.append(row)

    def _waiting(self) -> list[int]:
        return [number for number, step in enumerate(self._steps) if step.state == "waiting"]

    def _row_words(self, number: int) -> str:
        return self.rows[number].do

    def _change(self, wanted: list[str]) -> None:
        self._before = tuple(self._steps[one].do for one in self._waiting())
        self.changed.emit(tuple(wanted))

    def _to_put_back(self) -> tuple[str, ...]:
        """What the person took away or changed and is not under way by now; empty when the plan runs no more."""
        begun = {step.do for step in self._steps if step.state != "waiting"}
        running = any(step.state in ("waiting", "running") for step in self._steps)
        return tuple(one for one in self._before or () if one not in begun) if running else ()

    def _put_back(self) -> None:
        wanted, self._before = self._to_put_back(), None
        self.undo.hide()
        self.changed.emit(wanted)
