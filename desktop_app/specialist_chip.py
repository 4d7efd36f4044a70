"""Who answers, and how sure the router was: a dot in the colour of the skill, a name, a number. Opens the card."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Slot
from PySide6.QtGui import QFontMetrics, QIcon, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from desktop_app.controls import KeyButton
from desktop_app.rendering import Rendering

LONGEST = 40        # characters of a name
_DOT, _ARROW, _GAP, _SIDE = 9, 12, 7, 4     # px at 100 %


class SpecialistChip(KeyButton):
    """`clicked`: the person wants to know why this one answers."""

    def __init__(self, rendering: Rendering, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rendering = rendering
        self._skill = self._name = self._sure = ""
        self.setProperty("kind", "chip")
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        rendering.theme.changed.connect(self._dress)
        self._dress()

    def show_who(self, name: str, skill: str, why: str, sure: str = "") -> None:
        """`sure` stands behind the name; `why` in words goes to screen readers here, and to the card."""
        self._skill, self._sure = skill, sure
        self._name = (name if len(name) <= LONGEST else name[:LONGEST - 1] + "…") or "Consort"
        self.setText(" · ".join(filter(None, (self._name, sure))).replace("&", "&&"))
        self.setAccessibleName(", ".join(filter(None, (f"Answered by {name or 'Consort'}", sure))))
        self.setAccessibleDescription(why)
        self.setToolTip("Who could have answered, and why this one")
        self._dress()

    def sizeHint(self) -> QSize:
        px = self._rendering.theme.px
        return QSize(self._around() + self._name_metrics().horizontalAdvance(self._name)
                     + self.fontMetrics().horizontalAdvance(self._tail()), self.fontMetrics().height() + px(8))

    def minimumSizeHint(self) -> QSize:
        return QSize(self._around() + self._rendering.theme.px(24), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme, px = self._rendering.theme, self._rendering.theme.px
        painter = QStylePainter(self)
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text, option.icon = "", QIcon()
        painter.drawControl(QStyle.ControlElement.CE_PushButton, option)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft

        def place(left: int, width: int, height: int) -> QRect:
            across = self.width() - left - width if mirrored else left
            return QRect(across, (self.height() - height) // 2, width, height)

        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.dot(self._skill) if self._skill else theme.colour("muted"))
        painter.drawEllipse(QRectF(place(px(_SIDE), px(_DOT), px(_DOT))))
        left = px(_SIDE) + px(_DOT) + px(_GAP)
        tail = self.fontMetrics().horizontalAdvance(self._tail())
        room = self.width() - self._around() - tail
        metrics = self._name_metrics()
        name = metrics.elidedText(self._name, Qt.TextElideMode.ElideRight, room)
        width = min(metrics.horizontalAdvance(name), room)
        painter.setFont(theme.font(bold=True))
        painter.setPen(theme.colour("text"))
        painter.drawText(place(left, width + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, name)
        painter.setFont(theme.font())
        painter.setPen(theme.colour("muted"))
        painter.drawText(place(left + width, tail + 1, self.height()), Qt.AlignmentFlag.AlignVCenter, self._tail())
        arrow = self._rendering.icons.pixmap("chevron-down", "muted", _ARROW)
        painter.drawPixmap(place(left + width + tail + px(4), px(_ARROW), px(_ARROW)), arrow)
        painter.end()

    def _tail(self) -> str:
        return f" · {self._sure}" if self._sure else ""

    def _name_metrics(self) -> QFontMetrics:
        return QFontMetrics(self._rendering.theme.font(bold=True))

    def _around(self) -> int:
        """All but the words."""
        px = self._rendering.theme.px
        return px(_SIDE) + px(_DOT) + px(_GAP) + px(4) + px(_ARROW) + px(_SIDE) + 2

    @Slot()
    def _dress(self) -> None:
        self.updateGeometry()
        self.update()
