"""One download in the queue: what it is, how far, what it does now; pause, continue, earlier, later, remove.

Drawn in place, so that nothing flickers and the focus stays. Alt+Up and Alt+Down move it from any of its buttons.
"""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QProgressBar, QSizePolicy, QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.controls import IconButton, button, label
from desktop_app.desk import Desk
from desktop_app.install_progress import show_share
from desktop_app.model_words import download_in_words, outside_text
from desktop_app.queue_state import INSTALL
from router import messages as m
from router.model_views import QueuedInstall


class DownloadCard(QFrame):
    """Signals: moved(specialist, -1 earlier or 1 later), dropped(),
    opened(key of its page)."""

    moved = Signal(str, int)
    dropped = Signal()
    opened = Signal(str)

    def __init__(self, desk: Desk, line: QueuedInstall) -> None:
        super().__init__()
        self._desk, self.specialist, self._paused = desk, line.specialist, False
        self.setProperty("kind", "card")
        name = outside_text(line.name or line.specialist, 120)
        self.setAccessibleName(name)
        self._name = name
        self.name = button(name, lambda: self.opened.emit(self._key), "name", f"Open the page of {name}")
        self.name.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(f"Download of {name}")
        self._words = label("", "small")
        self._error = label("", "danger")
        self.again = button("Try again", self._go_on, "primary", f"Try again to install {name}")
        theme, icons = desk.theme, desk.icons
        self.earlier = IconButton("chevron-up", f"Move {name} up (Alt+Up)", theme, icons)
        self.later = IconButton("chevron-down", f"Move {name} down (Alt+Down)", theme, icons)
        self.pause = IconButton("pause", f"Pause {name}", theme, icons)
        self.remove = IconButton("trash", f"Remove {name} from the downloads", theme, icons)
        self.earlier.clicked.connect(lambda: self.moved.emit(self.specialist, -1))
        self.later.clicked.connect(lambda: self.moved.emit(self.specialist, 1))
        self.pause.clicked.connect(self._pause_or_go_on)
        self.remove.clicked.connect(self._remove)
        for keys, step in (("Alt+Up", -1), ("Alt+Down", 1)):
            made = QShortcut(QKeySequence(keys), self)
            made.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            made.activated.connect(lambda step=step: self.moved.emit(self.specialist, step))
        self._lay_out()

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setSpacing(2)
        top.addWidget(self.name, 1)
        for each in (self.earlier, self.later, self.pause, self.remove):
            top.addWidget(each)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 10, 12, 14)
        whole.setSpacing(8)
        whole.addLayout(top)
        whole.addWidget(self._bar)
        whole.addWidget(self._words)
        whole.addWidget(self._error)
        whole.addWidget(self.again, 0, Qt.AlignmentFlag.AlignLeading)

    @property
    def _key(self) -> str:
        """Its page: the specialist's, or the repository's while it is none."""
        known = self.specialist.partition(":")[0]
        return f"specialist:{known}" if known in self._desk.state.specialists else f"repo:{known}"

    @property
    def words(self) -> str:
        """What it does now, as it is written."""
        return self._words.text()

    @property
    def error(self) -> str:
        """Why it stands still; empty when it does not."""
        return "" if self._error.isHidden() else self._error.text()

    def show_now(self, line: QueuedInstall, *, earlier: bool, later: bool) -> None:
        """As the queue says; whether it can be moved."""
        if self._words.text() != (words := download_in_words(line)):
            self._words.setText(words)
            self._bar.setAccessibleDescription(words)
        show_share(self._bar, line)
        self._paused = line.state == "paused"
        failed = line.state == "failed"
        said = f"{outside_text(line.error, 400)} {outside_text(line.hint, 400)}".strip()
        self._error.setText(said or "It came to nothing.")
        self._error.setVisible(failed or (self._paused and bool(said)))
        self.again.setVisible(failed)
        self.pause.setVisible(not failed)
        name = self._name
        icon, verb = ("play", "Continue") if self._paused else ("pause", "Pause")
        if self.pause.accessibleName() != f"{verb} {name}":
            self.pause.set_look(icon, f"{verb} {name}")
        self._allow(self.earlier, self.later, allowed=earlier)
        self._allow(self.later, self.earlier, allowed=later)

    @staticmethod
    def _allow(one: QWidget, other: QWidget, *, allowed: bool) -> None:
        """At an end of the queue one of them rests; the keys go to the other one then."""
        if not allowed and one.hasFocus() and other.isVisible():
            other.setEnabled(True)
            other.setFocus(Qt.FocusReason.TabFocusReason)
        one.setEnabled(allowed)

    def _pause_or_go_on(self) -> None:
        if self._paused:
            self._go_on()
        else:
            self._desk.send(m.PauseInstall(self.specialist))

    def _remove(self) -> None:
        """What the router refused at once is only shown here, so there is nothing to ask."""
        state = self._desk.state
        if state.queue.knows(self.specialist) or self.specialist in state.specialists:
            model_actions.remove(self._desk, self, self.specialist)
        else:
            state.queue.removed(self.specialist)
            self.dropped.emit()

    def _go_on(self) -> None:
        view = self._desk.state.specialists.get(self.specialist.partition(":")[0])
        agreed = bool(view and view.licence_opt_in)         # it was agreed to when it was ordered
        self._desk.send(m.Install(self.specialist, agreed=agreed, request=INSTALL + self.specialist))
        self.pause.setFocus()
