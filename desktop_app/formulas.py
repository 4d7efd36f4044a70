"""TeX formulas to pictures: ziamath in one thread of its own, a cache, and a signal when new ones are ready.

A formula that cannot be set, or takes longer than `LIMIT` seconds, stays its source. Knows no message and no widget.
ziamath is pure Python (https://ziamath.readthedocs.io); its time grows exponentially with nested roots: hence a limit.
"""

from __future__ import annotations

import logging
import queue
import sys
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass
from types import FrameType

from PySide6.QtCore import QByteArray, QObject, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

log = logging.getLogger("consort")

LIMIT = 1.0             # seconds for one formula
LONGEST = 2_000         # characters of TeX
_KEPT = 600             # formulas in the cache
_LOOK_EVERY = 20        # ms between looks at what the thread has finished


@dataclass(frozen=True)
class Wanted:
    """What identifies a picture. size: px of the surrounding text; colour: `#rrggbb`."""

    tex: str
    size: int
    colour: str
    inline: bool


@dataclass(frozen=True)
class Formula:
    """A finished one; `svg` is empty where it could not be set."""

    svg: bytes = b""


class Formulas(QObject):
    """`get` answers at once: the formula, or None and `ready` later."""

    ready = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._made: OrderedDict[Wanted, Formula] = OrderedDict()
        self._waiting: set[Wanted] = set()
        self._orders: queue.SimpleQueue[Wanted | None] = queue.SimpleQueue()
        self._results: queue.SimpleQueue[tuple[Wanted, Formula]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_EVERY)
        self._look.timeout.connect(self._collect)

    def get(self, wanted: Wanted) -> Formula | None:
        """The formula if it is made; otherwise it is ordered and None comes back."""
        made = self._made.get(wanted)
        if made is not None:
            self._made.move_to_end(wanted)
            return made
        if not wanted.tex.strip() or len(wanted.tex) > LONGEST:
            return Formula()
        if wanted not in self._waiting:
            self._waiting.add(wanted)
            self._orders.put(wanted)
            self._start()
        return None

    def close(self) -> None:
        """Let the thread go when it has finished the formula it is at."""
        self._orders.put(None)

    def _start(self) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=_work, args=(self._orders, self._results), daemon=True,
                                            name="formulas")
            self._thread.start()
        if not self._look.isActive():
            self._look.start()

    @Slot()
    def _collect(self) -> None:
        fresh = False
        while not self._results.empty():
            wanted, formula = self._results.get()
            self._made[wanted] = formula
            self._waiting.discard(wanted)
            fresh = True
        while len(self._made) > _KEPT:
            self._made.popitem(last=False)
        if not self._waiting:
            self._look.stop()
        if fresh:
            self.ready.emit()


def picture(formula: Formula, density: float, rest: float = 0.0) -> tuple[QImage, float]:
    """(image, depth in px below the base line). `rest` > 0: with so much empty room, in px, below the base line.

    density: device pixels per px. A formula deeper than `rest` comes back as high below its base line as above it.
    """
    renderer = QSvgRenderer(QByteArray(formula.svg))
    box = renderer.viewBoxF()
    ascent, depth = -box.top(), max(0.0, box.bottom())
    room = depth
    if rest:
        room = rest if depth <= rest else max(depth, ascent)
        ascent = ascent if depth <= rest else room
    image = QImage(max(1, round(box.width() * density)), max(1, round((ascent + room) * density)),
                   QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    top = (ascent + box.top()) * density
    renderer.render(painter, QRectF(0, top, box.width() * density, box.height() * density))
    painter.end()
    image.setDevicePixelRatio(density)
    return image, depth


class _TooLongError(Exception):
    pass


def _work(orders: queue.SimpleQueue[Wanted | None], results: queue.SimpleQueue[tuple[Wanted, Formula]]) -> None:
    """The thread: one order after the other."""
    while (wanted := orders.get()) is not None:
        results.put((wanted, _set(wanted)))


def _set(wanted: Wanted) -> Formula:
    try:
        from ziamath.config import config  # half a second: only when the first formula comes
        from ziamath.zmath import Latex
    except ImportError:
        log.exception("formulas cannot be drawn: their sources are shown")
        return Formula()
    config.svg2 = False     # glyphs as paths: Qt's SVG module does not draw <symbol>
    end = time.monotonic() + LIMIT

    def watch(frame: FrameType, event: str, argument: object) -> None:
        if time.monotonic() > end:
            raise _TooLongError

    sys.setprofile(watch)           # of this thread alone: the only way to end pure Python from within
    try:
        made = Latex(wanted.tex, size=wanted.size, color=wanted.colour, inline=wanted.inline)
        return Formula(made.svg().encode())
    except Exception:               # whatever a hostile or half formula does to the typesetter: its source is shown
        return Formula()
    finally:
        sys.setprofile(None)
