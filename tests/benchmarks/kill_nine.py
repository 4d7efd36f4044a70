"""`kill -9` at random moments while answers are being written: what is lost, and is the database whole?

    python -m tests.benchmarks.kill_nine [--kills 50]

A child process asks and answers without end, with the pace of the real turn: a piece of text every 10 ms, saved half a
second after the first unsaved one. It writes a line to a pipe *after* each commit and for each piece it made. The
parent kills it, then compares the database with the lines. Prints a table, and one JSON line last.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

import apsw

from router.memory.store import Store
from router.parts import TextPart, plain_text

PIECE_SECONDS = 0.01
SAVE_SECONDS = 0.5
PIECES_PER_ANSWER = 150
REPOSITORY = Path(__file__).parents[2]


@dataclass
class Outcome:
    """Totals over all kills. Seconds are the age of the oldest piece of text that was not on disk."""

    kills: int = 0
    corrupt: int = 0
    questions: int = 0
    lost_questions: int = 0
    saves: int = 0
    lost_saves: int = 0
    pieces: int = 0
    worst_lost_seconds: float = 0.0
    lost_seconds: list[float] = field(default_factory=list)


def write_without_end(folder: Path) -> None:
    """The child: questions and answers until killed."""
    store = Store.open(folder)
    conversation = ""
    say("ready")
    number = 0
    while True:
        number += 1
        question, answer = store.begin(conversation, f"question {number}")
        conversation = store.conversation_of(answer.id)
        say("question", id=question.id, text=f"question {number}")
        pieces: list[str] = []
        unsaved_since: float | None = None
        for piece in range(PIECES_PER_ANSWER):
            pieces.append(f"word{piece} ")
            now = time.monotonic()
            unsaved_since = unsaved_since or now
            say("piece", id=answer.id, at=now, length=sum(map(len, pieces)))
            if now - unsaved_since >= SAVE_SECONDS:
                store.write(answer.id, (TextPart("".join(pieces)),))
                say("saved", id=answer.id, length=sum(map(len, pieces)))
                unsaved_since = None
            time.sleep(PIECE_SECONDS)
        store.finish(answer.id, (TextPart("".join(pieces)),), "complete")
        say("saved", id=answer.id, length=sum(map(len, pieces)))


def say(what: str, **more: object) -> None:
    """One line to the parent, whole."""
    sys.stdout.write(json.dumps({"what": what, **more}) + "\n")
    sys.stdout.flush()


def kill_once(folder: Path, seconds: float, outcome: Outcome) -> None:
    """Start a child, kill it `seconds` after it is ready, compare."""
    child = subprocess.Popen([sys.executable, "-m", "tests.benchmarks.kill_nine", "--child", str(folder)],
                             cwd=REPOSITORY, stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    lines = [child.stdout.readline()]
    reading = threading.Thread(target=lambda: lines.extend(child.stdout or ()))
    reading.start()
    time.sleep(seconds)
    child.kill()
    killed_at = time.monotonic()
    child.wait()
    reading.join()
    child.stdout.close()
    compare(folder, [json.loads(line) for line in lines if line.endswith("\n")], killed_at, outcome)


def compare(folder: Path, lines: list[dict[str, object]], killed_at: float, outcome: Outcome) -> None:
    """What the child had said is done, against what is there."""
    assert lines and lines[0]["what"] == "ready", "the child did not start"
    outcome.kills += 1
    store = Store.open(folder)
    kept = {message.id: message for row in store.conversations()
            for message in store.path(row.id, limit=100_000)[0]}
    outcome.corrupt += bool(store.notices)
    store.close()
    connection = apsw.Connection(str(folder / "consort.db"))
    outcome.corrupt += list(connection.execute("PRAGMA integrity_check")) != [("ok",)]
    connection.close()
    lost_since = killed_at
    for line in lines[1:]:
        message = kept.get(str(line["id"]))
        text = plain_text(message.parts) if message is not None else ""
        if line["what"] == "question":
            outcome.questions += 1
            outcome.lost_questions += text != line["text"]
        elif line["what"] == "saved":
            outcome.saves += 1
            outcome.lost_saves += len(text) < int(str(line["length"]))
        else:
            outcome.pieces += 1
            if len(text) < int(str(line["length"])):
                lost_since = min(lost_since, float(str(line["at"])))
    outcome.lost_seconds.append(round(killed_at - lost_since, 3))
    outcome.worst_lost_seconds = max(outcome.lost_seconds)


def kill_often(kills: int, seed: int = 9) -> Outcome:
    """Kill after each of `kills` random times between 0 and 2.5 s, always on the same history."""
    moments = random.Random(seed)
    outcome = Outcome()
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(kills):
            kill_once(Path(folder) / "data", moments.uniform(0.0, 2.5), outcome)
    return outcome


def main() -> None:
    parser = argparse.ArgumentParser(description="kill -9 at random moments during streaming")
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child is not None:
        write_without_end(given.child)
    outcome = kill_often(given.kills)
    print(f"{'kills':<44}{outcome.kills:>10}")
    print(f"{'corrupt databases (allowed: 0)':<44}{outcome.corrupt:>10}")
    print(f"{'questions acknowledged':<44}{outcome.questions:>10}")
    print(f"{'questions lost (allowed: 0)':<44}{outcome.lost_questions:>10}")
    print(f"{'saves acknowledged':<44}{outcome.saves:>10}")
    print(f"{'saves lost (allowed: 0)':<44}{outcome.lost_saves:>10}")
    print(f"{'seconds of answer lost, worst (allowed: 1.0)':<44}{outcome.worst_lost_seconds:>10.3f}")
    passed = not (outcome.corrupt or outcome.lost_questions or outcome.lost_saves) and outcome.worst_lost_seconds <= 1.0
    print(json.dumps({"benchmark": "kill_nine", "passed": passed, **asdict(outcome)}))
    sys.exit(0 if passed else 1)


if __name__ == "__main__":
    main()
