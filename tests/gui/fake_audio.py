"""Devices that are none: what was asked of them is written down, and a test says what happens to them."""

from __future__ import annotations

from desktop_app.audio import Audio
from desktop_app.sound_devices import SoundDevice
from router.errors import UserFacingError

BUILT_IN = SoundDevice("mic-1", "Built-in microphone", usual=True)
HEADSET = SoundDevice("mic-2", "Headset")
SPEAKERS = SoundDevice("out-1", "Built-in loudspeakers", usual=True)


class FakeAudio(Audio):
    """Attributes: `talk`, whose the devices are; `is_open`: the microphone hears; `held`; `chosen` (ids);
    `cancels`: the echo."""

    def __init__(self, microphones: tuple[SoundDevice, ...] = (BUILT_IN, HEADSET),
                 loudspeakers: tuple[SoundDevice, ...] = (SPEAKERS,), missing: UserFacingError | None = None) -> None:
        super().__init__()
        self.there = (microphones, loudspeakers)
        self.missing = missing
        self.talk = ""
        self.is_open = self.held = self.cancels = False
        self.chosen = ("", "")

    def microphones(self) -> tuple[SoundDevice, ...]:
        return self._there(0)

    def loudspeakers(self) -> tuple[SoundDevice, ...]:
        return self._there(1)

    def choose(self, microphone: str, loudspeaker: str) -> None:
        self.chosen = (microphone, loudspeaker)

    def begin(self, talk: str, *, hears: bool, cancels: bool = False) -> None:
        self.talk, self.held, self.cancels = talk, False, cancels
        self._open(hears)

    def listen(self) -> None:
        self.begin("", hears=True)

    def hold(self, held: bool) -> None:
        self.held = held

    def end(self) -> None:
        self.talk = ""
        self._open(False)

    def break_down(self, text: str, hint: str = "") -> None:
        """The device is gone."""
        self.end()
        self.failed.emit(text, hint)

    def _there(self, which: int) -> tuple[SoundDevice, ...]:
        if self.missing is not None:
            raise self.missing
        return self.there[which]

    def _open(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self.is_open = is_open
            self.microphone_moved.emit(is_open)
