"""What the four pages of Models have in common: one column, and how they are put on show."""

from __future__ import annotations

from PySide6.QtCore import Signal

from desktop_app.desk import Desk
from desktop_app.model_list import ModelList
from desktop_app.scroll_page import ScrollColumn
from desktop_app.shown import Shown
from desktop_app.tab_order import TabOrder

WIDTH_EM = 50


class ModelsColumn(ScrollColumn):
    """Signals: opened(key of a model), page_asked(name of another of the pages). Attributes: tabs, to be
    kept in order after a change."""

    opened = Signal(str)
    page_asked = Signal(str)

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk, WIDTH_EM)
        self.tabs = TabOrder(self._inner)

    def begin(self) -> None:
        """The page comes on show."""
        self.show_now()

    def show_changes(self, changed: Shown) -> None:
        """Draw what changed in the view state."""
        self.show_now()

    def show_now(self) -> None:
        """Draw what the view state says, in place."""

    def lists(self) -> list[ModelList]:
        """The lists a model may stand in."""
        return []

    def focus_first(self) -> bool:
        """The keys go to what there is to do first. False: there is nothing yet."""
        return False
