"""The quiet row under a message: copy, regenerate, ‹ 2/3 ›, edit, delete. Seen on hover and focus, always in reach."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.quiet_button import QuietButton
from desktop_app.rendering import Rendering

ACTIONS = {
    "copy": ("copy", "Copy"), "regenerate": ("regenerate", "Answer again"), "edit": ("edit", "Edit"),
    "delete": ("trash", "Delete"), "read": ("speaker", "Read aloud"), "details": ("info", "Details"),
}


class ActionRow(QWidget):
    """`asked` with the action's name; `sibling_asked` with the id of the version to show."""

    asked = Signal(str)
    sibling_asked = Signal(str)

    def __init__(self, rendering: Rendering, actions: tuple[str, ...], watched: QWidget) -> None:
        super().__init__(watched)
        self.buttons: dict[str, QuietButton] = {}
        self._siblings: tuple[str, ...] = ()
        self._shown = ""
        self._owner = watched
        self._rendering = rendering
        self._versions: tuple[QuietButton, QLabel, QuietButton] | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(0)
        for action in actions:
            button = QuietButton(rendering, *ACTIONS[action], watched)
            button.setObjectName(action)
            button.clicked.connect(self._pressed)
            self.buttons[action] = button
            self._row.addWidget(button)
        self._row.addStretch()

    def show_siblings(self, siblings: tuple[str, ...], shown: str) -> None:
        """Which version of how many this is; nothing where there is only one."""
        self._siblings, self._shown = siblings, shown
        several = len(siblings) > 1 and shown in siblings
        if several and self._versions is None:
            self._versions = self._make_versions()
        if self._versions is None:
            return
        before, label, after = self._versions
        place = siblings.index(shown) if several else 0
        for widget in self._versions:
            widget.setVisible(several)
        label.setText(f"{place + 1}/{len(siblings)}")
        label.setAccessibleName(f"Version {place + 1} of {len(siblings)}")
        before.setEnabled(place > 0)
        after.setEnabled(place < len(siblings) - 1)

    def _make_versions(self) -> tuple[QuietButton, QLabel, QuietButton]:
        before = QuietButton(self._rendering, "chevron-left", "Previous version", self._owner)
        after = QuietButton(self._rendering, "chevron-right", "Next version", self._owner)
        before.clicked.connect(self._go_before)
        after.clicked.connect(self._go_after)
        label = QLabel()
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setProperty("kind", "small")
        for arrow in (before, after):
            arrow.show_always(True)         # that there are other versions must not be hidden
        for widget in (before, label, after):
            self._row.insertWidget(self._row.count() - 1, widget)
        return before, label, after

    @Slot()
    def _pressed(self) -> None:
        self.asked.emit(self.sender().objectName())

    @Slot()
    def _go_before(self) -> None:
        self.sibling_asked.emit(self._siblings[self._siblings.index(self._shown) - 1])

    @Slot()
    def _go_after(self) -> None:
        self.sibling_asked.emit(self._siblings[self._siblings.index(self._shown) + 1])
