"""How long until the first painted window, against an empty PySide6 window; interleaved pairs, medians.

    python tests/benchmarks/window_start.py [PAIRS]

Each run is a fresh process that prints the seconds from its creation to its first paint event. The last line is one
JSON object. The limit is 2.0 times the empty window.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LIMIT = 2.0

FIRST_PAINT = """
import os, time, psutil
from PySide6.QtCore import QEvent, QObject
class FirstPaint(QObject):
    def eventFilter(self, watched, event):
        if event.type() == QEvent.Type.Paint:
            print(time.time() - psutil.Process().create_time(), flush=True)
            os._exit(0)
        return False
"""
EMPTY = FIRST_PAINT + """
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication([])
first = FirstPaint()
app.installEventFilter(first)
window = QWidget()
window.resize(1120, 780)
window.show()
app.exec()
"""
OURS = FIRST_PAINT + """
import sys
from PySide6 import QtWidgets
class Watched(QtWidgets.QApplication):
    def __init__(self, arguments):
        super().__init__(arguments)
        self.first = FirstPaint()
        self.installEventFilter(self.first)
QtWidgets.QApplication = Watched
from desktop_app.__main__ import main
sys.exit(main(["--data-dir", sys.argv[1]]))
"""


def seconds_to_first_paint(script: str, folder: str) -> float:
    """One run in a process of its own. Raises CalledProcessError when it fails."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    run = subprocess.run([sys.executable, "-c", script, folder], env=environment, capture_output=True, text=True,
                         timeout=120, check=True)
    return float(run.stdout.split()[0])


def main() -> int:
    """Exit code 1 when the limit is not kept."""
    pairs = int(sys.argv[1]) if len(sys.argv) > 1 else 5
    empty, ours = [], []
    with tempfile.TemporaryDirectory() as folder:
        for script in (EMPTY, OURS):
            seconds_to_first_paint(script, folder)      # files into the system's cache, byte code written
        for number in range(pairs):
            empty.append(seconds_to_first_paint(EMPTY, folder))
            ours.append(seconds_to_first_paint(OURS, folder))
            print(f"pair {number + 1}: empty {empty[-1]:.2f} s, Consort {ours[-1]:.2f} s, "
                  f"ratio {ours[-1] / empty[-1]:.2f}")
    ratio = statistics.median(one / other for one, other in zip(ours, empty, strict=True))
    print(json.dumps({"benchmark": "window_start", "pairs": pairs, "empty_s": round(statistics.median(empty), 3),
                      "consort_s": round(statistics.median(ours), 3), "ratio": round(ratio, 3), "limit": LIMIT}))
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
