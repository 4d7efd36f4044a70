"""How far an installation is, in numbers and words, with the one button that pauses it or goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.model_words import download_in_words
from desktop_app.queue_state import INSTALL, done_of
from router import messages as m
from router.model_views import QueuedInstall

SHARES = 1000


class InstallProgress(QWidget):
    """For one specialist; hidden while nothing of it is on its way."""

    def __init__(self, desk: Desk, specialist: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._specialist = desk, specialist
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._words = label("", "small")
        self.pause = button("Pause", self._pause)
        self.go_on = button("Continue", self._go_on, "primary")
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self.pause)
        row.addWidget(self.go_on)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self._bar)
        whole.addLayout(row)
        self.show_now()

    def follow(self, specialist: str) -> None:
        """Show another one."""
        self._specialist = specialist
        self.show_now()

    @property
    def words(self) -> str:
        """What is written beside the bar."""
        return self._words.text()

    def show_now(self) -> bool:
        """Draw what the view state says; True when there is something to show."""
        line = self._line()
        shown = line is not None and line.state != "failed"
        self.setVisible(shown)
        if line is None or not shown:
            return False
        name = self._desk.state.name_of(self._specialist)
        self.pause.setVisible(line.state != "paused")
        self.go_on.setVisible(line.state == "paused")
        self.pause.setAccessibleName(f"Pause installing {name}")
        self.go_on.setAccessibleName(f"Continue installing {name}")
        self._bar.setAccessibleName(f"Installing {name}")
        show_share(self._bar, line)
        if self._words.text() != (words := download_in_words(line)):
            self._words.setText(words)
        return True

    def _line(self) -> QueuedInstall | None:
        """What the queue says; without it what the specialist says of itself, as after a restart."""
        line, view = self._desk.state.queue.line(self._specialist), self._desk.state.specialists.get(self._specialist)
        if line is not None or view is None or view.state not in ("partial", "installing"):
            return line
        running = view.state == "installing"
        return QueuedInstall(view.id, view.name, "running" if running else "paused", total=view.size)

    def _pause(self) -> None:
        self._desk.send(m.PauseInstall(self._specialist))

    def _go_on(self) -> None:
        view = self._desk.state.specialists.get(self._specialist)
        agreed = bool(view and view.licence_opt_in)     # it was agreed to when the installation began
        self._desk.send(m.Install(self._specialist, agreed=agreed, request=INSTALL + self._specialist))
        self.show_now()
        self.pause.setFocus()


def show_share(bar: QProgressBar, line: QueuedInstall) -> None:
    """How much is here. It never goes back, and it moves only while something is known to move."""
    if line.state == "running" and not line.done and line.phase in ("asking", ""):
        bar.setRange(0, 0)              # nothing is known yet
        return
    bar.setRange(0, SHARES)
    bar.setValue(min(SHARES, round(SHARES * done_of(line) / line.total)) if line.total else 0)
