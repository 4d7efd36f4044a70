"""The System page: the models in memory as processes; below, what works on this computer and what does not."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.controls import button, card, label
from desktop_app.desk import Desk
from desktop_app.memory_section import MemorySection
from desktop_app.scroll_page import ScrollPage
from desktop_app.shown import Shown
from router import messages as m
from router.views import Check


class SystemPage(ScrollPage):
    """Asks for a diagnosis each time it comes on show. Attributes: memory, the section about models."""

    def __init__(self, desk: Desk) -> None:
        self.again = button("Check again", self._diagnose)
        super().__init__("System", desk, (self.again,))
        self._checks = QVBoxLayout()
        self._checks.setSpacing(16)
        self.memory = MemorySection(desk)
        self.column.addWidget(self.memory)
        self.column.addWidget(label("This computer", "heading"))
        self.column.addLayout(self._checks)
        self.column.addStretch(1)
        desk.theme.changed.connect(self._show_checks)
        self.show_changes(Shown.CHECKS)

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        self.memory.show_changes(changed)
        if changed & Shown.CHECKS:
            self._show_checks()

    def begin(self) -> None:
        """The page comes on show."""
        self._diagnose()

    def _diagnose(self) -> None:
        self.again.setEnabled(False)
        self._desk.send(m.Diagnose(request="diagnose"))

    def _show_checks(self) -> None:
        checks = self._desk.state.checks
        self.again.setEnabled(checks is not None)
        _empty(self._checks)
        if checks is None:
            self._checks.addWidget(label("Looking around…", "muted"))
        for check in checks or ():
            self._checks.addWidget(self._row(check))

    def _row(self, check: Check) -> QWidget:
        row = card()
        mark = label("", wrap=False)
        icon, token = ("check", "positive") if check.ok else ("warning", "warning")
        mark.setPixmap(self._desk.icons.pixmap(icon, token))
        mark.setAccessibleName("Works" if check.ok else "Needs attention")
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label(check.name, "small"))
        words.addWidget(label(check.found))
        if check.remedy:
            words.addWidget(label(check.remedy, "warning"))
        across = QHBoxLayout(row)
        across.setContentsMargins(16, 8, 16, 8)
        across.setSpacing(16)
        across.addWidget(mark)
        across.addLayout(words, 1)
        return row


def _empty(layout: QVBoxLayout) -> None:
    while (item := layout.takeAt(0)) is not None:
        widget = item.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()
