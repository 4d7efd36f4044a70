"""What the person wrote, exactly as they wrote it, on a light tint; long ones folded, attachments as chips."""

from __future__ import annotations

from PySide6.QtCore import QMargins, QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent, QTextCharFormat, QTextCursor
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QSizePolicy,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_app.flow import FlowLayout
from desktop_app.message_frame import MessageFrame
from desktop_app.prose_formats import ProseFormats
from desktop_app.rendering import Rendering
from desktop_app.rich_view import RichView
from desktop_app.visible_text import break_runs, clean, show_hidden
from desktop_app.words import size_in_words
from router.parts import AttachmentPart
from router.views import MessageView

FOLDED_LINES = 30
FOLDED = 3_000          # characters
_AT_A_TIME = 60_000     # characters more with each *Show more*
_WIDEST = 0.86          # of the column
_INSIDE = QMargins(14, 10, 14, 10)


class PersonMessage(MessageFrame):
    """The bubble hugs its words and never takes the whole column, except on narrow windows."""

    def __init__(self, rendering: Rendering, view: MessageView) -> None:
        super().__init__(rendering, view, ("edit", "copy", "delete"))
        self._text = clean(self.words)
        self._shown = 0
        self._bubble = QFrame()
        self._bubble.setProperty("kind", "tint")
        self._bubble.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        inside = QVBoxLayout(self._bubble)
        inside.setContentsMargins(_INSIDE)
        inside.setSpacing(8)
        attached = [part for part in view.parts if isinstance(part, AttachmentPart)]
        if attached:
            inside.addWidget(_chips(rendering, attached))
        self.text = RichView()
        self.text.setAccessibleName("Your message")
        inside.addWidget(self.text)
        self._more = QPushButton("Show more")
        self._more.setProperty("kind", "link")
        self._more.clicked.connect(self._show_more)
        inside.addWidget(self._more, 0, Qt.AlignmentFlag.AlignLeft)
        row = QHBoxLayout()
        row.addStretch()
        row.addWidget(self._bubble)
        self.column.addLayout(row)
        bottom = QHBoxLayout()
        bottom.addStretch()
        self.row.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        bottom.addWidget(self.row)
        self.column.addLayout(bottom)
        self.column.setSpacing(2)
        self.name_it("You")
        rendering.theme.changed.connect(self._theme_changed)
        self._write(_folded_end(self._text))

    def editors(self) -> list[QTextEdit | QPlainTextEdit]:
        return [self.text]

    @property
    def folded(self) -> bool:
        """Whether some of it is behind *Show more*."""
        return self._shown < len(self._text)

    def _write(self, end: int) -> None:
        formats = ProseFormats(self.rendering.theme)
        cursor = QTextCursor(self.text.document())
        cursor.movePosition(QTextCursor.MoveOperation.End)
        block = formats.block(below=0)
        block.setAlignment(Qt.AlignmentFlag.AlignLeading)
        cursor.setBlockFormat(block)
        cursor.insertText(break_runs(self._text[self._shown : end]), QTextCharFormat(formats.text))
        self._shown = end
        self._more.setVisible(self.folded)
        self.text.setVisible(bool(self._text))
        self._hug()

    @Slot()
    def _show_more(self) -> None:
        self._write(min(len(self._text), self._shown + _AT_A_TIME))

    def _hug(self) -> None:
        """As wide as its words need, at most most of the column."""
        largest = max(80, round(self.width() * (_WIDEST if self.width() > 520 else 1.0)) - 30 - 16)
        document = self.text.document()
        document.setTextWidth(largest)
        ideal = document.idealWidth()
        self.text.setFixedWidth(min(largest, round(ideal) + 2))
        document.setTextWidth(self.text.width())
        self.text.fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._hug()

    def minimumSizeHint(self) -> QSize:
        return QSize(100, super().minimumSizeHint().height())

    @Slot()
    def _theme_changed(self) -> None:
        end, self._shown = self._shown, 0
        self.text.clear()
        self._write(end)


def _folded_end(text: str) -> int:
    """How many characters to show of a long text at first."""
    if len(text) <= FOLDED and text.count("\n") < FOLDED_LINES:
        return len(text)
    end = -1
    for _ in range(FOLDED_LINES):
        end = text.find("\n", end + 1)
        if end < 0:
            break
    return min(FOLDED, len(text)) if end < 0 or end > FOLDED else end


def _chips(rendering: Rendering, attached: list[AttachmentPart]) -> QWidget:
    row = QWidget()
    flow = FlowLayout(row)
    for part in attached:
        chip = QFrame()
        chip.setProperty("kind", "card")
        line = QHBoxLayout(chip)
        line.setContentsMargins(8, 4, 10, 4)
        line.setSpacing(6)
        icon = QLabel()
        icon.setPixmap(rendering.icons.pixmap("file", "muted", 16))
        name = show_hidden(part.name)
        shown = name if len(name) <= 40 else f"{name[:24]}…{name[-12:]}"
        words = QLabel(f"{shown} · {size_in_words(part.size or len(part.text.encode(errors='replace')))}")
        words.setTextFormat(Qt.TextFormat.PlainText)
        chip.setAccessibleName(f"Attached file {name}")
        line.addWidget(icon)
        line.addWidget(words)
        flow.addWidget(chip)
    return row
