"""An answer read aloud, as the window knows it: which one, which sentence sounds, paused or not, what is wrong.

It turns what a person presses into commands for the router and for the devices. It knows no widget.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import QLocale, QObject, Signal

from desktop_app.catalogue_state import USABLE
from desktop_app.desk import Desk, new_id
from router import messages as m
from router.errors import UserFacingError
from router.views import SpecialistView

BYTES = 2                   # of a sample
SPEEDS = ("0.75", "1", "1.25", "1.5", "2")
NO_VOICE = "No voice is installed yet."


@dataclass(frozen=True)
class _Sentence:
    """The characters it stands at, and when it is over, in seconds of sound."""

    begin: int
    end: int
    until: float


class ReadingAloud(QObject):
    """Attributes: `message`, the answer, and `talk`, its session with the router (empty: none); `state`;
    `text` and `hint`, what is wrong; `offer`: a voice that could be installed.

    Signals: changed(); sounding(message, begin, end): this stretch of that answer is heard now, (…, 0, 0): none.
    """

    changed = Signal()
    sounding = Signal(str, int, int)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.message = ""
        self.state: Literal["", "thinking", "speaking", "paused", "lacking"] = ""
        self.text = self.hint = ""
        self.offer: SpecialistView | None = None
        self.talk = ""
        self._begin = 0
        self._sentences: list[_Sentence] = []
        self._now: _Sentence | None = None
        desk.audio.failed.connect(self._device_failed)
        desk.audio.played.connect(self._played)

    # ── what is so ────────────────────────────────────────────────────────────────────────────────────────
    @property
    def active(self) -> bool:
        """Something is being read, or says why it cannot be."""
        return bool(self.state)

    def voices(self) -> list[SpecialistView]:
        """Those that are installed."""
        return [each for each in self._desk.state.specialists.values()
                if each.kind == "speech-out" and each.state in USABLE]

    @property
    def speed(self) -> str:
        """One of SPEEDS."""
        wanted = self._desk.state.preferences.get("voice_speed", "1")
        return wanted if wanted in SPEEDS else "1"

    @property
    def voice(self) -> str:
        """The chosen voice's id; empty: one that speaks the answer's language."""
        wanted = self._desk.state.preferences.get("voice", "")
        return wanted if any(each.id == wanted for each in self.voices()) else ""

    # ── what a person does ────────────────────────────────────────────────────────────────────────────────
    def read(self, message: str, begin: int = 0) -> None:
        """From the sentence that holds the character `begin` on."""
        self._fall_silent()
        self.message, self._begin = message, begin
        self.text = self.hint = ""
        self.offer = None
        if not self.voices():
            self.offer = self._voice_to_offer()
            self._lack(NO_VOICE, "" if self.offer else "See the Models page.")
            return
        try:
            self._desk.audio.look(hears=False)
        except UserFacingError as error:
            self._lack(error.text, error.hint)
            return
        self.talk, self.state = new_id(), "thinking"
        self._desk.audio.begin(self.talk, hears=False)
        self._desk.send(m.ReadAloud(self.talk, message, begin, float(self.speed), self.voice))
        self.changed.emit()

    def read_or_stop(self, message: str) -> None:
        """All of it; or nothing more where that is being done."""
        if self.active and self.message == message:
            self.stop()
        else:
            self.read(message)

    def pause(self) -> None:
        """Hold it in the middle of a word, or go on."""
        if self.state in ("speaking", "paused"):
            paused = self.state == "speaking"
            self._desk.audio.hold(paused)
            self._desk.send(m.PauseReading(self.talk, paused))
            self.state = "paused" if paused else "speaking"
            self.changed.emit()

    def stop(self) -> None:
        """Silence, and the bar goes away."""
        self._fall_silent()
        self.message, self.state = "", ""
        self.changed.emit()

    def step(self, by: Literal[-1, 1]) -> None:
        """The sentence before, or the one behind. The first one begins again."""
        if self.state not in ("speaking", "paused") or self._now is None:
            return
        place = self._sentences.index(self._now)
        to = self._now.end if by > 0 else self._sentences[max(0, place - 1)].begin
        if by > 0 and place + 1 < len(self._sentences):
            to = self._sentences[place + 1].begin
        self.read(self.message, to)

    def set_speed(self, speed: str) -> None:
        """From the sentence that sounds on, and from now on."""
        self._prefer("voice_speed", speed)

    def set_voice(self, voice: str) -> None:
        """The same for another voice."""
        self._prefer("voice", voice)

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────
    def take(self, event: object) -> None:
        """An event of the router."""
        if isinstance(event, m.SpecialistChanged | m.Installed | m.SpecialistsListed):
            if self.state == "lacking" and self.text == NO_VOICE and self.voices():
                self.read(self.message, self._begin)
            return
        if not self.talk or getattr(event, "talk", "") != self.talk:
            return
        if isinstance(event, m.SoundReady) and event.pcm and event.rate:
            before = self._sentences[-1].until if self._sentences else 0.0
            self._sentences.append(_Sentence(event.begin, event.end,
                                             before + len(event.pcm) / (BYTES * event.rate)))
        elif isinstance(event, m.TalkStateChanged):
            self._state_changed(event)

    def _state_changed(self, event: m.TalkStateChanged) -> None:
        if event.state == "ended":
            self._forget()
            if event.why:
                self._lack(event.why, event.hint)
                return
            self.message, self.state = "", ""
        elif event.state in ("thinking", "speaking", "paused"):
            self.state = event.state
        self.changed.emit()

    def _played(self, talk: str, _epoch: int, seconds: float) -> None:
        if not self.talk or talk != self.talk:
            return
        now = next((one for one in self._sentences if seconds < one.until), None)
        if now is not None and now != self._now:
            self._now = now
            self.sounding.emit(self.message, now.begin, now.end)

    def _device_failed(self, text: str, hint: str) -> None:
        if self.talk:
            self._fall_silent()
            self._lack(text, hint)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────
    def _prefer(self, key: str, value: str) -> None:
        if self._desk.state.preferences.get(key) != value:
            self._desk.state.preferences[key] = value
            self._desk.send(m.ChangePreference(key, value))
            if self.talk:
                self.read(self.message, self._now.begin if self._now else self._begin)

    def _fall_silent(self) -> None:
        if self.talk:
            talk = self.talk
            self._forget()
            self._desk.audio.end()
            self._desk.send(m.EndTalking(talk))

    def _forget(self) -> None:
        self.talk, self._sentences = "", []
        if self._now is not None:
            self._now = None
            self.sounding.emit(self.message, 0, 0)

    def _lack(self, text: str, hint: str) -> None:
        self.state, self.text, self.hint = "lacking", text, hint
        self.changed.emit()

    def _voice_to_offer(self) -> SpecialistView | None:
        """The first of the catalogue in the system's language, else the first of all."""
        known = [each for each in self._desk.state.specialists.values()
                 if each.kind == "speech-out" and each.state not in ("broken", "refused")]
        own = QLocale.system().name().partition("_")[0]
        return next((each for each in known if own in each.languages), known[0] if known else None)
