"""Sound in and out for whoever talks, dictates or reads aloud: one small interface, and Qt's devices behind it.

The devices live in a thread of their own. What the microphone hears goes straight to the router from there, what is to
be played comes straight from it, so nothing that the window does makes sound wait. Tests have other devices behind the
same interface (tests/gui/fake_audio.py).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QMicrophonePermission, QObject, Qt, QThread, Signal, SignalInstance

from desktop_app.sound_devices import (
    SoundDevice,
    loudspeakers,
    microphones,
    need_sound,
    no_loudspeaker,
    no_microphone,
)
from router.errors import UserFacingError
from router.messages import Command

if TYPE_CHECKING:
    from desktop_app.sound_work import SoundWork

NOBODY = ""                 # for a session: the microphone is open, and nobody is told what it hears
CLOSING = 2_000             # ms the thread may take to end
NOT_ALLOWED = ("Consort may not use the microphone.", "Allow it in the system's privacy settings, then try again.")


class Audio(QObject):
    """What pages need of sound. `begin` for one session of the router, by its name; `end` closes everything.

    Signals: failed(text, hint): a device cannot be used, and nothing is heard or played any more;
    microphone_moved(open); devices_moved(): others are connected now; played(talk, epoch, seconds): so much was heard;
    level_moved(level), 0…1, while `listen` only wants to know how loud it is.
    """

    failed = Signal(str, str)
    microphone_moved = Signal(bool)
    devices_moved = Signal()
    played = Signal(str, int, float)
    level_moved = Signal(float)

    def microphones(self) -> tuple[SoundDevice, ...]:
        """Those that are connected. Raises UserFacingError where sound does not work at all."""
        return ()

    def loudspeakers(self) -> tuple[SoundDevice, ...]:
        """The same for sound that goes out."""
        return ()

    def choose(self, microphone: str, loudspeaker: str) -> None:
        """Which ones to use, by id; empty: the usual one of the system."""

    def look(self, *, hears: bool) -> None:
        """Is everything there? Raises UserFacingError with what is missing."""
        if hears and not self.microphones():
            raise no_microphone()
        if not hears and not self.loudspeakers():
            raise no_loudspeaker()

    def begin(self, talk: str, *, hears: bool, cancels: bool = False) -> None:
        """Play what `talk` says, and where it `hears`, tell it what the microphone hears; `cancels`: without what the
        loudspeaker plays."""

    def listen(self) -> None:
        """Open the microphone only to see how loud it is; nobody is told what it hears."""

    def hold(self, held: bool) -> None:
        """Stand still in the middle of a sound, and go on."""

    def end(self) -> None:
        """Silence, and the microphone is closed."""


class DeviceAudio(Audio):
    """Qt's devices. `send` takes commands from any thread; `happened` is the signal of the router's events."""

    _begin = Signal(str, bool, bool)
    _end = Signal()
    _hold = Signal(bool)
    _choose = Signal(str, str)
    _close = Signal()

    def __init__(self, send: Callable[[Command], None], happened: SignalInstance,
                 parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._send, self._happened = send, happened
        self._thread: QThread | None = None
        self._work: SoundWork | None = None
        self._chosen = ("", "")

    def microphones(self) -> tuple[SoundDevice, ...]:
        self._start()
        return microphones()

    def loudspeakers(self) -> tuple[SoundDevice, ...]:
        self._start()
        return loudspeakers()

    def choose(self, microphone: str, loudspeaker: str) -> None:
        self._chosen = (microphone, loudspeaker)
        self._choose.emit(microphone, loudspeaker)

    def begin(self, talk: str, *, hears: bool, cancels: bool = False) -> None:
        try:
            self._start()
        except UserFacingError as error:
            self.failed.emit(error.text, error.hint)
            return
        if not hears:
            self._begin.emit(talk, False, False)
            return
        app, wanted = QCoreApplication.instance(), QMicrophonePermission()
        assert app is not None
        status = app.checkPermission(wanted)
        if status == Qt.PermissionStatus.Undetermined:
            app.requestPermission(wanted, self,
                                  lambda answer: self._permitted(talk, answer.status(), cancels))
        else:
            self._permitted(talk, status, cancels)

    def listen(self) -> None:
        self.begin(NOBODY, hears=True)

    def hold(self, held: bool) -> None:
        self._hold.emit(held)

    def end(self) -> None:
        self._end.emit()

    def close(self) -> None:
        """Everything is let go, and the thread ends."""
        if self._thread is not None:
            self._close.emit()
            self._thread.quit()
            self._thread.wait(CLOSING)
            self._thread = self._work = None

    def _permitted(self, talk: str, status: Qt.PermissionStatus, cancels: bool) -> None:
        if status == Qt.PermissionStatus.Granted:
            self._begin.emit(talk, True, cancels)
        else:
            self.failed.emit(*NOT_ALLOWED)

    def _start(self) -> None:
        """The thread and its devices, when they are first needed. Raises UserFacingError."""
        if self._thread is not None:
            return
        need_sound()
        from desktop_app.sound_work import SoundWork
        self._thread = QThread(self)
        self._thread.setObjectName("sound")
        self._work = work = SoundWork(self._send)
        work.moveToThread(self._thread)
        queued = Qt.ConnectionType.QueuedConnection
        for signal, slot in ((self._thread.started, work.start), (self._begin, work.begin), (self._end, work.end),
                             (self._hold, work.hold), (self._choose, work.choose), (self._happened, work.take)):
            signal.connect(slot, queued)
        self._close.connect(work.close, Qt.ConnectionType.BlockingQueuedConnection)
        for signal, own in ((work.failed, self.failed), (work.microphone_moved, self.microphone_moved),
                            (work.devices_moved, self.devices_moved), (work.played, self.played),
                            (work.level_moved, self.level_moved)):
            signal.connect(own, queued)
        self._thread.start(QThread.Priority.HighPriority)
        self._choose.emit(*self._chosen)
