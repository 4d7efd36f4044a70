"""The small bar of an answer read aloud: sentence by sentence, pause, speed, voice, stop; or what is missing."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from desktop_app import model_actions
from desktop_app.beside import Beside
from desktop_app.choice_field import ChoiceField
from desktop_app.controls import IconButton, button, label
from desktop_app.desk import Desk
from desktop_app.flow import FlowLayout
from desktop_app.install_progress import InstallProgress
from desktop_app.reading_aloud import SPEEDS, ReadingAloud
from desktop_app.words import size_in_words

_WORDS = {"thinking": "The voice is getting ready", "speaking": "Reading aloud", "paused": "Reading is paused"}


class ReadingBar(QFrame):
    """Hidden while nothing is read. Signals: models_asked()."""

    models_asked = Signal()

    def __init__(self, desk: Desk, reading: ReadingAloud, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._reading = desk, reading
        self.setProperty("kind", "card")
        self.setAccessibleName("Reading aloud")
        self.words = label("", wrap=True)
        self.hint = label("", "muted")
        self.back = self._button("chevron-left", "The sentence before", lambda: reading.step(-1))
        self.pause = self._button("pause", "Pause reading", reading.pause)
        self.forward = self._button("chevron-right", "The next sentence", lambda: reading.step(1))
        self.stop = self._button("stop", "Stop reading", reading.stop)
        self.speed = ChoiceField(desk, "Speed", tuple((each, f"{each} ×")
                                                      for each in SPEEDS))
        self.speed.setMinimumContentsLength(5)
        self.speed.setMinimumWidth(64)
        self.speed.activated.connect(lambda _: reading.set_speed(self.speed.currentData()))
        self.voice = ChoiceField(desk, "Voice")
        self.voice.setMinimumWidth(64)
        self.voice.activated.connect(lambda _: reading.set_voice(self.voice.currentData()))
        self.close_button = self._button("close", "Close", reading.stop)
        self.progress = InstallProgress(desk, "")
        self._choices = QWidget()
        self._flow = FlowLayout(self._choices)
        self._lay_out()
        reading.changed.connect(self.show_now)
        self.show_now()

    def _lay_out(self) -> None:
        said = QWidget()
        words = QVBoxLayout(said)
        words.setContentsMargins(0, 4, 0, 4)
        words.setSpacing(0)
        words.addWidget(self.words)
        words.addWidget(self.hint)
        self._controls = QWidget()
        row = QHBoxLayout(self._controls)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2)
        for each in (self.back, self.pause, self.forward, self.stop, self.speed, self.voice):
            row.addWidget(each)
        top = QHBoxLayout()
        top.addWidget(Beside(self._desk.theme, said, self._controls, 4, least_em=38), 1)
        top.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(12, 4, 8, 4)
        whole.setSpacing(4)
        whole.addLayout(top)
        whole.addWidget(self.progress)
        whole.addWidget(self._choices)

    def _button(self, icon: str, words: str, pressed: object) -> IconButton:
        made = IconButton(icon, words, self._desk.theme, self._desk.icons)
        made.clicked.connect(lambda _=False: pressed())    # type: ignore[operator]
        return made

    def show_now(self) -> None:
        """Draw what is so."""
        reading = self._reading
        self.setVisible(reading.active)
        lacking = reading.state == "lacking"
        self.words.setText(reading.text if lacking else _WORDS.get(reading.state, ""))
        self.hint.setText(reading.hint if lacking else "")
        self.hint.setVisible(bool(self.hint.text()))
        self._controls.setVisible(reading.active and not lacking)
        self.close_button.setVisible(lacking)
        sounds = reading.state in ("speaking", "paused")
        for each in (self.back, self.pause, self.forward):
            each.setEnabled(sounds)
        paused = reading.state == "paused"
        self.pause.set_look("play" if paused else "pause", "Go on reading" if paused else "Pause reading")
        self.speed.setCurrentIndex(SPEEDS.index(reading.speed))
        self._show_voices()
        self._show_offer(lacking)

    def _show_voices(self) -> None:
        wanted = [("", "Automatic")] + [(each.id, each.name) for each in self._reading.voices()]
        if wanted != [(self.voice.itemData(row), self.voice.itemText(row)) for row in range(self.voice.count())]:
            self.voice.clear()
            for value, words in wanted:
                self.voice.addItem(words, value)
        self.voice.setCurrentIndex(max(0, self.voice.findData(self._reading.voice)))

    def _show_offer(self, lacking: bool) -> None:
        offer = self._reading.offer if lacking else None
        if offer is not None:
            self.progress.follow(offer.id)
        else:
            self.progress.hide()
        self._flow.clear()
        self._choices.setVisible(lacking)
        if offer is None:
            if lacking and not self._reading.voices():
                self._flow.addWidget(button("Models", self.models_asked.emit))
            return
        line = self._desk.state.queue.line(offer.id)
        if line is None or line.state == "failed":
            size = f" ({size_in_words(offer.size)})" if offer.size else ""
            self._flow.addWidget(button(f"Install {offer.name}{size}", self._install, "primary"))
            if line is not None:
                self.words.setText(line.error)
                self.hint.setText(line.hint)
                self.hint.setVisible(bool(line.hint))
        self._flow.addWidget(button("Choose another voice", self.models_asked.emit, "link"))

    def _install(self) -> None:
        if self._reading.offer is not None:
            model_actions.install(self._desk, self, self._reading.offer.id)
            self.show_now()
