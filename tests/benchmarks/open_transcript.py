"""Showing a conversation of 10,000 messages against one of 100: until all that is made at first is made and painted.

Side by side, in pairs. Run: python -m tests.benchmarks.open_transcript [--pairs N]. Prints a table and, last, one line
of JSON. It measures the window alone; open_conversation measures the store.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop_app.icons import Icons
from desktop_app.theme import Theme
from desktop_app.transcript import Transcript
from router.parts import TextPart
from router.views import MessageView

WORDS = "Some words with **bold** and `code` that fill a line or two of the reading column. " * 4


def chat(count: int) -> tuple[MessageView, ...]:
    return tuple(MessageView(f"{count}-{n}", "", "assistant" if n % 2 else "user", (TextPart(f"{n}. {WORDS}"),),
                             "complete", 0.0) for n in range(count))


def opening(app: QApplication, transcript: Transcript, messages: tuple[MessageView, ...]) -> tuple[float, float]:
    """(processor seconds until the newest are painted, until all are made)."""
    began = time.process_time()
    transcript.show_messages(messages)
    transcript.repaint()
    newest = time.process_time() - began
    while transcript.building:
        app.processEvents()
    return newest, time.process_time() - began


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pairs", type=int, default=5)
    chosen = options.parse_args()
    app = QApplication([])
    theme = Theme(app, "light")
    transcript = Transcript(theme, Icons(theme))
    transcript.resize(900, 700)
    transcript.show()
    short, long = chat(100), chat(10_000)
    opening(app, transcript, short)
    pairs = [(opening(app, transcript, short), opening(app, transcript, long)) for _ in range(chosen.pairs)]
    found = {
        "newest_100_ms": statistics.median(pair[0][0] for pair in pairs) * 1000,
        "newest_10000_ms": statistics.median(pair[1][0] for pair in pairs) * 1000,
        "all_100_ms": statistics.median(pair[0][1] for pair in pairs) * 1000,
        "all_10000_ms": statistics.median(pair[1][1] for pair in pairs) * 1000,
        "ratio": statistics.median(pair[1][1] / pair[0][1] for pair in pairs),
    }
    for name, value in found.items():
        print(f"{name:18} {value:10.2f}")
    print(json.dumps({"benchmark": "open_transcript", "pairs": chosen.pairs,
                      **{name: round(value, 3) for name, value in found.items()}, "ok": found["ratio"] <= 2.0}))


if __name__ == "__main__":
    main()
