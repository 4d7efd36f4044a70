"""The quiet row under a message: copy, regenerate, ‹ 2/3 ›, edit, delete. Seen on hover and focus, always in reach."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_app.quiet_button import QuietButton
from desktop_app.rendering import Rendering

ACTIONS = {
    "copy": ("copy", "Copy"), "regenerate": ("regenerate", "Answer again"), "edit": ("edit", "Edit"),
    "delete": ("trash", "Delete"), "details": ("info", "Details"),
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
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for action in actions:
            button = QuietButton(rendering, *ACTIONS[action])
            button.setObjectName(action)
            button.watch(watched)
            button.clicked.connect(self._pressed)
            self.buttons[action] = button
            row.addWidget(button)
        self._before = self._arrow(rendering, "chevron-left", "Previous version", watched)
        self._place = QLabel()
        self._place.setTextFormat(Qt.TextFormat.PlainText)
        self._place.setProperty("kind", "small")
        self._after = self._arrow(rendering, "chevron-right", "Next version", watched)
        self._before.clicked.connect(self._go_before)
        self._after.clicked.connect(self._go_after)
        for widget in (self._before, self._place, self._after):
            row.addWidget(widget)
        row.addStretch()
        self.show_siblings((), "")

    def show_siblings(self, siblings: tuple[str, ...], shown: str) -> None:
        """Which version of how many this is; hidden where there is only one."""
        self._siblings, self._shown = siblings, shown
        several = len(siblings) > 1 and shown in siblings
        place = siblings.index(shown) if several else 0
        for widget in (self._before, self._place, self._after):
            widget.setVisible(several)
        self._place.setText(f"{place + 1}/{len(siblings)}")
        self._place.setAccessibleName(f"Version {place + 1} of {len(siblings)}")
        self._before.setEnabled(place > 0)
        self._after.setEnabled(place < len(siblings) - 1)

    def _arrow(self, rendering: Rendering, icon: str, name: str, watched: QWidget) -> QuietButton:
        button = QuietButton(rendering, icon, name)
        button.show_always(True)        # that there are other versions must not be hidden
        button.watch(watched)
        return button

    @Slot()
    def _pressed(self) -> None:
        self.asked.emit(self.sender().objectName())

    @Slot()
    def _go_before(self) -> None:
        self.sibling_asked.emit(self._siblings[self._siblings.index(self._shown) - 1])

    @Slot()
    def _go_after(self) -> None:
        self.sibling_asked.emit(self._siblings[self._siblings.index(self._shown) + 1])
