"""What the chat has of speech, above the composer: an answer read aloud, and dictation into the composer."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_app.composer import Composer
from desktop_app.desk import Desk
from desktop_app.dictation import Dictation
from desktop_app.dictation_strip import DictationStrip
from desktop_app.reading_aloud import ReadingAloud
from desktop_app.reading_bar import ReadingBar


class ChatSpeech(QWidget):
    """Attributes: reading and its bar, dictation and its strip. Signals: models_asked(), settings_asked()."""

    models_asked = Signal()
    settings_asked = Signal()

    def __init__(self, desk: Desk, composer: Composer) -> None:
        super().__init__()
        self.reading = ReadingAloud(desk, self)
        self.reading_bar = ReadingBar(desk, self.reading)
        self.dictation = Dictation(desk, self)
        self.strip = DictationStrip(desk, self.dictation)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        for bar in (self.reading_bar, self.strip):
            column.addWidget(bar)
            bar.models_asked.connect(self.models_asked)
        self.strip.settings_asked.connect(self.settings_asked)
        composer.dictate_asked.connect(self.dictation.begin_or_end)
        self.dictation.hearing.connect(composer.edit.show_heard)
        self.dictation.said.connect(composer.edit.write_heard)
        self.dictation.changed.connect(lambda: composer.set_dictating(self.dictation.active))

    def take(self, event: object) -> None:
        """An event of the router."""
        self.reading.take(event)
        self.dictation.take(event)

    def show_installs(self) -> None:
        """A download has moved."""
        self.reading_bar.show_now()
        self.strip.show_now()

    def escape(self) -> bool:
        """Close the innermost that is open; False: nothing was."""
        if self.dictation.active:
            self.dictation.end()
        elif self.reading.active:
            self.reading.stop()
        else:
            return False
        return True
