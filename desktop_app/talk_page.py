"""Conversation mode: the whole window for talking. How it stands, what is said, and the few things to press."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_app.choice_field import ChoiceField
from desktop_app.controls import IconButton, button, label
from desktop_app.desk import Desk
from desktop_app.flow import FlowLayout
from desktop_app.notice_bar import NoticeBar
from desktop_app.speech_offer import SpeechOffer
from desktop_app.talk_figure import TalkFigure
from desktop_app.talk_stages import head_of, hint_of
from desktop_app.talk_words import TalkWords
from desktop_app.talking import Talking

MODES = (("hands-free", "Hands-free"), ("push-to-talk", "Hold to talk"))
PLACES = (("loudspeakers", "Loudspeakers"), ("headphones", "Headphones"), ("cancelled", "Loudspeakers, echo cancelled"))
COLUMN_EM = 40


class TalkPage(QWidget):
    """Signals: left(): the person is done; models_asked(); settings_asked()."""

    left = Signal()
    models_asked = Signal()
    settings_asked = Signal()

    def __init__(self, desk: Desk, talking: Talking) -> None:
        super().__init__()
        self._desk, self._talking = desk, talking
        self._announced = ""
        self.setAccessibleName("Conversation")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.notices = NoticeBar(desk)
        self.figure = TalkFigure(desk.theme)
        self.head = label("", "title")
        self.hint = label("", "muted")
        for each in (self.head, self.hint):
            each.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.microphone = label("", "small")
        self.microphone.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.words = TalkWords(desk.theme)
        self.offer = SpeechOffer(desk, talking.needs)
        self.offer.models_asked.connect(self.models_asked)
        self.who = QWidget()
        self._who = FlowLayout(self.who)
        self._asked_who = ""
        self.hold = button("Hold to talk", lambda: None, "primary")
        self.hold.pressed.connect(lambda: talking.hold(True))
        self.hold.released.connect(lambda: talking.hold(False))
        self.mute = button("Mute", self._mute)
        self.stop = button("Stop speaking", talking.interrupt)
        self.again = button("Begin again", talking.begin_again, "primary")
        self.end = button("End", self.leave)
        self.mode = self._field("How you talk", MODES, "talk_mode")
        self.place = self._field("Where the sound comes from", PLACES, "sound")
        self.settings = IconButton("settings", "Voice settings", desk.theme, desk.icons)
        self.settings.clicked.connect(self.settings_asked)
        self.close_button = IconButton("close", "End conversation", desk.theme, desk.icons)
        self.close_button.clicked.connect(self.leave)
        self._lay_out()
        talking.changed.connect(self.show_now)
        talking.level_moved.connect(self.figure.set_level)
        desk.theme.changed.connect(self._fit)
        self._fit()
        self.show_now()

    def _field(self, name: str, options: tuple[tuple[str, str], ...], key: str) -> ChoiceField:
        field = ChoiceField(self._desk, name, options)
        field.setMinimumContentsLength(10)
        field.activated.connect(lambda _: self._talking.prefer(key, field.currentData()))
        return field

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(16, 12, 16, 0)
        top.setSpacing(8)
        top.addStretch(1)
        for each in (self.mode, self.place, self.settings, self.close_button):
            top.addWidget(each)
        verbs = QHBoxLayout()
        verbs.setSpacing(8)
        verbs.addStretch(1)
        for verb in (self.again, self.hold, self.mute, self.stop, self.end):
            verbs.addWidget(verb)
        verbs.addStretch(1)
        self._column = QWidget()
        column = QVBoxLayout(self._column)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.figure)
        column.addSpacing(8)
        column.addWidget(self.head)
        column.addWidget(self.hint)
        column.addWidget(self.offer)
        column.addWidget(self.who)
        column.addWidget(self.words, 5)
        column.addStretch(1)
        column.addLayout(verbs)
        column.addWidget(self.microphone)
        across = QHBoxLayout()
        across.setContentsMargins(16, 8, 16, 16)
        across.addStretch(1)
        across.addWidget(self._column, 1000)
        across.addStretch(1)
        bar = QHBoxLayout()
        bar.setContentsMargins(16, 8, 16, 0)
        bar.addWidget(self.notices)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(top)
        whole.addLayout(bar)
        whole.addLayout(across, 1)

    def _fit(self) -> None:
        self._column.setMaximumWidth(round(self._desk.theme.em * COLUMN_EM))

    # ── what the person does ──────────────────────────────────────────────────────────────────────────────
    def leave(self) -> None:
        """End it, and go back to the chat."""
        self._talking.end()
        self.left.emit()

    def escape(self) -> None:
        """Be silent first; with nothing being said, leave."""
        if not self._talking.interrupt():
            self.leave()

    def _mute(self) -> None:
        self._talking.mute(self._talking.state.stage != "muted")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            if self._talking.chosen.mode == "push-to-talk":
                self._talking.hold(True)
            else:
                self._talking.interrupt()
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._talking.hold(False)
        else:
            super().keyReleaseEvent(event)

    # ── what is so ────────────────────────────────────────────────────────────────────────────────────────
    def show_now(self) -> None:
        """Draw what is so."""
        talking, state = self._talking, self._talking.state
        chosen, held = talking.chosen, talking.held
        stage = state.stage
        by_key = chosen.mode == "push-to-talk"
        waiting = by_key and stage == "listening" and not held
        self.figure.show_stage("" if waiting else stage)
        self.head.setText(head_of(state, chosen, held=held))
        self.hint.setText(hint_of(state, chosen, held=held))
        self.hint.setVisible(bool(self.hint.text()))
        self.microphone.setText(
            "" if stage in ("needs", "ended") else
            "● The microphone is open" if talking.open and state.microphone else
            "The microphone is on hold" if talking.open else "The microphone is closed")
        self.offer.show_now()
        self._show_who()
        self.words.show_state(state)
        self.words.setVisible(stage != "needs" and bool(state.exchanges or state.heard))
        over = stage in ("ended", "needs", "")
        self.again.setVisible(stage == "ended")
        self.hold.setVisible(by_key and not over)
        self.hold.setDown(held)
        self.mute.setVisible(not by_key and not over)
        self.mute.setEnabled(bool(state.talk) and stage != "opening")
        self.mute.setText("Unmute" if stage == "muted" else "Mute")
        self.mute.setAccessibleName("Unmute the microphone" if stage == "muted" else "Mute the microphone")
        self.stop.setVisible(not over)
        self.stop.setEnabled(stage in ("thinking", "speaking"))
        self.end.setText("Close" if over else "End")
        self.end.setAccessibleName("Close" if over else "End conversation")
        self.mode.setCurrentIndex(self.mode.findData(chosen.mode))
        self.place.setCurrentIndex(self.place.findData(chosen.sound))
        self._announce()

    def _show_who(self) -> None:
        """Who should answer, where the person wants to be asked."""
        choice = self._talking.state.choice
        turn = choice.turn if choice is not None else ""
        if turn != self._asked_who:
            self._asked_who = turn
            self._who.clear()
            for each in choice.candidates if choice is not None else ():
                self._who.addWidget(button(each.name, partial(self._talking.choose, each.specialist), "",
                                           f"Ask {each.name}"))
        self.who.setVisible(choice is not None)
        if choice is not None:
            self.head.setText("Who should answer?")
            self.hint.setText(choice.why)

    def _announce(self) -> None:
        """A screen reader says each stage once; not while Consort itself speaks or hears."""
        words = self.head.text()
        if words != self._announced and self._talking.state.stage not in ("hearing", "speaking"):
            self._announced = words
            if self.isVisible():
                QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, f"{words}. {self.hint.text()}"))
