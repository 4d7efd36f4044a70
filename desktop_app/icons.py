"""Line icons: SVG files of resources/icons, drawn in the theme's colours at load. Knows no widget."""

from __future__ import annotations

from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_app.theme import Theme

SIDE = 20   # px: the icons are drawn on a grid of 20 × 20


class Icons:
    """Icons by file name without its ending, e.g. `copy`; `FileNotFoundError` for one that does not exist."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._drawn: dict[tuple[str, str, int], QIcon] = {}
        theme.changed.connect(self._drawn.clear)

    def icon(self, name: str, token: str = "muted", side: int = SIDE) -> QIcon:
        """The icon in the colour of `token`, `side` px at 100 % zoom, sharp on screens of 1 to 3 pixels per px."""
        colour = self._theme.colour(token).name()
        size = self._theme.px(side)
        key = (name, colour, size)
        if key not in self._drawn:
            self._drawn[key] = self._draw(name, colour, size)
        return self._drawn[key]

    def pixmap(self, name: str, token: str = "muted", side: int = SIDE) -> QPixmap:
        """The same as a pixmap, for labels."""
        return self.icon(name, token, side).pixmap(self._theme.px(side))

    def _draw(self, name: str, colour: str, size: int) -> QIcon:
        source = (files("resources") / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        renderer = QSvgRenderer(QByteArray(source.replace("currentColor", colour).encode()))
        icon = QIcon()
        for density in (1, 2, 3):
            pixmap = QPixmap(size * density, size * density)
            pixmap.fill(Qt.GlobalColor.transparent)
            painter = QPainter(pixmap)
            renderer.render(painter, QRectF(0, 0, size * density, size * density))
            painter.end()
            pixmap.setDevicePixelRatio(density)
            icon.addPixmap(pixmap)
        return icon
