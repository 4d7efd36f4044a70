"""A display formula: drawn when it is complete, its source in monospace before that and where it cannot be drawn."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from desktop_app.blocks import Block
from desktop_app.formulas import Wanted, picture
from desktop_app.rendering import Rendering


class MathView(QWidget):
    """`put` the block as it is now. Wider formulas than the column are drawn smaller, down to half size."""

    def __init__(self, rendering: Rendering, block: Block, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.indent = block.indent
        self._rendering = rendering
        self._source = ""
        self._closed = False
        self._image: QImage | None = None
        self._pending = False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        rendering.formulas.ready.connect(self._formulas_ready)
        rendering.theme.changed.connect(self._draw)
        self.put(block)

    def put(self, block: Block) -> None:
        self._source, self._closed = block.text.strip(), block.closed
        self.setAccessibleName(f"Formula: {self._source[:500]}")
        self._draw()

    @property
    def drawn(self) -> bool:
        """Whether the picture is shown, not the source."""
        return self._image is not None

    @Slot()
    def _formulas_ready(self) -> None:
        if self._pending:
            self._draw()

    @Slot()
    def _draw(self) -> None:
        theme = self._rendering.theme
        self._image, self._pending = None, False
        if self._closed:
            made = self._rendering.formulas.get(Wanted(self._source, round(theme.em * 1.15), theme.tokens.text, False))
            self._pending = made is None
            if made is not None and made.svg:
                self._image = picture(made, max(1.0, self.devicePixelRatioF()))[0]
        self._fit()
        self.update()

    def _fit(self) -> None:
        theme = self._rendering.theme
        if self._image is not None:
            height = round(self._image.height() / self._image.devicePixelRatio() * self._scale())
        else:
            flags = Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignLeft
            self.setFont(theme.font(mono=True))
            wide = max(80, self.width())
            height = self.fontMetrics().boundingRect(0, 0, wide, 100_000, flags, self._source[:4_000]).height()
        if height + 8 != self.minimumHeight():
            self.setFixedHeight(height + 8)

    def _scale(self) -> float:
        if self._image is None:
            return 1.0
        wide = self._image.width() / self._image.devicePixelRatio()
        return max(0.5, min(1.0, self.width() / wide)) if wide > self.width() > 100 else 1.0

    def resizeEvent(self, event: object) -> None:
        self._fit()

    def sizeHint(self) -> QSize:
        return QSize(100, self.minimumHeight())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._image is not None:
            scale = self._scale()
            wide = self._image.width() / self._image.devicePixelRatio() * scale
            left = max(0.0, (self.width() - wide) / 2)
            painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
            painter.translate(left, 4)
            painter.scale(scale, scale)
            painter.drawImage(0, 0, self._image)
        else:
            painter.setPen(self._rendering.theme.colour("muted"))
            painter.setFont(self._rendering.theme.font(mono=True))
            flags = Qt.TextFlag.TextWrapAnywhere | Qt.AlignmentFlag.AlignLeft
            painter.drawText(self.rect().adjusted(0, 4, 0, -4), flags, self._source[:4_000])
        painter.end()
