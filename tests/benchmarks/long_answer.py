"""One answer of 20,000 tokens with code, tables and LaTeX, streamed into a real transcript: does the window stall?

A heartbeat of 1 ms measures how long the event loop is away (p99 and longest); the processor time of the second half of
the answer is compared with that of the first. Run: python -m tests.benchmarks.long_answer [--tokens N] [--rate R]
[--runs N]. Prints a table for people and, last, one line of JSON. Tokens are pieces of 1–8 characters, like a model's.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import time

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QObject, Qt, QTimer, Slot
from PySide6.QtWidgets import QApplication

from desktop_app.icons import Icons
from desktop_app.theme import Theme
from desktop_app.transcript import Transcript
from router.parts import TextPart
from router.views import MessageView

WORDS = ("the", "model", "reads", "every", "token", "once", "and", "keeps", "what", "it", "needs", "so", "that",
         "nothing", "is", "computed", "twice", "in", "a", "row")


def section(number: int, dice: random.Random) -> str:
    """About 330 tokens: a heading, prose with inline math, and a code block, a table, a formula or a list."""
    def sentence() -> str:
        return " ".join(dice.choices(WORDS, k=16)).capitalize() + "."

    prose = " ".join(sentence() for _ in range(4))
    prose += f" With $x_{{{number}}}^2 + y$ and `name_{number}` it is **so**.\n\n"
    code = "```python\n" + "".join(
        f"def step_{number}_{line}(value: int) -> str:\n    return f\"{{value}} and {line}\"  # why\n\n"
        for line in range(4)) + "```\n\n"
    table = "| name | value | remark |\n|---|--:|---|\n" + "".join(
        f"| row {row} | {dice.randint(1, 999)} | {' '.join(dice.choices(WORDS, k=4))} |\n" for row in range(6)) + "\n"
    formula = f"$$\n\\sum_{{i=0}}^{{{number}}} \\frac{{x_i}}{{{number} + i}} = \\sqrt{{a_{{{number}}}}}\n$$\n\n"
    points = "".join(f"{point}. {sentence()}\n   - {sentence()}\n" for point in range(1, 4)) + "\n"
    return f"## Part {number}\n\n{prose}{code}{table}{formula}{points}"


def answer_of(tokens: int) -> list[str]:
    """The pieces a model would send: words with their space, or some signs, 8 characters at most."""
    dice = random.Random(7)
    pieces: list[str] = []
    number = 0
    while len(pieces) < tokens:
        number += 1
        pieces += re.findall(r"\s?\w{1,7}|\s{1,4}|[^\w\s]{1,3}", section(number, dice))
    return pieces[:tokens]


class Heartbeat(QObject):
    """How long the event loop stayed away at every beat, in seconds: by the clock, and by its own processor time.

    On a busy machine the clock also counts what other programs took; the processor time does not.
    """

    def __init__(self) -> None:
        super().__init__()
        self.gaps: list[float] = []
        self.work: list[float] = []
        self._spent = time.thread_time()
        self._last = time.perf_counter()
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start(1)

    @Slot()
    def _beat(self) -> None:
        now = time.perf_counter()
        spent = time.thread_time()
        self.gaps.append(now - self._last)
        self.work.append(spent - self._spent)
        self._last, self._spent = now, spent

    def p99(self, values: list[float]) -> float:
        """In ms."""
        return sorted(values)[int(len(values) * 0.99)] * 1000


class Stream(QObject):
    """Feeds the pieces at `rate` a second, in bursts every 5 ms as they come from a pipe."""

    def __init__(self, transcript: Transcript, pieces: list[str], rate: float) -> None:
        super().__init__()
        self._transcript, self._pieces, self._rate = transcript, pieces, rate
        self.at = 0
        self._began = time.perf_counter()
        self.halves: list[tuple[float, float]] = [(time.process_time(), self._began)]
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._burst)
        self._timer.start(5)

    @Slot()
    def _burst(self) -> None:
        due = min(len(self._pieces), int((time.perf_counter() - self._began) * self._rate))
        middle = len(self._pieces) // 2
        for piece in self._pieces[self.at : due]:
            self._transcript.add_text("answer", piece)
        if self.at < middle <= due:
            self.halves.append((time.process_time(), time.perf_counter()))
        self.at = due
        if due == len(self._pieces):
            self._timer.stop()
            text = "".join(self._pieces)
            self._transcript.finish(MessageView("answer", "", "assistant", (TextPart(text),), "complete", 0.0))
            self.halves.append((time.process_time(), time.perf_counter()))


def measure(app: QApplication, tokens: int, rate: float) -> dict[str, float]:
    """One run. Times in ms, costs in seconds of processor time."""
    theme = Theme(app, "light")
    transcript = Transcript(theme, Icons(theme))
    transcript.resize(900, 700)
    transcript.show()
    transcript.add_message(MessageView("question", "", "user", (TextPart("Explain."),), "complete", 0.0))
    transcript.add_message(MessageView("answer", "question", "assistant", (), "streaming", 0.0))
    transcript.add_text("answer", "First $a$ formula.\n\n")      # the typesetter is loaded before the clock starts
    idle = Heartbeat()
    end = time.perf_counter() + 3
    while time.perf_counter() < end:
        app.processEvents()
        time.sleep(0.002)
    pieces = answer_of(tokens)
    idle_p99 = idle.p99(idle.gaps)
    idle.deleteLater()
    beat, stream = Heartbeat(), Stream(transcript, pieces, rate)
    while len(stream.halves) < 3:
        app.processEvents()
        time.sleep(0.0002)
    first = stream.halves[1][0] - stream.halves[0][0]
    second = stream.halves[2][0] - stream.halves[1][0]
    took = stream.halves[2][1] - stream.halves[0][1]
    transcript.close()
    transcript.deleteLater()
    app.processEvents()
    return {
        "p99_ms": beat.p99(beat.gaps), "longest_ms": max(beat.gaps) * 1000, "idle_p99_ms": idle_p99,
        "own_p99_ms": beat.p99(beat.work), "own_longest_ms": max(beat.work) * 1000,
        "first_half_s": first, "second_half_s": second, "ratio": second / first,
        "seconds": took, "characters": float(sum(map(len, pieces))),
    }


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--tokens", type=int, default=20_000)
    options.add_argument("--rate", type=float, default=1_000, help="tokens a second")
    options.add_argument("--runs", type=int, default=1)
    chosen = options.parse_args()
    app = QApplication([])
    runs = [measure(app, chosen.tokens, chosen.rate) for _ in range(chosen.runs)]
    middle = {name: round(statistics.median(run[name] for run in runs), 3) for name in runs[0]}
    for name, value in middle.items():
        print(f"{name:16} {value:12,.2f}")
    print(json.dumps({"benchmark": "long_answer", "tokens": chosen.tokens, "rate": chosen.rate, **middle,
                      "ok": middle["p99_ms"] <= 50 and middle["ratio"] <= 1.3}))


if __name__ == "__main__":
    main()
