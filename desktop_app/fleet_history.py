"""What happened to the models in memory: loads, evictions and mishaps with their reasons and times, newest first."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.process_words import TROUBLE, clock, event_in_words
from router.views import FleetEvent

AT_FIRST = 6        # lines


class FleetHistory(QWidget):
    """Made anew only when something happened. Attributes: more, the button that shows all of it."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._shown: tuple[tuple[FleetEvent, ...], bool] | None = None
        self._all = False
        self._lines = QWidget()
        self.more = button("", self._show_all, "link")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(4)
        whole.addWidget(self._lines)
        whole.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeading)

    def show_now(self, history: tuple[FleetEvent, ...], now: float) -> None:
        """As the newest listing says; `now` in seconds since the epoch."""
        if (history, self._all) == self._shown:
            return
        self._shown = (history, self._all)
        shown = history if self._all else history[:AT_FIRST]
        lines = self._written(shown, now)
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.replaceWidget(self._lines, lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = lines
        lines.show()
        self.more.setVisible(len(history) > AT_FIRST)
        self.more.setText("Show less" if self._all else f"Show all {len(history)}")
        self.more.setAccessibleName(f"{self.more.text()} of what happened in memory")

    def _written(self, history: tuple[FleetEvent, ...], now: float) -> QWidget:
        holder = QWidget()
        holder.setAccessibleName("What happened in memory")
        grid = QGridLayout(holder)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(4)
        grid.setColumnStretch(1, 1)
        for line, event in enumerate(history):
            grid.addWidget(label(clock(event.at, now), "small", wrap=False), line, 0, Qt.AlignmentFlag.AlignTop)
            words = event_in_words(event, self._desk.state.specialists, self._desk.state.name_of)
            grid.addWidget(label(words, "warning" if event.what in TROUBLE else "muted"), line, 1)
        if not history:
            grid.addWidget(label("Nothing yet.", "muted"), 0, 0)
        return holder

    def _show_all(self) -> None:
        self._all = not self._all
        if self._shown is not None:
            self.show_now(self._shown[0], time.time())
