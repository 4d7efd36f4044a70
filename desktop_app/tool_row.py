"""One thing that can be done, with its sentence, its button, and in its place how far it is or what came of it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from desktop_app.beside import Beside
from desktop_app.controls import button, label
from desktop_app.desk import Desk


class ToolRow(QWidget):
    """Attributes: button."""

    def __init__(self, desk: Desk, name: str, words: str, verb: str, does: Callable[[], object]) -> None:
        super().__init__()
        self._plain = words
        self._says = label(words, "small")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setRange(0, 1000)
        self._bar.setAccessibleName(name)
        self._bar.hide()
        self.button = button(verb, does, "", f"{verb} {name}" if verb not in name else name)
        says = QWidget()
        left = QVBoxLayout(says)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(2)
        left.addWidget(label(name, ""))
        left.addWidget(self._says)
        left.addWidget(self._bar)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 4, 0, 4)
        whole.addWidget(Beside(desk.theme, says, self.button, 16))

    @property
    def words(self) -> str:
        """What it says now."""
        return self._says.text()

    def rest(self) -> None:
        """Nothing is under way and nothing came of it yet."""
        self._show(self._plain, "small", busy=False)

    def busy(self, words: str, done: int = 0, total: int = 0) -> None:
        """Under way: so much of so much, where that is known."""
        self._show(words, "small", busy=True)
        self._bar.setRange(0, 1000 if total else 0)
        if total:
            self._bar.setValue(round(1000 * done / total))

    def ended(self, words: str, *, well: bool) -> None:
        """What came of it."""
        self._show(words, "small" if well else "warning", busy=False)

    def _show(self, words: str, kind: str, *, busy: bool) -> None:
        if self._says.property("kind") != kind:
            self._says.setProperty("kind", kind)
            self._says.style().polish(self._says)
        if self._says.text() != words:
            self._says.setText(words)
        self._bar.setVisible(busy)
