"""The strip above the composer while it hears: that it does, how loud, how to end it; or what is missing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.controls import IconButton, button, label
from desktop_app.desk import Desk
from desktop_app.dictation import Dictation
from desktop_app.level_meter import LevelMeter
from desktop_app.speech_offer import SpeechOffer

WORDS = {"opening": "Opening the microphone", "listening": "Listening", "hearing": "Listening",
         "thinking": "Writing it down"}


class DictationStrip(QFrame):
    """Hidden while nobody dictates. Signals: models_asked(), settings_asked()."""

    models_asked = Signal()
    settings_asked = Signal()

    def __init__(self, desk: Desk, dictation: Dictation) -> None:
        super().__init__()
        self._dictation = dictation
        self.setProperty("kind", "card")
        self.setAccessibleName("Dictation")
        self.words = label("", "strong", wrap=False)
        self.hint = label("", "muted")
        self.meter = LevelMeter()
        self.meter.setMaximumWidth(160)
        self.done = button("Done", dictation.end, "", "End dictation")
        self.close_button = IconButton("close", "Close", desk.theme, desk.icons)
        self.close_button.clicked.connect(dictation.end)
        self.settings = button("Voice settings", self.settings_asked.emit, "link")
        self.offer = SpeechOffer(desk, dictation.needs)
        self.offer.models_asked.connect(self.models_asked)
        self._row = QWidget()
        self._across = row = QHBoxLayout(self._row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.words)
        row.addWidget(self.meter, 1)
        self._room = QWidget()
        row.addWidget(self._room, 1)
        row.addWidget(self.settings)
        row.addWidget(self.done)
        row.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 6, 8, 6)
        whole.setSpacing(4)
        for each in (self._row, self.hint, self.offer):
            whole.addWidget(each)
        dictation.changed.connect(self.show_now)
        dictation.level_moved.connect(self.meter.set_level)
        self.show_now()

    def show_now(self) -> None:
        """Draw what is so."""
        dictation = self._dictation
        lacking = dictation.state == "lacking"
        self.setVisible(dictation.active)
        offers = lacking and bool(dictation.needs.missing)
        state = "opening" if dictation.state == "listening" and not dictation.open else dictation.state
        self.words.setText("To hear you, something is missing" if offers else
                           dictation.text if lacking else WORDS.get(state, ""))
        self.words.setWordWrap(lacking)
        self._across.setStretch(0, 1 if lacking else 0)
        self._room.setVisible(not lacking)
        self.hint.setText(dictation.hint if lacking else "Esc ends it. What you said stays and can be changed.")
        self.hint.setVisible(bool(self.hint.text()) and not offers)
        self.meter.setVisible(not lacking)
        if not dictation.open:
            self.meter.clear()
        self.done.setVisible(not lacking)
        self.done.setEnabled(dictation.state != "thinking")
        self.settings.setVisible(lacking and not offers)
        self.close_button.setVisible(lacking)
        self.offer.show_now()
