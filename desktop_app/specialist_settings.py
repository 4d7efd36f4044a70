"""A specialist's settings: every one optional, with what Consort would choose as the placeholder."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from desktop_app.controls import button, label
from desktop_app.desk import Desk
from router.messages import ChangeSettings
from router.views import SpecialistView
from specialists.manifest import Settings

# name of the setting → its words, its least and largest value, and what it means
NUMBERS: dict[str, tuple[str, float, float, str]] = {
    "context": ("Context", 256, 1_048_576, "Tokens the specialist can keep in mind; more needs more memory."),
    "threads": ("Threads", 1, 1024, "Processor cores that work on an answer."),
    "gpu_layers": ("GPU layers", -1, 1000, "Layers of the model on the graphics card; -1 is all, 0 none."),
    "max_tokens": ("Longest answer", 1, 1_048_576, "Tokens after which an answer is cut off."),
    "temperature": ("Temperature", 0, 5, "Higher is more varied, 0 always picks the likeliest word."),
    "top_p": ("Top p", 0, 1, "Only the likeliest words that together have this probability."),
    "top_k": ("Top k", 0, 100_000, "Only this many of the likeliest words; 0 is no limit."),
    "min_p": ("Min p", 0, 1, "Only words at least this likely, measured against the likeliest."),
    "repeat_penalty": ("Repeat penalty", 0.1, 5, "Above 1 makes repeating itself less likely."),
    "seed": ("Seed", 0, 4_294_967_295, "The same seed and question give the same answer."),
}
WHOLE = frozenset({"context", "threads", "gpu_layers", "max_tokens", "top_k", "seed"})


def number_from(name: str, text: str) -> int | float | None:
    """What was typed as a number of the setting; None for nothing. Raises ValueError with a sentence."""
    words, least, most, _ = NUMBERS[name]
    text = text.strip().replace(",", ".")
    if not text:
        return None
    try:
        number: int | float = int(text) if name in WHOLE else float(text)
    except ValueError:
        kind = "a whole number" if name in WHOLE else "a number"
        raise ValueError(f"{words} takes {kind}.") from None
    if not least <= number <= most:
        raise ValueError(f"{words} takes a number from {least:g} to {most:g}.")
    return number


class SpecialistSettings(QDialog):
    """Save sends ChangeSettings; Reset goes back to what Consort chooses."""

    def __init__(self, desk: Desk, view: SpecialistView, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._view = desk, view
        self.setWindowTitle(f"Settings of {view.name}")
        self.prompt = QPlainTextEdit(view.settings.system_prompt or "")
        self.prompt.setAccessibleName("System prompt")
        self.prompt.setPlaceholderText(view.effective.system_prompt or "No system prompt")
        self.prompt.setTabChangesFocus(True)
        self.prompt.setFixedHeight(self.fontMetrics().lineSpacing() * 4 + 12)
        self.fields: dict[str, QLineEdit] = {}
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
        form.setVerticalSpacing(8)
        form.addRow(label("System prompt", wrap=False), self.prompt)
        for name, (words, _, _, meaning) in NUMBERS.items():
            present, effective = getattr(view.settings, name), getattr(view.effective, name)
            field = QLineEdit("" if present is None else f"{present}")
            field.setPlaceholderText("random" if effective is None and name == "seed" else
                                     "chosen by Consort" if effective is None else f"{effective}")
            field.setAccessibleName(words)
            field.setAccessibleDescription(meaning)
            field.setToolTip(meaning)
            self.fields[name] = field
            form.addRow(label(words, wrap=False), field)
        inner = QWidget()
        inner.setLayout(form)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inner)
        self._error = label("", "danger")
        self._error.hide()
        self.save = button("Save", self._save, "primary")
        self.reset = button("Reset", self._reset, "", "Reset to what Consort chooses")
        verbs = QHBoxLayout()
        verbs.addWidget(self.reset)
        verbs.addStretch(1)
        verbs.addWidget(button("Cancel", self.reject))
        verbs.addWidget(self.save)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.addWidget(label(f"Settings of {view.name}", "heading"))
        whole.addWidget(label("What is left empty, Consort chooses for this computer.", "muted"))
        whole.addWidget(scroll, 1)
        whole.addWidget(self._error)
        whole.addLayout(verbs)
        room = parent.window().size() if parent else None
        self.resize(min(520, room.width() - 32) if room else 520, min(640, room.height() - 32) if room else 640)

    @property
    def error(self) -> str:
        """What is wrong with what was typed; empty when nothing is."""
        return self._error.text()

    def settings(self) -> Settings:
        """What was typed. Raises ValueError with a sentence."""
        numbers: dict[str, Any] = {name: number_from(name, field.text()) for name, field in self.fields.items()}
        return replace(Settings(**numbers), system_prompt=self.prompt.toPlainText().strip() or None)

    def _save(self) -> None:
        try:
            settings = self.settings()
        except ValueError as error:
            self._error.setText(str(error))
            self._error.show()
            return
        self._desk.send(ChangeSettings(self._view.id, settings))
        self.accept()

    def _reset(self) -> None:
        self._desk.send(ChangeSettings(self._view.id, Settings()))
        self.accept()
