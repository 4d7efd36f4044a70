"""The Tab key follows reading order, also where parts of a page were made later than what stands below them."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLayout, QWidget


def in_reading_order(widget: QWidget) -> list[QWidget]:
    """What Tab can reach inside, as the layouts put it: from top to bottom, and along each row."""
    here = [widget] if widget.focusPolicy() & Qt.FocusPolicy.TabFocus else []
    layout = widget.layout()
    return here + (_of_layout(layout) if layout is not None else [])


def _of_layout(layout: QLayout) -> list[QWidget]:
    found: list[QWidget] = []
    for position in range(layout.count()):
        item = layout.itemAt(position)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            found += in_reading_order(widget)
        elif inner is not None:
            found += _of_layout(inner)
    return found


class TabOrder:
    """Keeps one page in order; does nothing while the same things stand there."""

    def __init__(self, root: QWidget) -> None:
        self._root = root
        self._known: list[QWidget] = []

    def keep(self) -> None:
        """Put it in order, if something came or went."""
        found = in_reading_order(self._root)
        if found != self._known:
            self._known = found
            for one, following in pairwise(found):
                QWidget.setTabOrder(one, following)
