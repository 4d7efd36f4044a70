"""Dictation, as the window knows it: is it heard, what is being said, what is wrong.

It turns what a person presses into commands for the router and for the devices. It knows no widget.
"""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QElapsedTimer, QObject, Signal

from desktop_app.catalogue_state import USABLE
from desktop_app.desk import Desk, new_id
from desktop_app.speech_needs import SpeechNeeds
from desktop_app.voice_preferences import voice_preferences
from router import messages as m
from router.errors import UserFacingError

TAP = 500           # ms: a key that is let go sooner leaves the microphone open, held longer it closes it


class Dictation(QObject):
    """Attributes: `state`; `open`: the microphone hears; `text`, `hint`: what is wrong; `needs`: what is missing.

    Signals: changed(); hearing(text): what is being said, as far as it is known; said(text): that is it;
    level_moved(level).
    """

    changed = Signal()
    hearing = Signal(str)
    said = Signal(str)
    level_moved = Signal(float)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state: Literal["", "opening", "listening", "hearing", "thinking", "lacking"] = ""
        self.open = False
        self.text = self.hint = ""
        self.talk = ""
        self.needs = SpeechNeeds(desk, self._begin, lambda: self._set("lacking"))
        self._since = QElapsedTimer()
        self._ended = False             # the person is done; the last words are still being looked for
        desk.audio.failed.connect(self._device_failed)
        desk.audio.microphone_moved.connect(self._microphone_moved)

    @property
    def active(self) -> bool:
        """It hears, is about to, or says why it cannot."""
        return bool(self.state)

    # ── what a person does ────────────────────────────────────────────────────────────────────────────────
    def begin_or_end(self) -> None:
        """The button."""
        self.end() if self.active else self.begin()

    def begin(self) -> None:
        """Hear from now on; what is missing is said, and offered."""
        if self.talk:
            return
        self.text = self.hint = ""
        self._ended = False
        self._since.start()
        try:
            self._desk.audio.look(hears=True)
        except UserFacingError as error:
            self._lack(error.text, error.hint)
            return
        self._set("opening")
        self.needs.look(speaks=False)

    def press(self) -> None:
        """The key is down."""
        if self.active:
            self.end()
        else:
            self.begin()

    def release(self) -> None:
        """The key is up: it was held to talk, or only touched to begin."""
        if self.active and self.state != "lacking" and self._since.isValid() and self._since.elapsed() >= TAP:
            self.end()

    def end(self) -> None:
        """Close the microphone; what was being said is still written down."""
        self.needs.forget()
        if not self.talk:
            self._set("")
            return
        if not self._ended:
            self._ended = True
            self._desk.audio.end()
            self._desk.send(m.EndTalking(self.talk))
            self._set("thinking")

    def drop(self) -> None:
        """At once: what is still being looked for goes nowhere."""
        if not self.active:
            return
        self.end()
        self.talk = ""
        self.hearing.emit("")
        self._set("")

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────
    def take(self, event: object) -> None:
        """An event of the router."""
        self.needs.take(event)
        if not self.talk or getattr(event, "talk", "") != self.talk:
            return
        match event:
            case m.SpeechHeard(final=False):
                self.hearing.emit(event.text)
            case m.SpeechHeard():
                self.hearing.emit("")
                if event.text:
                    self.said.emit(event.text)
            case m.LevelMoved():
                self.level_moved.emit(event.level)
            case m.TalkStateChanged(state="ended"):
                self._over(event)
            case m.TalkStateChanged(state="listening" | "hearing" | "thinking") if not self._ended:
                self._set(event.state)      # type: ignore[arg-type]

    def _over(self, event: m.TalkStateChanged) -> None:
        self.talk = ""
        if self.open:
            self._desk.audio.end()
        self.hearing.emit("")
        if event.why and not self._ended:
            self._lack(event.why, event.hint)
        else:
            self._set("")

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────
    def _begin(self) -> None:
        state = self._desk.state
        usable = frozenset(each.id for each in state.specialists.values() if each.state in USABLE)
        chosen = voice_preferences(state.preferences, usable)
        self.talk = new_id()
        self._set("opening")
        self._desk.audio.begin(self.talk, hears=True)
        if self.talk:           # the device was there
            self._desk.send(m.Dictate(self.talk, chosen.hearing, chosen.language, pause=chosen.pause,
                                      idle_minutes=chosen.idle_minutes))

    def _microphone_moved(self, is_open: bool) -> None:
        self.open = is_open and bool(self.talk)
        self.changed.emit()

    def _device_failed(self, text: str, hint: str) -> None:
        if self.talk:
            talk, self.talk = self.talk, ""
            self._desk.send(m.EndTalking(talk))
            self.hearing.emit("")
            self._lack(text, hint)

    def _lack(self, text: str, hint: str) -> None:
        self.text, self.hint = text, hint
        self._set("lacking")

    def _set(self, state: Literal["", "opening", "listening", "hearing", "thinking", "lacking"]) -> None:
        self.state = state
        self.changed.emit()
