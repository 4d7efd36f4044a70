"""Sound devices of the window that are files, in real time: a WAV file speaks into the microphone, what the
loudspeaker plays is a WAV file. The person in the file is polite: they wait while Consort thinks and speaks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Qt, QTimer, SignalInstance, Slot

from desktop_app.audio import Audio
from desktop_app.sound_devices import SoundDevice
from router import messages as m
from router.talk.sound import BLOCK
from router.talk.sound_files import FileLoudspeaker, FileMicrophone

BUSY = ("thinking", "speaking", "paused")


class FileAudio(Audio):
    """Attributes: `is_open`: the microphone hears; `heard_all`: the file is over."""

    def __init__(self, send: Callable[[m.Command], None], happened: SignalInstance, spoken: Path, out: Path,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send = send
        self._microphone, self._loudspeaker = FileMicrophone(spoken), FileLoudspeaker(out)
        self.is_open = False
        self._talk, self._epoch, self._state, self._told = "", 0, "", 0.0
        self._clock = QTimer(self, interval=round(1000 * BLOCK))
        self._clock.setTimerType(Qt.TimerType.PreciseTimer)
        self._clock.timeout.connect(self._tick)
        happened.connect(self._take, Qt.ConnectionType.QueuedConnection)

    @property
    def heard_all(self) -> bool:
        return self._microphone.over

    def microphones(self) -> tuple[SoundDevice, ...]:
        return (SoundDevice("file", "A file", usual=True),)

    def loudspeakers(self) -> tuple[SoundDevice, ...]:
        return (SoundDevice("file", "A file", usual=True),)

    def begin(self, talk: str, *, hears: bool, cancels: bool = False) -> None:
        self._talk, self._epoch, self._state, self._told = talk, 0, "", 0.0
        self._open(hears)
        self._clock.start()

    def end(self) -> None:
        self._clock.stop()
        self._talk = ""
        self._open(False)

    def close(self) -> None:
        """What was played is a whole file."""
        self.end()
        self._loudspeaker.close()

    def _open(self, is_open: bool) -> None:
        if is_open != self.is_open:
            self.is_open = is_open
            self.microphone_moved.emit(is_open)

    @Slot(object)
    def _take(self, event: object) -> None:
        if not self._talk or getattr(event, "talk", "") != self._talk:
            return
        match event:
            case m.TalkStateChanged(state="ended"):
                self.end()
            case m.TalkStateChanged():
                self._state = event.state
            case m.SoundReady() if event.epoch >= self._epoch:
                self._epoch = event.epoch
                self._loudspeaker.play(event.pcm, event.rate)
            case m.SilenceNow():
                self._tell()
                self._loudspeaker.silence()
                self._epoch, self._told = event.epoch, 0.0

    def _tick(self) -> None:
        if self.is_open and self._state:
            self._send(m.HeardSound(self._talk, self._microphone.next(self._state in BUSY)))
        self._loudspeaker.advance(BLOCK)
        self._tell()

    def _tell(self) -> None:
        if self._loudspeaker.played != self._told:
            self._told = self._loudspeaker.played
            self._send(m.PlayedSound(self._talk, self._epoch, self._told))
            self.played.emit(self._talk, self._epoch, self._told)
