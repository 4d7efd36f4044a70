"""Check boxes and radio buttons drawn in the theme's colours: the platform's own nearly vanish on a dark page."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QCheckBox, QRadioButton, QSizePolicy

from desktop_app.theme import Theme

BOX, GAP, EDGE = 16, 8, 3       # px at 100 %: the indicator, the room before the words, the room for the focus ring


def _size(button: QCheckBox | QRadioButton, theme: Theme) -> QSize:
    words = button.fontMetrics().horizontalAdvance(button.text().replace("&&", "&"))
    return QSize(2 * EDGE + theme.px(BOX) + theme.px(GAP) + words + 2,
                 max(theme.px(BOX), button.fontMetrics().height()) + 2 * EDGE + 2)


def _paint(button: QCheckBox | QRadioButton, theme: Theme, *, round_: bool) -> None:
    """The indicator with its sign, the words, and a ring around both while it has the focus."""
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    side, on, able = theme.px(BOX), button.isChecked(), button.isEnabled()
    mirrored = button.layoutDirection() == Qt.LayoutDirection.RightToLeft
    left = button.width() - EDGE - side if mirrored else EDGE
    box = QRectF(left + 0.75, (button.height() - side) / 2 + 0.75, side - 1.5, side - 1.5)
    fill: QColor = theme.colour(("accent" if on else "raised") if able else "hover")
    painter.setPen(QPen(theme.colour("accent" if on and able else "muted"), 1.5))
    painter.setBrush(fill)
    corner = box.width() / 2 if round_ else 4
    painter.drawRoundedRect(box, corner, corner)
    if on:
        mark = theme.colour("on_accent" if able else "muted")
        if round_:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(mark)
            painter.drawEllipse(box.center(), side * 0.19, side * 0.19)
        else:
            painter.setPen(QPen(mark, side * 0.12, c=Qt.PenCapStyle.RoundCap, j=Qt.PenJoinStyle.RoundJoin))
            painter.drawPolyline(QPolygonF([box.topLeft() + QPointF(x * box.width(), y * box.height())
                                            for x, y in ((0.24, 0.52), (0.43, 0.71), (0.77, 0.32))]))
    painter.setPen(theme.colour("text" if able else "muted"))
    words_left = EDGE if mirrored else EDGE + side + theme.px(GAP)
    words = QRect(words_left, 0, button.width() - 2 * EDGE - side - theme.px(GAP), button.height())
    aligned = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
    text = button.fontMetrics().elidedText(button.text().replace("&&", "&"), Qt.TextElideMode.ElideRight, words.width())
    painter.drawText(words, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | aligned, text)
    if button.hasFocus():
        painter.setPen(QPen(theme.colour("focus"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(button.rect()).adjusted(1, 1, -1, -1), 6, 6)
    painter.end()


class CheckBox(QCheckBox):
    """A box with a tick."""

    def __init__(self, words: str, theme: Theme) -> None:
        super().__init__(words.replace("&", "&&"))
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)      # narrower: words end in …

    def sizeHint(self) -> QSize:
        return _size(self, self._theme)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self.sizeHint().height())

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, self._theme, round_=False)


class RadioButton(QRadioButton):
    """A ring with a dot."""

    def __init__(self, words: str, theme: Theme) -> None:
        super().__init__(words.replace("&", "&&"))
        self._theme = theme
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)      # narrower: words end in …

    def sizeHint(self) -> QSize:
        return _size(self, self._theme)

    def minimumSizeHint(self) -> QSize:
        return QSize(self._theme.px(60), self.sizeHint().height())

    def hitButton(self, place: QPoint) -> bool:
        return self.rect().contains(place)

    def paintEvent(self, event: QPaintEvent) -> None:
        _paint(self, self._theme, round_=True)
