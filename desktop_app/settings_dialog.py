"""The program's settings: look, size, what Enter and closing do. Each takes effect at once and is remembered."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QFormLayout, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from router.messages import ChangePreference

THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)
ENTER = (("send", "Enter sends, Shift+Enter begins a new line"),
         ("newline", "Enter begins a new line, Ctrl+Enter sends"))


class ChoiceField(QComboBox):
    """A combo box with an arrow in the theme's colour."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        arrow = self._desk.icons.pixmap("chevron-down", "muted", 14)
        side = self._desk.theme.px(14)
        left = 8 if self.layoutDirection() == Qt.LayoutDirection.RightToLeft else self.width() - side - 8
        QPainter(self).drawPixmap(QRect(left, (self.height() - side) // 2, side, side), arrow)


class SettingsDialog(QDialog):
    """What changes is on show at once and stored as a preference."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, tray: bool = False) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Settings")
        preferences = desk.state.preferences
        self.theme = self._choice("Look", THEMES, preferences.get("theme", desk.theme.mode), "theme")
        zooms = tuple((str(each), f"{each} %") for each in ZOOMS)
        self.zoom = self._choice("Size", zooms, str(round(100 * desk.theme.zoom)), "zoom")
        self.enter = self._choice("Enter key", ENTER, preferences.get("enter", "send"), "enter")
        self.tray = QCheckBox("Keep running in the tray when the window is closed")
        self.tray.setChecked(preferences.get("close_to_tray") == "yes")
        self.tray.setEnabled(tray)
        self.tray.setToolTip("" if tray else "This system has no tray.")
        self.tray.toggled.connect(lambda on: self._change("close_to_tray", "yes" if on else "no"))
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(16)
        for words, field in (("Look", self.theme), ("Size", self.zoom), ("Enter key", self.enter)):
            form.addRow(words, field)
        form.addRow("Closing", self.tray)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(24)
        whole.addWidget(label("Settings", "title"))
        whole.addLayout(form)
        self.close_button = button("Close", self.accept, "primary")
        whole.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTrailing)

    def _choice(self, name: str, options: tuple[tuple[str, str], ...], present: str, key: str) -> QComboBox:
        field = ChoiceField(self._desk)
        field.setAccessibleName(name)
        field.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        field.setMinimumContentsLength(12)
        for value, words in options:
            field.addItem(words, value)
        if field.findData(present) < 0:
            field.addItem(f"{present} %" if key == "zoom" else present, present)
        field.setCurrentIndex(field.findData(present))
        field.activated.connect(lambda _: self._change(key, field.currentData()))
        return field

    def _change(self, key: str, value: str) -> None:
        if key == "theme":
            self._desk.theme.set_mode(value)  # type: ignore[arg-type]
        elif key == "zoom":
            self._desk.theme.set_zoom(int(value) / 100)
        self._desk.send(ChangePreference(key, value))
