"""How the whole window looks: tokens, type sizes and spacing, light or dark, and the zoom.

Passed to every widget that needs a colour or a size; there is no global one. Knows nothing of what is shown.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QStyle

from desktop_app import palette
from desktop_app.stylesheet import stylesheet

Mode = Literal["system", "light", "dark"]
SMALLEST, LARGEST = 0.8, 2.0
_BASE = 15.0            # px at 100 % where the system's font has its usual size
_USUAL_SYSTEM = 13.4    # px: 10 pt at 96 dpi


class Theme(QObject):
    """Tokens and metrics of now; `changed` after any of them changed.

    Lengths and sizes are logical pixels. The zoom (0.8–2.0) scales type and what must grow with it.
    """

    changed = Signal()

    def __init__(self, app: QApplication, mode: Mode = "system", zoom: float = 1.0) -> None:
        super().__init__()
        self._app = app
        self._mode: Mode = mode
        self._zoom = _clamped(zoom)
        self._family = app.font().family()
        self._system = max(1.0, QFontInfo(app.font()).pixelSize() / _USUAL_SYSTEM)
        self._mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont).family()
        self.tokens = palette.LIGHT
        QGuiApplication.styleHints().colorSchemeChanged.connect(self._scheme_changed)
        self._apply()

    # ── what it is ───────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def dark(self) -> bool:
        return self.tokens is palette.DARK

    @property
    def zoom(self) -> float:
        return self._zoom

    @property
    def reduced_motion(self) -> bool:
        """The system asks for no animation (the style's animation duration is zero)."""
        style = self._app.style()
        return style.styleHint(QStyle.StyleHint.SH_Widget_Animation_Duration) == 0

    # ── what changes it ──────────────────────────────────────────────────────────────────────────────────────────
    def set_mode(self, mode: Mode) -> None:
        """Follow the system, or keep to light or dark."""
        if mode != self._mode:
            self._mode = mode
            self._apply()

    def set_zoom(self, zoom: float) -> None:
        """Scale the type; values outside 0.8–2.0 are brought inside."""
        zoom = _clamped(zoom)
        if zoom != self._zoom:
            self._zoom = zoom
            self._apply()

    # ── sizes ────────────────────────────────────────────────────────────────────────────────────────────────────
    @property
    def em(self) -> float:
        """The base type size: 15 px at 100 %, more where the system's own font is larger than usual."""
        return _BASE * self._system * self._zoom

    def px(self, length: float) -> int:
        """A length that grows with the type (icons, paddings inside text)."""
        return round(length * self._system * self._zoom)

    def font(self, scale: float = 1.0, *, bold: bool = False, mono: bool = False) -> QFont:
        """The interface font at `scale` em, or the monospace one (which is drawn at 0.92 of it)."""
        font = QFont(self._mono if mono else self._family)
        font.setPixelSize(max(6, round(self.em * scale * (0.92 if mono else 1.0))))
        if bold:
            font.setWeight(QFont.Weight.DemiBold)
        if mono:
            font.setStyleHint(QFont.StyleHint.Monospace)
        return font

    def colour(self, token: str) -> QColor:
        """The colour of a token, e.g. `muted`. AttributeError for a name that is none."""
        return QColor(getattr(self.tokens, token))

    def dot(self, skill: str) -> QColor:
        """The colour of the dot before a specialist's name."""
        return QColor(palette.dot_colour(skill, self.dark))

    # ── inside ───────────────────────────────────────────────────────────────────────────────────────────────────
    @Slot()
    def _scheme_changed(self) -> None:
        if self._mode == "system":
            self._apply()

    def _apply(self) -> None:
        self.tokens = palette.DARK if self._wants_dark() else palette.LIGHT
        self._app.setPalette(self._palette())
        self._app.setFont(self.font())
        self._app.setStyleSheet(stylesheet(self.tokens, self.em, self._system * self._zoom))
        self.changed.emit()

    def _wants_dark(self) -> bool:
        if self._mode != "system":
            return self._mode == "dark"
        return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark

    def _palette(self) -> QPalette:
        role = QPalette.ColorRole
        named = {
            role.Window: "background", role.Base: "background", role.AlternateBase: "surface", role.Button: "surface",
            role.WindowText: "text", role.Text: "text", role.ButtonText: "text", role.PlaceholderText: "muted",
            role.ToolTipBase: "raised", role.ToolTipText: "text", role.Highlight: "selection",
            role.HighlightedText: "text", role.Link: "accent", role.LinkVisited: "accent", role.Accent: "accent",
            role.Mid: "border", role.Light: "raised",
        }
        made = QPalette()
        for one, token in named.items():
            made.setColor(one, self.colour(token))
        for one in (role.WindowText, role.Text, role.ButtonText):
            made.setColor(QPalette.ColorGroup.Disabled, one, self.colour("muted"))
        return made


def _clamped(zoom: float) -> float:
    return round(min(LARGEST, max(SMALLEST, zoom)), 2)

