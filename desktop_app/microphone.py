"""The microphone: 16 kHz, mono, 16 bit, in blocks of at most 0.1 s, from the moment it is opened until it is closed.

It lives in the thread for sound. Qt's own buffer size is kept: smaller ones lose sound.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QIODevice, QObject, QTimer, Slot
from PySide6.QtMultimedia import QAudioFormat, QAudioSource, QtAudio

from desktop_app.sound_devices import find_microphone, name_of
from router.errors import UserFacingError

RATE = 16_000               # samples a second
LEAST = RATE // 50 * 2      # bytes: 20 ms
MOST = RATE // 10 * 2       # bytes: 0.1 s
PATIENCE = 5_000            # ms without a block before it is opened anew; the first one takes up to 1.8 s


class Microphone(QObject):
    """`heard(block)` with each block; `moved(open)` when it opens and closes; `failed(error)` when it cannot be used.

    Attribute `wanted`: the id of the device to use, empty for the usual one.
    """

    def __init__(self, heard: Callable[[bytes], None], moved: Callable[[bool], None],
                 failed: Callable[[UserFacingError], None]) -> None:
        super().__init__()
        self.wanted = ""
        self._heard, self._moved, self._failed = heard, moved, failed
        self._source: QAudioSource | None = None
        self._device: QIODevice | None = None
        self._in_use = ""
        self._rest = b""
        self._asked_again = False
        self._silent = QTimer(self, singleShot=True, interval=PATIENCE)
        self._silent.timeout.connect(self._nothing_comes)

    @property
    def is_open(self) -> bool:
        """Does it hear?"""
        return self._device is not None

    def open(self) -> None:
        """Hear from now on."""
        self._asked_again = False
        self._try_to_open()

    def close(self) -> None:
        """Let the device go."""
        source, self._source, was_open = self._source, None, self.is_open
        self._device, self._rest = None, b""
        self._silent.stop()
        if source is not None:
            source.stateChanged.disconnect(self._state_changed)
            source.stop()
            source.deleteLater()
        if was_open:
            self._moved(False)

    def devices_moved(self) -> None:
        """Devices came or went: go on with the one that is right now, or say that there is none."""
        if not self.is_open:
            return
        try:
            right = name_of(find_microphone(self.wanted))
        except UserFacingError as none:
            self.close()
            self._failed(none)
            return
        if right != self._in_use:
            self._open_again()

    def _try_to_open(self) -> None:
        if self.is_open:
            return
        try:
            self._open()
        except UserFacingError as error:
            self.close()
            self._failed(error)
            return
        self._silent.start()
        self._moved(True)

    def _open(self) -> None:
        device = find_microphone(self.wanted)
        form = QAudioFormat()
        form.setSampleRate(RATE)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._source, self._in_use = QAudioSource(device, form), name_of(device)
        self._source.stateChanged.connect(self._state_changed)
        self._device = self._source.start()
        if self._device is None or self._source.error() != QtAudio.Error.NoError:
            self._device = None
            raise UserFacingError("The microphone cannot be used just now.",
                                  "Look whether another program has it, or choose another one in Settings.")
        self._device.readyRead.connect(self._read)

    def _open_again(self) -> None:
        self.close()
        self._try_to_open()

    @Slot()
    def _nothing_comes(self) -> None:
        """A device can be gone without anybody saying so."""
        if self._asked_again:
            self.close()
            self._failed(UserFacingError("No sound comes from the microphone.",
                                         "Look whether it is connected, or choose another one in Settings."))
            return
        self._asked_again = True
        self._open_again()

    @Slot()
    def _read(self) -> None:
        if self._device is None:
            return
        self._rest += bytes(self._device.readAll().data())
        while len(self._rest) >= LEAST:
            size = min(MOST, len(self._rest) // 2 * 2)
            block, self._rest = self._rest[:size], self._rest[size:]
            self._silent.start()
            self._asked_again = False
            self._heard(block)

    @Slot(QtAudio.State)
    def _state_changed(self, state: QtAudio.State) -> None:
        if (state == QtAudio.State.StoppedState and self.is_open and self._source is not None
                and self._source.error() in (QtAudio.Error.FatalError, QtAudio.Error.IOError)):
            self._open_again()
