"""Text that arrives is not selected by arriving."""

from __future__ import annotations

from PySide6.QtGui import QTextCursor
from pytestqt.qtbot import QtBot

from desktop_app.rich_view import RichView


def test_inserted_text_is_not_selected(qtbot: QtBot) -> None:
    view = RichView()
    qtbot.addWidget(view)
    cursor = QTextCursor(view.document())
    for words in ("What is the capital of France?", "\nAnd of Spain?"):
        cursor.insertText(words)
    assert view.toPlainText().endswith("Spain?") and not view.textCursor().hasSelection()
