"""What happens in the thread for sound: the devices of one session of the router, and its events and commands."""

from __future__ import annotations

import math
import sys
from array import array
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtMultimedia import QMediaDevices

from desktop_app.loudspeaker import Loudspeaker
from desktop_app.microphone import Microphone
from router.echo_cancelling import EchoCanceller
from router.errors import UserFacingError
from router.messages import Command, HeardSound, PlayedSound, SilenceNow, SoundReady, TalkStateChanged


class SoundWork(QObject):
    """Slots are called in its thread; `send` is called there too. Signals are those of Audio."""

    failed = Signal(str, str)
    microphone_moved = Signal(bool)
    devices_moved = Signal()
    played = Signal(str, int, float)
    level_moved = Signal(float)

    def __init__(self, send: Callable[[Command], None]) -> None:
        super().__init__()
        self._send = send
        self._talk = ""
        self._microphone: Microphone | None = None
        self._loudspeaker: Loudspeaker | None = None
        self._devices: QMediaDevices | None = None
        self._canceller: EchoCanceller | None = None

    @Slot()
    def start(self) -> None:
        """First of all: the devices belong to this thread."""
        self._microphone = Microphone(self._heard, self.microphone_moved.emit, self._fail)
        self._loudspeaker = Loudspeaker(self._played, self._fail)
        self._devices = QMediaDevices()
        self._devices.audioInputsChanged.connect(self._inputs_moved)
        self._devices.audioOutputsChanged.connect(self._outputs_moved)

    @Slot(str, bool, bool)
    def begin(self, talk: str, hears: bool, cancels: bool = False) -> None:
        """The devices belong to `talk` from now on."""
        if self._microphone is not None and self._loudspeaker is not None:
            self._talk, self._canceller = talk, None
            try:
                self._canceller = EchoCanceller() if cancels else None
            except UserFacingError as error:
                self._fail(error)
                return
            self._loudspeaker.begin()
            self._microphone.open() if hears else self._microphone.close()

    @Slot()
    def end(self) -> None:
        """Nobody's."""
        self._talk = ""
        if self._microphone is not None and self._loudspeaker is not None:
            self._microphone.close()
            self._loudspeaker.end()

    @Slot(bool)
    def hold(self, held: bool) -> None:
        if self._loudspeaker is not None:
            self._loudspeaker.hold(held)

    @Slot(str, str)
    def choose(self, microphone: str, loudspeaker: str) -> None:
        if self._microphone is not None and self._loudspeaker is not None:
            self._microphone.wanted, self._loudspeaker.wanted = microphone, loudspeaker
            self._microphone.devices_moved()
            self._loudspeaker.devices_moved()

    @Slot()
    def close(self) -> None:
        """Last of all."""
        self.end()
        self._microphone = self._loudspeaker = self._devices = None

    @Slot(object)
    def take(self, event: object) -> None:
        """An event of the router, straight from it."""
        if not self._talk or getattr(event, "talk", "") != self._talk or self._loudspeaker is None:
            return
        if isinstance(event, SoundReady):
            self._loudspeaker.play(event.epoch, event.rate, event.pcm, last=event.last)
        elif isinstance(event, SilenceNow):
            self._loudspeaker.silence(event.epoch)
        elif isinstance(event, TalkStateChanged) and event.state == "ended":
            self.end()

    def _heard(self, block: bytes) -> None:
        if self._canceller is not None and self._loudspeaker is not None:
            block = self._canceller.clean(block, self._loudspeaker.reference.take(len(block)))
        if self._talk:
            self._send(HeardSound(self._talk, block))
        else:
            self.level_moved.emit(loudness(block))

    def _played(self, epoch: int, seconds: float) -> None:
        if self._talk:
            self._send(PlayedSound(self._talk, epoch, seconds))
            self.played.emit(self._talk, epoch, seconds)

    def _fail(self, error: UserFacingError) -> None:
        self.end()
        self.failed.emit(error.text, error.hint)

    @Slot()
    def _inputs_moved(self) -> None:
        if self._microphone is not None:
            self._microphone.devices_moved()
        self.devices_moved.emit()

    @Slot()
    def _outputs_moved(self) -> None:
        if self._loudspeaker is not None:
            self._loudspeaker.devices_moved()
        self.devices_moved.emit()


def loudness(block: bytes) -> float:
    """The root mean square of sound of 16 bit, little endian: 0…1."""
    samples = array("h", block[:len(block) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    return math.sqrt(sum(each * each for each in samples) / len(samples)) / 32_768 if samples else 0.0
