"""Formulas inside rich text: their sources, once the pictures are made, become pictures. Knows no message."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QFontMetrics, QTextCharFormat, QTextCursor, QTextDocument, QTextImageFormat
from PySide6.QtWidgets import QTextEdit

from desktop_app.formulas import Wanted, picture
from desktop_app.prose_formats import FORMULA, FORMULA_KIND
from desktop_app.rendering import Rendering

_SIZE = 1.05    # em: the math font looks smaller than a text font of the same size


def draw_formulas(view: QTextEdit, rendering: Rendering, start: int = 0) -> bool:
    """Draw those after position `start` that are made and order the others; whether any are still to come."""
    found: list[tuple[int, int, QTextCharFormat]] = []
    block = view.document().findBlock(start)
    while block.isValid():
        walk = block.begin()
        while not walk.atEnd():
            piece = walk.fragment()
            if piece.isValid() and piece.charFormat().hasProperty(FORMULA):
                found.append((piece.position(), piece.length(), piece.charFormat()))
            walk += 1
        block = block.next()
    waiting = [not _draw(view, rendering, *one) for one in reversed(found)]
    return any(waiting)


def _draw(view: QTextEdit, rendering: Rendering, position: int, length: int, style: QTextCharFormat) -> bool:
    """Whether this one is settled, drawn or not."""
    theme = rendering.theme
    inline = style.property(FORMULA_KIND) == "inline"
    wanted = Wanted(str(style.property(FORMULA)), round(theme.em * _SIZE), theme.tokens.text, inline)
    made = rendering.formulas.get(wanted)
    if made is None:
        return False
    if made.svg:
        descent = QFontMetrics(theme.font()).descent()
        density = max(1.0, view.devicePixelRatioF())
        image, depth = picture(made, density, descent)
        address = QUrl(f"formula:{abs(hash((wanted, density)))}")
        view.document().addResource(QTextDocument.ResourceType.ImageResource, address, image)
        drawn = QTextImageFormat()
        drawn.setName(address.toString())
        drawn.setWidth(image.width() / density)
        drawn.setHeight(image.height() / density)
        alignment = QTextCharFormat.VerticalAlignment
        drawn.setVerticalAlignment(alignment.AlignMiddle if depth > descent else alignment.AlignBaseline)
        cursor = QTextCursor(view.document())
        cursor.setPosition(position)
        cursor.setPosition(position + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.insertImage(drawn)
    return True
