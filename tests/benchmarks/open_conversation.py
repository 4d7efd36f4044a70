"""Opening a conversation of 10,000 messages against one of 100: the store's part of it.

    python -m tests.benchmarks.open_conversation [--pairs 9]

Both lie in one database. Each pair opens the store afresh and reads the last page of one, then of the other, in
turns. Prints a table, and one JSON line last. Allowed: a ratio of 2.0 (median of the pairs).
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from pathlib import Path

from router.memory import exchange
from router.memory.store import Store
from router.parts import TextPart

LARGE, SMALL = 10_000, 100
PAGE = 60
LIMIT = 2.0
TEXT = "A sentence of an answer with `code` and some more words in it. " * 12


def conversation(messages: int) -> exchange.StoredConversation:
    """Questions and answers in one line."""
    return exchange.StoredConversation(f"{messages} messages", tuple(
        exchange.StoredMessage(str(number), "user" if number % 2 else "assistant", (TextPart(f"{number}: {TEXT}"),),
                               parent=str(number - 1) if number > 1 else "", created=1_700_000_000.0 + number)
        for number in range(1, messages + 1)))


def fill(folder: Path) -> tuple[str, str]:
    """Both conversations, imported; their ids, the large one first."""
    file = folder / "both.json"
    file.write_bytes(exchange.encode(exchange.Export(conversations=(conversation(LARGE), conversation(SMALL)))))
    store = Store.open(folder / "data")
    (large, small), _ = store.import_conversations(file)
    store.close()
    return large, small


def seconds_to_open(folder: Path, identity: str) -> float:
    """Seconds for the row, the last page and its values, in a store just opened (opening itself not counted)."""
    store = Store.open(folder / "data")
    begun = time.perf_counter()
    store.conversation(identity)
    page, more_before, _ = store.path(identity, limit=PAGE)
    taken = time.perf_counter() - begun
    store.close()
    assert len(page) == PAGE and more_before
    return taken


def main() -> None:
    parser = argparse.ArgumentParser(description="a conversation of 10,000 messages against one of 100")
    parser.add_argument("--pairs", type=int, default=9)
    pairs = max(5, parser.parse_args().pairs)
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        large, small = fill(folder)
        seconds_to_open(folder, large)                           # warm: code and file cache, not part of a pair
        seconds_to_open(folder, small)
        measured = []
        for number in range(pairs):
            order = (large, small) if number % 2 else (small, large)
            taken = {identity: seconds_to_open(folder, identity) for identity in order}
            measured.append((taken[large], taken[small]))
    ratios = [one / other for one, other in measured]
    print(f"{'pair':>4}{'10,000 (ms)':>14}{'100 (ms)':>12}{'ratio':>8}")
    for number, (one, other) in enumerate(measured, start=1):
        print(f"{number:>4}{one * 1000:>14.2f}{other * 1000:>12.2f}{one / other:>8.2f}")
    ratio = statistics.median(ratios)
    print(f"median ratio {ratio:.2f} (allowed: {LIMIT})")
    print(json.dumps({"benchmark": "open_conversation", "passed": ratio <= LIMIT, "ratio": round(ratio, 3),
                      "pairs": len(ratios), "large_ms": round(statistics.median(a for a, _ in measured) * 1000, 3),
                      "small_ms": round(statistics.median(b for _, b in measured) * 1000, 3)}))
    sys.exit(0 if ratio <= LIMIT else 1)


if __name__ == "__main__":
    main()
