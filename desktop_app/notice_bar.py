"""The quiet bar above a page: a sentence about the program, its ways out, and Dismiss."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from desktop_app.flow import FlowLayout

INFO_SHOWN_FOR = 20_000     # ms; a warning, or anything with ways out, waits to be dismissed


class NoticeBar(QFrame):
    """Shows the newest notice of the view state. Signals: choice_made(action), dismissed()."""

    choice_made = Signal(str)
    dismissed = Signal()

    def __init__(self, desk: Desk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.setProperty("kind", "notice")
        self.setAccessibleName("Notice")
        self._text = label("")
        self._hint = label("", "muted")
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons)
        row = QHBoxLayout()
        row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(0)
        words.addWidget(self._text)
        words.addWidget(self._hint)
        row.addLayout(words, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(16, 8, 16, 8)
        whole.addLayout(row)
        whole.addWidget(self._buttons)
        self._timer = QTimer(self, singleShot=True, interval=INFO_SHOWN_FOR)
        self._timer.timeout.connect(self.dismissed)
        self.hide()

    @property
    def text(self) -> str:
        """The sentence on show, empty when there is none."""
        return self._text.text() if not self.isHidden() else ""

    @property
    def goes_away(self) -> bool:
        """The notice on show leaves by itself."""
        return self._timer.isActive()

    def show_now(self) -> None:
        """Draw what the view state says."""
        notices = self._desk.state.notices
        self.setVisible(bool(notices))
        if not notices:
            self._timer.stop()
            return
        notice = notices[-1]
        if notice.passing or (notice.level == "info" and not notice.choices):
            self._timer.start()
        else:
            self._timer.stop()
        self._text.setText(notice.text)
        self._text.setProperty("kind", "warning" if notice.level == "warning" else "")
        self._text.style().polish(self._text)
        self._hint.setText(notice.hint)
        self._hint.setVisible(bool(notice.hint))
        self._flow.clear()
        for choice in notice.choices:
            self._flow.addWidget(button(choice.label, partial(self.choice_made.emit, choice.action)))
        more = f" ({len(notices) - 1} more)" if len(notices) > 1 else ""
        self._flow.addWidget(button(f"Dismiss{more}", self.dismissed.emit, "quiet", "Dismiss this notice"))
