"""Python's cyclic garbage collection, only ever in the window's thread.

CPython collects in whichever thread happens to allocate. When that is the router's or the typesetter's, QObjects that
are in a cycle are destroyed there, and Qt crashes: their timers are still known to the event loop (a segmentation
fault in QTimerInfoList::activateTimers). So automatic collection is off while this lives, and a timer does it instead.
"""

from __future__ import annotations

import gc
import time

from PySide6.QtCore import QObject, QTimer, Slot

_LOOK_EVERY = 250       # ms
_WHOLE_EVERY = 60.0     # s between collections of everything: one takes tens of milliseconds


class GarbageCollection(QObject):
    """Make one where the application is made, and keep it as long as there are widgets; `stop` gives it back."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        gc.collect()
        gc.freeze()         # what the program consists of is never garbage: not to be looked at again
        gc.disable()
        self._whole_at = time.monotonic() + _WHOLE_EVERY
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        self._timer.start(_LOOK_EVERY)

    @Slot()
    def look(self) -> None:
        """Collect the generations that are due, as CPython would."""
        young, middle, _ = gc.get_count()
        if young < gc.get_threshold()[0]:
            return
        if time.monotonic() > self._whole_at:
            gc.collect()
            self._whole_at = time.monotonic() + _WHOLE_EVERY
        else:
            gc.collect(1 if middle > gc.get_threshold()[1] else 0)

    def stop(self) -> None:
        """Automatic again."""
        self._timer.stop()
        gc.unfreeze()
        gc.enable()
