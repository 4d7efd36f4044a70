"""How far an installation is, in numbers and words, with the one button that pauses it or goes on."""

from __future__ import annotations

from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.words import progress_in_words
from router import messages as m


class InstallProgress(QWidget):
    """For one specialist; hidden while nothing of it is on its way."""

    def __init__(self, desk: Desk, specialist: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._specialist = desk, specialist
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
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

    @property
    def words(self) -> str:
        """What is written beside the bar."""
        return self._words.text()

    def show_now(self) -> bool:
        """Draw what the view state says; True when there is something to show."""
        state = self._desk.state
        view = state.specialists.get(self._specialist)
        moved, paused = state.installs.get(self._specialist), state.paused.get(self._specialist)
        under_way = moved is not None or (view is not None and view.state == "installing")
        waiting = not under_way and (paused is not None or (view is not None and view.state == "partial"))
        self.setVisible(under_way or waiting)
        self.pause.setVisible(under_way)
        self.go_on.setVisible(waiting)
        name = view.name if view else self._specialist
        self.pause.setAccessibleName(f"Pause installing {name}")
        self.go_on.setAccessibleName(f"Continue installing {name}")
        self._bar.setAccessibleName(f"Installing {name}")
        if moved is not None:
            self._show_share(moved.done, moved.total)
            self._words.setText(progress_in_words(moved.done, moved.total, moved.bytes_per_second, moved.source,
                                                  moved.phase))
        elif under_way:
            self._show_share(0, 0)
            self._words.setText("Starting…")
        elif waiting:
            done, total = (paused.done, paused.total) if paused else (0, view.size if view else 0)
            self._show_share(done, total or 1)
            so_far = progress_in_words(done, total, 0) if done else "What was fetched is kept"
            self._words.setText(f"Paused · {so_far}")
        return under_way or waiting

    def _show_share(self, done: int, total: int) -> None:
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(round(1000 * done / total))

    def _pause(self) -> None:
        self._desk.send(m.PauseInstall(self._specialist))

    def _go_on(self) -> None:
        view = self._desk.state.specialists.get(self._specialist)
        agreed = bool(view and view.licence_opt_in)     # it was agreed to when the installation began
        self._desk.send(m.Install(self._specialist, agreed=agreed, request=f"install:{self._specialist}"))
        self.show_now()
        self.pause.setFocus()
