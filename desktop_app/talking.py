"""A spoken conversation of the window: turns what a person presses into commands for the router and for the devices.

What is shown of it is `state`. It knows no widget.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from desktop_app.catalogue_state import USABLE
from desktop_app.desk import Desk, new_id
from desktop_app.speech_needs import SpeechNeeds
from desktop_app.talk_state import TalkState
from desktop_app.voice_preferences import VoicePreferences, voice_preferences
from router import messages as m
from router.errors import UserFacingError

LOCKED = "The screen was locked, so the microphone is closed."


class Talking(QObject):
    """Attributes: `state`, what is shown; `needs`, what has to be installed; `open`: the microphone's device is open;
    `held`: the key to talk is down.

    Signals: changed(); level_moved(level).
    """

    changed = Signal()
    level_moved = Signal(float)

    def __init__(self, desk: Desk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.state = TalkState()
        self.open = self.held = False
        self._specialist = ""
        self._begun_with = self.chosen
        self.needs = SpeechNeeds(desk, self._start, self._lack_models)
        desk.audio.failed.connect(self._device_failed)
        desk.audio.microphone_moved.connect(self._microphone_moved)
        desk.audio.played.connect(self._played)

    @property
    def chosen(self) -> VoicePreferences:
        """What the person prefers."""
        known = self._desk.state.specialists.values()
        return voice_preferences(self._desk.state.preferences,
                                 frozenset(each.id for each in known if each.state in USABLE))

    @property
    def live(self) -> bool:
        """It is under way, or about to be."""
        return self.state.stage not in ("", "ended", "needs")

    # ── what a person does ────────────────────────────────────────────────────────────────────────────────
    def begin(self, conversation: str, specialist: str, *, temporary: bool) -> None:
        """Go on in a conversation by voice, or begin one (empty)."""
        self._specialist = specialist
        self.state = TalkState(conversation=conversation, temporary=temporary)
        self._look()

    def begin_again(self) -> None:
        """After an end, or with other preferences: what was said stays on show."""
        self._leave()
        self._look()

    def end(self) -> None:
        """Close the microphone and be silent."""
        self.needs.forget()
        self._leave()
        self.state.stage, self.state.why, self.state.hint = "ended", "", ""
        self.changed.emit()

    def screen_locked(self) -> None:
        """Nobody is there any more."""
        if self.live:
            self.end()
            self.state.why = LOCKED
            self.changed.emit()

    def mute(self, muted: bool) -> None:
        """Listen to nothing, and listen again."""
        if self.state.talk:
            self._desk.send(m.MuteMicrophone(self.state.talk, muted))

    def interrupt(self) -> bool:
        """Be silent and listen; False: nothing was being said."""
        if self.state.talk and self.state.stage in ("thinking", "speaking"):
            self._desk.send(m.StopSpeaking(self.state.talk))
            return True
        return False

    def hold(self, down: bool) -> None:
        """The key to talk."""
        if self.state.talk and self.chosen.mode == "push-to-talk" and down != self.held:
            self.held = down
            self._desk.send(m.PushToTalk(self.state.talk, down))
            self.changed.emit()

    def prefer(self, key: str, value: str) -> None:
        """Another way to talk, from now on; the conversation goes on with it."""
        if self._desk.state.preferences.get(key) != value:
            self._desk.state.preferences[key] = value
            self._desk.send(m.ChangePreference(key, value))
            if self.live:
                self.begin_again()

    def preferences_moved(self) -> None:
        """What was changed in the settings holds from now on."""
        if self.state.talk and self.chosen != self._begun_with:
            self.begin_again()

    def choose(self, specialist: str) -> None:
        """Who answers, where the person is asked."""
        if self.state.choice is not None:
            self._desk.send(m.ChooseSpecialist(self.state.choice.turn, specialist))
            self.state.choice = None
            self.changed.emit()

    # ── what happens ──────────────────────────────────────────────────────────────────────────────────────
    def take(self, event: object) -> None:
        """An event of the router."""
        self.needs.take(event)
        if self.state.take(event):
            if self.state.stage == "ended":
                self.held = False
                self._desk.audio.end()
            self.changed.emit()
        elif isinstance(event, m.LevelMoved) and event.talk == self.state.talk:
            self.level_moved.emit(event.level)

    def _played(self, talk: str, epoch: int, seconds: float) -> None:
        if talk and talk == self.state.talk and self.state.played(epoch, seconds):
            self.changed.emit()

    def _microphone_moved(self, is_open: bool) -> None:
        self.open = is_open and bool(self.state.talk)
        self.changed.emit()

    def _device_failed(self, text: str, hint: str) -> None:
        if self.state.talk:
            self._leave()
            self._stop(text, hint)

    # ── inside ────────────────────────────────────────────────────────────────────────────────────────────
    def _look(self) -> None:
        """Are the devices and the models there?"""
        try:
            self._desk.audio.look(hears=True)
            self._desk.audio.look(hears=False)
        except UserFacingError as error:
            self._stop(error.text, error.hint)
            return
        self.state.stage = "opening"
        self.changed.emit()
        self.needs.look(speaks=True)

    def _start(self) -> None:
        before, chosen = self.state, self.chosen
        self._begun_with = chosen
        self.state = state = TalkState(new_id(), "opening", conversation=before.conversation,
                                       temporary=before.temporary, exchanges=before.exchanges)
        self._desk.audio.begin(state.talk, hears=True, cancels=chosen.sound == "cancelled")
        if state.talk:          # the device was there
            self._desk.send(m.StartTalking(
                state.talk, state.conversation, state.temporary, self._specialist, chosen.mode,
                "half" if chosen.sound == "loudspeakers" else "full", chosen.hearing, chosen.voice, chosen.language,
                chosen.speed, chosen.pause, chosen.idle_minutes))
        self.changed.emit()

    def _leave(self) -> None:
        talk, self.state.talk, self.held = self.state.talk, "", False
        if talk:
            self._desk.audio.end()
            self._desk.send(m.EndTalking(talk))

    def _lack_models(self) -> None:
        self.state.stage = "needs"
        self.changed.emit()

    def _stop(self, why: str, hint: str) -> None:
        self.state.stage, self.state.why, self.state.hint, self.state.microphone = "ended", why, hint, False
        self.changed.emit()
