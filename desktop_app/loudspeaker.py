"""The loudspeaker: plays sound in order, says what was heard of it, and is silent at once when told so.

It lives in the thread for sound. What is to be played when is PlayQueue's; this hands it to Qt, a little at a time.
Qt's own buffer size is kept: smaller ones lose sound.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QIODevice, QObject, Qt, QTimer, Slot
from PySide6.QtMultimedia import QAudioFormat, QAudioSink, QtAudio

from desktop_app.echo_reference import EchoReference
from desktop_app.play_queue import PlayQueue
from desktop_app.sound_devices import find_loudspeaker, name_of
from router.errors import UserFacingError

EVERY = 20                  # ms between two looks at the device
TELL_EVERY = 0.1            # seconds of sound between two reports


class Loudspeaker(QObject):
    """`told(epoch, seconds)` says how much has been heard; `failed(error)` that the device cannot be used (any more).

    Attributes: `wanted`, the id of the device to use, empty for the usual one; `reference`, what it plays.
    """

    def __init__(self, told: Callable[[int, float], None], failed: Callable[[UserFacingError], None]) -> None:
        super().__init__()
        self.wanted = ""
        self._told, self._failed = told, failed
        self._queue = PlayQueue()
        self.reference = EchoReference()
        self._sink: QAudioSink | None = None
        self._device: QIODevice | None = None
        self._in_use = ""
        self._rate = 0
        self._said = (0, -1.0)
        self._held = False
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(EVERY)
        self._timer.timeout.connect(self._work)

    def begin(self) -> None:
        """Somebody else speaks from now on: epochs count from 0 again."""
        self._drop_device()
        self._queue.begin(0)
        self._said, self._held = (0, -1.0), False

    def play(self, epoch: int, rate: int, pcm: bytes, *, last: bool) -> None:
        """Behind what came before; sound of an earlier epoch is dropped."""
        if epoch > self._queue.epoch and self._queue.held:
            self._drop_device()
        if self._queue.add(epoch, rate, pcm, last=last) and not self._held:
            self._timer.start()
            self._work()

    def silence(self, epoch: int) -> None:
        """Stop at once; only sound of `epoch` and later ones is played from now on."""
        if self._device is not None and self._sink is not None:
            self._look()
        self._tell(always=True)
        self._drop_device()
        if epoch > self._queue.epoch:
            self._queue.begin(epoch)
            self._said = (epoch, 0.0)

    def hold(self, held: bool) -> None:
        """Stand still, and go on where it stood."""
        self._held = held
        if self._sink is not None and self._device is not None:
            self._sink.suspend() if held else self._sink.resume()
        if held:
            self._timer.stop()
        else:
            self._timer.start()

    def devices_moved(self) -> None:
        """Devices came or went: go on with the one that is right now, or say that there is none."""
        if self._sink is None:
            return
        try:
            right = name_of(find_loudspeaker(self.wanted))
        except UserFacingError as none:
            self._give_up(none)
            return
        if right != self._in_use:
            self._drop_device()
            self._work()

    def end(self) -> None:
        """Silence, and let the device go."""
        self._drop_device()
        self._queue.begin(self._queue.epoch)

    @Slot()
    def _work(self) -> None:
        queue = self._queue
        if self._device is not None:
            self._look()
        if queue.rate and not queue.held and self._rate != queue.rate:
            self._drop_device()
        if queue.rate and self._device is None:
            try:
                self._open(queue.rate)
            except UserFacingError as error:
                self._give_up(error)
                return
        if self._sink is not None and self._device is not None and not self._held:
            free = self._sink.bytesFree()
            if queue.rate in (0, self._rate):
                pcm = queue.take(free)
                if len(pcm) < free and queue.held:
                    pcm += queue.fill(free - len(pcm))
                if pcm:
                    self._device.write(pcm)
                    self.reference.given(pcm, self._rate)
        self._tell(always=queue.over)
        if not queue.rate and not queue.held:
            self._timer.stop()

    def _look(self) -> None:
        """What the device still holds is not heard yet."""
        assert self._sink is not None
        self._queue.holds(self._sink.bufferSize() - self._sink.bytesFree())

    def _open(self, rate: int) -> None:
        device = find_loudspeaker(self.wanted)
        form = QAudioFormat()
        form.setSampleRate(rate)
        form.setChannelCount(1)
        form.setSampleFormat(QAudioFormat.SampleFormat.Int16)
        self._sink = QAudioSink(device, form)
        self._in_use, self._rate = name_of(device), rate
        self._device = self._sink.start()
        if self._device is None or self._sink.error() != QtAudio.Error.NoError:
            raise UserFacingError("The loudspeaker cannot be used just now.",
                                  "Look whether another program has it, or choose another one in Settings.")
        self._sink.stateChanged.connect(self._state_changed)

    @Slot(QtAudio.State)
    def _state_changed(self, state: QtAudio.State) -> None:
        if (state == QtAudio.State.StoppedState and self._sink is not None
                and self._sink.error() in (QtAudio.Error.FatalError, QtAudio.Error.IOError)):
            self._drop_device()
            self._work()

    def _drop_device(self) -> None:
        sink, self._sink, self._device = self._sink, None, None
        self.reference.forget()
        if sink is not None:
            sink.stateChanged.disconnect(self._state_changed)
            sink.reset()
            sink.stop()
            sink.deleteLater()

    def _give_up(self, error: UserFacingError) -> None:
        self._timer.stop()
        self._drop_device()
        self._queue.begin(self._queue.epoch)
        self._failed(error)

    def _tell(self, *, always: bool = False) -> None:
        now = (self._queue.epoch, self._queue.seconds)
        if always or now[0] != self._said[0] or now[1] - self._said[1] >= TELL_EVERY:
            self._said = now
            self._told(*now)
