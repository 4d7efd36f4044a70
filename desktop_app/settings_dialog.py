"""The program's settings: look and keys, who answers, memory, what was taught. Each takes effect at once."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QDialog, QFormLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.fleet_state import PROCESSES
from desktop_app.lessons_list import LessonsList
from desktop_app.memory_settings import MemorySettings
from desktop_app.option_button import CheckBox
from desktop_app.routing_settings import RoutingSettings
from desktop_app.shown import Shown
from desktop_app.voice_settings import VoiceSettings
from router.messages import ChangePreference, ListCorrections, ListProcesses

THEMES = (("system", "As the system"), ("light", "Light"), ("dark", "Dark"))
ZOOMS = (80, 90, 100, 110, 125, 150, 175, 200)
ENTER = (("send", "Enter sends, Shift+Enter begins a new line"),
         ("newline", "Enter begins a new line, Ctrl+Enter sends"))
WIDTH, HEIGHT = 560, 760        # px at most


class SettingsDialog(QDialog):
    """What changes is on show at once and stored as a preference. Attributes: routing, voice, memory, lessons
    (sections). talks: a conversation has the sound devices just now."""

    def __init__(self, desk: Desk, parent: QWidget | None = None, *, tray: bool = False,
                 talks: bool = False) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setWindowTitle("Settings")
        self.routing = RoutingSettings(desk)
        self.voice = VoiceSettings(desk, free=not talks)
        self.memory = MemorySettings(desk)
        self.lessons = LessonsList(desk)
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(24, 0, 24, 0)
        column.setSpacing(8)
        for words, section in (("Look and keys", self._look(tray)), ("Who answers", self.routing),
                               ("Voice", self.voice), ("Memory for models", self.memory),
                               ("What you taught Consort", self.lessons)):
            if column.count():
                column.addSpacing(16)
            column.addWidget(label(words, "heading"))
            column.addWidget(section)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(inner)
        self.close_button = button("Close", self.accept, "primary")
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 24, 0, 16)
        whole.setSpacing(16)
        title = label("Settings", "title")
        title.setContentsMargins(24, 0, 24, 0)
        whole.addWidget(title)
        whole.addWidget(scroll, 1)
        foot = QVBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTrailing)
        whole.addLayout(foot)
        size = QSize(WIDTH, HEIGHT)
        self.resize(size.boundedTo(parent.size() - QSize(32, 32)) if parent else size)
        self.finished.connect(self.memory.settle)
        self.finished.connect(self.voice.settle)
        for command in (ListProcesses(PROCESSES), ListCorrections()):
            desk.send(command)

    def take(self, event: object) -> None:
        """An event of the router."""
        self.voice.take(event)

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        if changed & (Shown.PREFERENCES | Shown.SPECIALISTS):
            self.routing.show_now()
            self.voice.show_now()
        if changed & (Shown.PREFERENCES | Shown.PROCESSES):
            self.memory.show_now()
        if changed & Shown.LESSONS:
            self.lessons.show_now()

    def _look(self, tray: bool) -> QWidget:
        desk, preferences = self._desk, self._desk.state.preferences
        self.theme = self._choice("Look", THEMES, preferences.get("theme", desk.theme.mode), "theme")
        zooms = tuple((str(each), f"{each} %") for each in ZOOMS)
        self.zoom = self._choice("Size", zooms, str(round(100 * desk.theme.zoom)), "zoom")
        self.enter = self._choice("Enter key", ENTER, preferences.get("enter", "send"), "enter")
        self.tray = CheckBox("Keep running in the tray", desk.theme)
        self.tray.setChecked(preferences.get("close_to_tray") == "yes")
        self.tray.setEnabled(tray)
        self.tray.setToolTip("" if tray else "This system has no tray.")
        self.tray.toggled.connect(lambda on: self._change("close_to_tray", "yes" if on else "no"))
        holder = QWidget()
        form = QFormLayout(holder)
        form.setContentsMargins(0, 0, 0, 0)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setHorizontalSpacing(24)
        form.setVerticalSpacing(8)
        for words, field in (("Look", self.theme), ("Size", self.zoom), ("Enter key", self.enter)):
            form.addRow(words, field)
        form.addRow("Closing", self.tray)
        return holder

    def _choice(self, name: str, options: tuple[tuple[str, str], ...], present: str, key: str) -> ChoiceField:
        field = ChoiceField(self._desk, name, options)
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
