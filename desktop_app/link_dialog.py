"""Before a link opens: the whole real address, nothing hidden, and the host it leads to. Opens nothing by itself."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QDialogButtonBox, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from desktop_app.theme import Theme
from desktop_app.visible_text import host_of, may_open, scheme_of, shown_address


class LinkDialog(QDialog):
    """`exec` is Accepted when the person wants to open it; that is only offered for http, https and mailto."""

    def __init__(self, theme: Theme, address: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.address = address.strip()
        allowed = may_open(self.address)
        self.setWindowTitle("Open this link?" if allowed else "This link is not opened")
        if not allowed:
            said = "Only web and mail addresses are opened. You can copy this one."
        elif scheme_of(self.address) == "mailto":
            said = f"It begins a mail to someone at {host_of(self.address) or 'an address'}."
        else:
            said = f"It leads to {host_of(self.address) or 'an address without a host'}, in your browser."
        heading = _plain(self.windowTitle(), "heading")
        lead = _plain(said)
        self.shown = QPlainTextEdit(shown_address(self.address))
        self.shown.setReadOnly(True)
        self.shown.setTabChangesFocus(True)
        self.shown.setAccessibleName("The whole address")
        self.shown.setFont(theme.font(mono=True))
        self.shown.setFixedHeight(round(theme.em * 6))
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 24, 24, 16)
        column.setSpacing(12)
        for widget in (heading, lead, self.shown):
            column.addWidget(widget)
        if allowed and _looks_foreign(self.address):
            column.addWidget(_plain("The name of this host has letters that can be mistaken for others.", "warning"))
        buttons = QDialogButtonBox()
        leave = buttons.addButton("Leave it", QDialogButtonBox.ButtonRole.RejectRole)
        self.open_button: QPushButton | None = None
        if allowed:
            self.open_button = buttons.addButton("Open", QDialogButtonBox.ButtonRole.AcceptRole)
            self.open_button.setAutoDefault(False)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        leave.setDefault(True)
        leave.setFocus()
        column.addWidget(buttons)
        self.resize(round(theme.em * 32), self.sizeHint().height())


def offer_link(theme: Theme, address: str, parent: QWidget) -> None:
    """Ask, and open it in the person's own browser if they want that."""
    asked = LinkDialog(theme, address, parent)
    if asked.exec() == QDialog.DialogCode.Accepted:
        QDesktopServices.openUrl(asked.address)
    asked.deleteLater()


def _looks_foreign(address: str) -> bool:
    return any(label.startswith("xn--") for label in host_of(address).split("."))


def _plain(text: str, kind: str = "") -> QLabel:
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(True)
    if kind:
        label.setProperty("kind", kind)
    return label
