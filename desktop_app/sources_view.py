"""What an answer rests on, below it: each source that is cited with its place and the sentence that bears it out.

It shows a SourcesPart; it opens and reads no file.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from router.parts import Source, SourcesPart

LONGEST_QUOTE = 240


class SourcesView(QFrame):
    """Plain words only: what a document says is never taken for markup."""

    def __init__(self, part: SourcesPart, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "notice")
        self.lines = lines_of(part)
        self.setAccessibleName(f"Sources: {'; '.join(place for place, _, _ in self.lines)}")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(12, 10, 12, 10)
        layout.setSpacing(4)
        for place, quote, warning in self.lines:
            layout.addWidget(_label(place, ""))
            if quote:
                layout.addWidget(_label(quote, "muted"))
            if warning:
                layout.addWidget(_label(warning, "muted"))
        self.setVisible(bool(self.lines))


def lines_of(part: SourcesPart) -> list[tuple[str, str, str]]:
    """(place, quotation, warning) of each source that is cited; empty where there is nothing to say."""
    lines = []
    for source in part.sources:
        here = [one for one in part.citations if one.source == source.number]
        if not here:
            continue
        quotes = dict.fromkeys((one.quote_start, one.quote_end) for one in here if one.supported)
        words = [" ".join(source.text[start - source.start:end - source.start].split()) for start, end in quotes]
        warning = "" if all(one.supported for one in here) else (
            "Careful: not every sentence with this mark is borne out by it.")
        lines.append((f"[{source.number}] {place_of(source)}",
                      " … ".join(f"“{one[:LONGEST_QUOTE]}”" for one in words), warning))
    return lines


def place_of(source: Source) -> str:
    """File, page, sheet, row, headings, in words."""
    places = (source.title, f"page {source.page}" if source.page else "", source.sheet,
              f"row {source.row}" if source.row else "")
    where = ", ".join(place for place in places if place)
    return where + (f" · {' › '.join(source.headings)}" if source.headings else "")


def _label(text: str, kind: str) -> QLabel:
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    if kind:
        made.setProperty("kind", kind)
    return made
