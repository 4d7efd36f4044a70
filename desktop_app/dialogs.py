"""Small questions: a name, a file, a yes. Each is a function that returns the answer or nothing.

Deleting what cannot be brought back is confirmed by naming the thing and its size. Knows no command.
"""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from desktop_app.controls import button, label
from desktop_app.words import file_name_for


class Question(QDialog):
    """A title, a few sentences, something to fill in if need be, and two verbs."""

    def __init__(self, parent: QWidget | None, title: str, sentences: str, yes: str, no: str = "Cancel",
                 *, danger: bool = False, body: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setMinimumWidth(320)
        self.yes = button(yes, self.accept, "danger" if danger else "primary")
        self.no = button(no, self.reject)
        self.yes.setDefault(not danger)
        verbs = QHBoxLayout()
        verbs.addStretch(1)
        verbs.addWidget(self.no)
        verbs.addWidget(self.yes)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(24, 24, 24, 16)
        whole.setSpacing(16)
        whole.addWidget(label(title, "heading"))
        if sentences:
            text = label(sentences)
            text.setMinimumWidth(min(440, (parent.width() if parent else 440) - 64))
            whole.addWidget(text)
        if body is not None:
            whole.addWidget(body)
        whole.addLayout(verbs)


def confirm(parent: QWidget | None, title: str, sentences: str, yes: str, *, danger: bool = False) -> bool:
    """True when the person says yes."""
    question = Question(parent, title, sentences, yes, danger=danger)
    agreed = question.exec() == QDialog.DialogCode.Accepted
    question.deleteLater()
    return agreed


def ask_name(parent: QWidget | None, title: str, field: str, present: str = "") -> str:
    """A name, trimmed; empty when the person changed their mind."""
    line = QLineEdit(present)
    line.setAccessibleName(field)
    line.setPlaceholderText(field)
    line.setMaxLength(200)
    question = Question(parent, title, "", "Create" if not present else "Rename", body=line)
    line.setFocus()
    agreed = question.exec() == QDialog.DialogCode.Accepted
    name = " ".join(line.text().split())
    question.deleteLater()
    return name if agreed else ""


def ask_export_path(parent: QWidget | None, title: str, form: str) -> str:
    """Where to write an export; empty when the person changed their mind."""
    ending, kind = ("json", "JSON (*.json)") if form == "json" else ("md", "Markdown (*.md)")
    return QFileDialog.getSaveFileName(parent, "Export the chat", file_name_for(title, ending), kind)[0]


def ask_import_path(parent: QWidget | None) -> str:
    """Which export to read; empty when the person changed their mind."""
    return QFileDialog.getOpenFileName(parent, "Import chats", "", "Consort export (*.json)")[0]


def ask_text_files(parent: QWidget | None) -> list[str]:
    """Which files to attach."""
    return QFileDialog.getOpenFileNames(parent, "Attach text files")[0]
