"""The sources below an answer: places, quotations, and what is not borne out; a document's words are never markup."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from desktop_app.sources_view import SourcesView
from router.parts import Citation, Source, SourcesPart

TEXT = "The <b>key</b> is red. Bread is baked at four."
PART = SourcesPart((Source(1, "sha", "a.pdf", "/a.pdf", TEXT, 100, 100 + len(TEXT), page=3, headings=("Keys",)),
                    Source(2, "sha", "b.md", "/b.md", "Nothing.", 0, 8)),
                   (Citation(0, 10, 1, 100, 122, True), Citation(10, 20, 1, 123, 146, False)))


def test_a_cited_source_is_shown_with_its_place_its_words_and_a_warning(qtbot: QtBot) -> None:
    view = SourcesView(PART)
    qtbot.addWidget(view)
    labels = view.findChildren(QLabel)
    assert [label.text() for label in labels] == [
        "[1] a.pdf, page 3 · Keys", "“The <b>key</b> is red.”",
        "Careful: not every sentence with this mark is borne out by it."]
    assert all(label.textFormat() == Qt.TextFormat.PlainText for label in labels)
    assert "a.pdf, page 3" in view.accessibleName()
