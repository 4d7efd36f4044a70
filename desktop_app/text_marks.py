"""Marks on shown text that different things put there: each has its own and leaves those of others alone.

Whose a mark is stands in its format. What is found lies above the sentence that is being read.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum

from PySide6.QtGui import QColor, QTextCharFormat, QTextCursor, QTextFormat
from PySide6.QtWidgets import QPlainTextEdit, QTextEdit

_OWNER = QTextFormat.Property.UserProperty.value + 1
Editor = QTextEdit | QPlainTextEdit


class Owner(IntEnum):
    """From the lowest to the highest."""

    READING = 1
    FINDING = 2


def mark_of(owner: Owner, cursor: QTextCursor, background: QColor) -> QTextEdit.ExtraSelection:
    """One stretch of text with another background."""
    look = QTextCharFormat()
    look.setBackground(background)
    look.setProperty(_OWNER, int(owner))
    made = QTextEdit.ExtraSelection()
    made.cursor, made.format = cursor, look
    return made


def marks_on(editor: Editor, owner: Owner) -> list[QTextEdit.ExtraSelection]:
    """Those that `owner` has put on it."""
    return [each for each in editor.extraSelections() if each.format.intProperty(_OWNER) == owner]


def put_marks(editor: Editor, owner: Owner, marks: Iterable[QTextEdit.ExtraSelection]) -> None:
    """These instead of the owner's earlier ones; none takes them away."""
    others = [each for each in editor.extraSelections() if each.format.intProperty(_OWNER) != owner]
    editor.setExtraSelections(sorted([*others, *marks], key=lambda each: each.format.intProperty(_OWNER)))
