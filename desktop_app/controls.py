"""The small controls everything is built from, each with an accessible name and a look by `kind`.

Text is always plain: nothing that a model, a file or a person wrote is ever read as markup. Knows no page.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QStyleOptionButton, QToolButton, QWidget

from desktop_app.icons import Icons
from desktop_app.theme import Theme
from desktop_app.visible_text import tooltip


class KeyButton(QPushButton):
    """A push button that Enter presses too while it has the focus, in a dialog or not, as people expect.

    Where there is no room for its words they end in …
    """

    _cut = 0        # px that are missing for all of its words

    def initStyleOption(self, option: QStyleOptionButton) -> None:
        super().initStyleOption(option)
        if self._cut > 0:
            words = self.fontMetrics()
            option.text = words.elidedText(option.text, Qt.TextElideMode.ElideRight,
                                           words.horizontalAdvance(option.text) - self._cut)

    def sizeHint(self) -> QSize:
        cut, self._cut = self._cut, 0
        wanted = super().sizeHint()
        self._cut = cut
        return wanted

    def paintEvent(self, event: QPaintEvent) -> None:
        self._cut = self.sizeHint().width() - self.width()
        super().paintEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class IconButton(QToolButton):
    """A button that is only an icon; `words` are its name for screen readers and its tooltip."""

    def __init__(self, name: str, words: str, theme: Theme, icons: Icons, parent: QWidget | None = None,
                 token: str = "muted") -> None:
        super().__init__(parent)
        self._name, self._token, self._theme, self._icons = name, token, theme, icons
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAutoRaise(True)
        self.set_look(name, words, token)
        theme.changed.connect(self._draw)

    def set_look(self, name: str, words: str, token: str = "muted") -> None:
        """Another icon with another meaning."""
        self._name, self._token = name, token
        self.setAccessibleName(words)
        self.setToolTip(tooltip(words))
        self._draw()

    def _draw(self) -> None:
        self.setIcon(self._icons.icon(self._name, self._token))
        self.setIconSize(QSize(self._theme.px(20), self._theme.px(20)))


class ElidedLabel(QLabel):
    """One line of plain text that ends in … when there is no room; the tooltip has all of it."""

    def __init__(self, text: str = "", kind: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.setProperty("kind", kind)
        self._whole = ""
        self.set_whole(text)

    def set_whole(self, text: str) -> None:
        """Show `text`, as much as fits."""
        self._whole = text
        self.setAccessibleName(text)
        self._fit()

    @property
    def whole(self) -> str:
        """The text without any …"""
        return self._whole

    def resizeEvent(self, event: object) -> None:
        super().resizeEvent(event)  # type: ignore[arg-type]
        self._fit()

    def _fit(self) -> None:
        fitted = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, max(self.width(), 1))
        self.setText(fitted)
        self.setToolTip(tooltip(self._whole) if fitted != self._whole else "")


def label(text: str = "", kind: str = "", *, wrap: bool = True) -> QLabel:
    """A label of plain text; wrapping ones take the height they need."""
    made = QLabel()
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setText(text)
    made.setWordWrap(wrap)
    if kind:
        made.setProperty("kind", kind)
    return made


def button(text: str, clicked: Callable[[], object], kind: str = "", name: str = "") -> QPushButton:
    """A push button; `name` is what a screen reader says where the text alone is not enough."""
    made = KeyButton(text.replace("&", "&&"))
    made.setAutoDefault(False)
    if kind:
        made.setProperty("kind", kind)
    made.setAccessibleName(name or text)
    made.clicked.connect(lambda _=False: clicked())
    return made


def line() -> QFrame:
    """A hairline."""
    made = QFrame()
    made.setProperty("kind", "line")
    return made


def card(parent: QWidget | None = None) -> QFrame:
    """A bordered surface with round corners."""
    made = QFrame(parent)
    made.setProperty("kind", "card")
    return made
