"""Sidebar and pages side by side; in a narrow window the sidebar is a drawer over the page.

Knows widths, not what is shown.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from desktop_app.theme import Theme

NARROW = 720            # px: below this width the sidebar is a drawer
SIDEBAR = 264           # px at 100 % zoom


class Scrim(QWidget):
    """Darkens the page under the drawer; a click on it closes the drawer."""

    clicked = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setStyleSheet("background: rgba(0, 0, 0, 90);")

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.clicked.emit()


class Frame(QWidget):
    """Signals: sidebar_hidden(bool), whether pages should show their own button for it."""

    sidebar_hidden = Signal(bool)

    def __init__(self, sidebar: QWidget, pages: QWidget, theme: Theme) -> None:
        super().__init__()
        self._sidebar, self._pages, self._theme = sidebar, pages, theme
        self._wanted = True             # in a wide window
        self._open = False              # in a narrow one
        sidebar.setParent(self)
        pages.setParent(self)
        self._edge = QFrame(self)
        self._edge.setProperty("kind", "line")
        self._scrim = Scrim(self)
        self._scrim.clicked.connect(self.close_drawer)
        self._scrim.hide()
        theme.changed.connect(self.place)

    @property
    def narrow(self) -> bool:
        """The sidebar is a drawer. A larger type needs a wider window."""
        return self.width() < max(NARROW, SIDEBAR * self._theme.zoom + 456)

    @property
    def drawer_open(self) -> bool:
        """The drawer lies over the page."""
        return self.narrow and self._open

    def toggle(self) -> None:
        """Show or hide the sidebar."""
        if self.narrow:
            self._open = not self._open
        else:
            self._wanted = not self._wanted
        self.place()
        if self.drawer_open:
            self._sidebar.setFocus()
            self._sidebar.focusNextChild()

    def show_sidebar(self) -> None:
        """Make sure it can be seen."""
        if (self.narrow and not self._open) or (not self.narrow and not self._wanted):
            self.toggle()

    def close_drawer(self) -> bool:
        """True: it was open."""
        was = self.drawer_open
        self._open = False
        self.place()
        return was

    def place(self) -> None:
        """Put both where they belong, mirrored where reading goes from right to left."""
        narrow, height = self.narrow, self.height()
        width = min(self._theme.px(SIDEBAR), self.width() - 48) if narrow else self._theme.px(SIDEBAR)
        shown = self._open if narrow else self._wanted
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        beside = width if shown and not narrow else 0
        left = self.width() - width if mirrored else 0
        self._sidebar.setGeometry(left, 0, width, height)
        self._pages.setGeometry(QRect(0 if mirrored else beside, 0, self.width() - beside, height))
        self._edge.setGeometry(left - 1 if mirrored else width, 0, 1, height)
        self._edge.setStyleSheet(f"background: {self._theme.tokens.border}; max-height: 16777215px;")
        self._scrim.setGeometry(self.rect())
        self._scrim.setVisible(narrow and shown)
        self._sidebar.setVisible(shown)
        self._edge.setVisible(shown)
        if hasattr(self._sidebar, "set_drawer"):
            self._sidebar.set_drawer(narrow)
        if narrow:
            self._scrim.raise_()
            self._sidebar.raise_()
        self.sidebar_hidden.emit(not shown or narrow)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.place()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self.place()
        super().changeEvent(event)
