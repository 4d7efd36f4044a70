"""The scrolling column of messages. Follows the end until the person scrolls up; what they read never jumps.

Whatever changes above or below, the piece of text at the top of the view stays where it is (the anchor), unless the
column follows its end. Knows no message, only widgets with `anchors()`.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QPoint, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QSizePolicy, QSpacerItem, QVBoxLayout, QWidget

from desktop_app.rendering import Rendering

WIDEST_EM = 46
_NEAR_END = 24      # px from the end that still count as being there
_GAP = 8            # px between messages


class MessageColumn(QScrollArea):
    """`near_edge` with "before" or "after" when little is left in that direction; `stepped` with -1 or 1 (keys)."""

    near_edge = Signal(str)
    stepped = Signal(int)

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._following = True
        self._adjusting = False
        self._anchor: tuple[QWidget, int] | None = None
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.inner = QWidget()
        self.rows = QVBoxLayout(self.inner)
        self.rows.setSpacing(_GAP)
        self.rows.addSpacerItem(QSpacerItem(1, 1, QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Expanding))
        self.setWidget(self.inner)
        self.inner.setAutoFillBackground(False)
        self.viewport().setAutoFillBackground(False)
        bar = self.verticalScrollBar()
        bar.setSingleStep(28)
        bar.valueChanged.connect(self._moved)
        bar.rangeChanged.connect(self._keep_place)
        self.new_button = QPushButton("↓ New", self)
        self.new_button.setAccessibleName("Go to the newest words")
        self.new_button.clicked.connect(self.follow)
        self.new_button.hide()
        rendering.theme.changed.connect(self._set_margins)
        self._set_margins()

    # ── rows ─────────────────────────────────────────────────────────────────────────────────────────────────────
    def insert(self, index: int, widget: QWidget) -> None:
        self.rows.insertWidget(index, widget)
        widget.show()       # or its room is known only after the event loop has run

    def remove(self, widget: QWidget) -> None:
        """Take it out and let it go."""
        if self._anchor is not None and (self._anchor[0] is widget or widget.isAncestorOf(self._anchor[0])):
            self._anchor = None
        self.rows.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def settle(self) -> None:
        """Lay everything out now and keep the reader's place."""
        QCoreApplication.sendEvent(self.inner, QEvent(QEvent.Type.LayoutRequest))
        self._keep_place()

    def hold(self, widget: QWidget) -> None:
        """Keep `widget` a third below the upper edge until the person scrolls."""
        self._following = False
        self._anchor = (widget, self.viewport().height() // 3)
        self.settle()

    # ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def following(self) -> bool:
        return self._following

    @Slot()
    def follow(self) -> None:
        """Go to the end and stay there."""
        self._following = True
        self._anchor = None
        self.new_button.hide()
        self._keep_place()

    def something_new(self) -> None:
        """There are new words at the end: offer to go there if they are out of sight."""
        if not self._following and not self.new_button.isVisible():
            self._place_button()
            self.new_button.show()
            self.new_button.raise_()

    # ── the reader's place ───────────────────────────────────────────────────────────────────────────────────────
    def reveal(self, widget: QWidget, top: int = 0, height: int | None = None) -> None:
        """Scroll as little as needed to show `widget` (or `height` px from its `top`)."""
        self.rows.activate()
        above = widget.mapTo(self.inner, QPoint(0, top)).y()
        high = min(widget.height() if height is None else height, self.viewport().height() - 16)
        bar = self.verticalScrollBar()
        if above < bar.value() or above + high > bar.value() + self.viewport().height():
            low = above - 12 if height is None else above - self.viewport().height() // 3
            bar.setValue(max(0, low))
        self._moved()

    @Slot()
    def _moved(self) -> None:
        if self._adjusting:
            return
        bar = self.verticalScrollBar()
        self._following = bar.value() >= bar.maximum() - _NEAR_END
        if self._following:
            self.new_button.hide()
            self._anchor = None
        else:
            self._anchor = self._find_anchor()
        page = self.viewport().height()
        if bar.value() < page:
            self.near_edge.emit("before")
        if bar.value() > bar.maximum() - page:
            self.near_edge.emit("after")

    def _find_anchor(self) -> tuple[QWidget, int] | None:
        top = self.verticalScrollBar().value()
        for index in range(self.rows.count()):
            item = self.rows.itemAt(index)
            widget = item.widget() if item is not None else None
            if widget is None or widget.geometry().bottom() < top:
                continue
            found: tuple[QWidget, int] = (widget, widget.y() - top)
            pieces = widget.anchors() if hasattr(widget, "anchors") else []
            for piece in pieces:
                offset = piece.mapTo(self.inner, QPoint(0, 0)).y() - top
                found = (piece, offset)
                if offset >= 0 or (offset + piece.height() > 0 and piece is not widget):
                    break
            return found
        return None

    @Slot()
    def _keep_place(self) -> None:
        bar = self.verticalScrollBar()
        wanted = bar.value()
        if self._following:
            wanted = bar.maximum()
        elif self._anchor is not None:
            wanted = self._anchor[0].mapTo(self.inner, QPoint(0, 0)).y() - self._anchor[1]
        self._adjusting = True
        try:
            bar.setValue(wanted)
        finally:
            self._adjusting = False

    # ── size and keys ────────────────────────────────────────────────────────────────────────────────────────────
    @Slot()
    def _set_margins(self) -> None:
        width = self.width()
        column = round(self._rendering.theme.em * WIDEST_EM) + 16
        side = max(8 if width < 560 else 24, (width - column) // 2)
        self.rows.setContentsMargins(side, 16, side, 16)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._set_margins()
        super().resizeEvent(event)
        self._place_button()
        self._keep_place()

    def _place_button(self) -> None:
        self.new_button.adjustSize()
        self.new_button.move((self.width() - self.new_button.width()) // 2,
                             self.height() - self.new_button.height() - 12)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.stepped.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        elif event.key() in (Qt.Key.Key_Home, Qt.Key.Key_End):
            bar = self.verticalScrollBar()
            bar.setValue(bar.minimum() if event.key() == Qt.Key.Key_Home else bar.maximum())
        else:
            super().keyPressEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.LayoutDirectionChange:
            self._place_button()
