"""What model files made to do harm cost: each is imported and checked with the real engine, as a person would do it.

    python -m tests.benchmarks.hostile_models [--every N] [--json]

Wanted of every one: Consort lives, nothing is written outside its folder, a sentence says what is wrong, and nobody is
offered the model. Files whose change makes no difference may turn out sound; they are counted apart. The baseline is
the sound tiny model all of them are drawn from: it opens and writes, so what is refused is refused for its trick.
Prints a table for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path

from router.assistant import Assistant, open_assistant
from router.messages import Event, ImportModel, ModelChecked, ModelsImported, Refused, Remove, Removed
from tests.hostile_models import Hostile, hostile_models, model

PATIENCE = 330.0                # seconds for one file; a check may take 300


@dataclass(frozen=True)
class Outcome:
    """What came of one file. by: `import` (refused at once), `check` (refused on trial), `sound`, or `silent`."""

    kind: str
    name: str
    by: str
    sentence: str
    offered: bool
    seconds: float


class Asking:
    """Sends commands and waits for what answers them."""

    def __init__(self, core: Assistant) -> None:
        self._core = core
        self._events: list[Event] = []
        self._told = asyncio.Event()
        core.subscribe(self._hear)

    def _hear(self, event: Event) -> None:
        self._events.append(event)
        self._told.set()

    async def send(self, command: ImportModel | Remove) -> list[Event]:
        """Every event until the answer, which is the last."""
        self._events.clear()
        self._core.send(command)
        async with asyncio.timeout(PATIENCE):
            while True:
                for place, event in enumerate(self._events):
                    if isinstance(event, ModelsImported | Removed | Refused) and event.request == command.request:
                        return self._events[:place + 1]
                self._told.clear()
                await self._told.wait()


async def run(models: list[Hostile], place: Path) -> list[Outcome]:
    """Import each in turn into a Consort of its own folder; what is there of `place` besides must stay as it is."""
    core = await open_assistant(place / "consort")
    try:
        asking = Asking(core)
        found = []
        for number, one in enumerate(models):
            path = place / "theirs" / one.name
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(one.content)
            found.append(await _import(one, path, asking, core, f"{number}"))
            path.unlink()
            strangers = _names(place) - {"consort", "theirs"} | _names(path.parent)
            assert not strangers, f"{one.name} left {strangers} behind"
        return found
    finally:
        await core.close()


def _names(folder: Path) -> set[str]:
    return {each.name for each in folder.iterdir()}


async def _import(one: Hostile, path: Path, asking: Asking, core: Assistant, request: str) -> Outcome:
    began = time.monotonic()
    events = await asking.send(ImportModel(str(path), request=request))
    seconds = time.monotonic() - began
    answer = events[-1]
    if isinstance(answer, Refused):
        return Outcome(one.kind, one.name, "import", f"{answer.text} {answer.hint}".strip(), False, seconds)
    assert isinstance(answer, ModelsImported)
    checked = [event for event in events if isinstance(event, ModelChecked)]
    view = core.roster.check(answer.specialists[0])
    offered = answer.specialists[0] in {each.id for each in core.roster.answerers()}
    await asking.send(Remove(answer.specialists[0], request=f"{request}-"))
    by = {"refused": "check", "passed": "sound"}.get(view.state, "silent") if checked else "silent"
    return Outcome(one.kind, one.name, by, " ".join(view.problems), offered, seconds)


def report(outcomes: list[Outcome]) -> dict[str, object]:
    """Numbers for the JSON line. wrong: files that were silent, said nothing, or were offered without being sound."""
    wrong = [one.name for one in outcomes if one.by == "silent" or (one.by != "sound" and (
        not one.sentence or one.offered))]
    by = Counter(one.by for one in outcomes)
    return {"benchmark": "hostile_models", "files": len(outcomes), "refused at import": by["import"],
            "refused on trial": by["check"], "harmless": by["sound"], "wrong": wrong,
            "sentences": len({one.sentence for one in outcomes if one.sentence}),
            "longest, seconds": round(max(one.seconds for one in outcomes), 1)}


def table(outcomes: list[Outcome]) -> str:
    """A line a class."""
    classes: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        classes[one.kind].append(one)
    lines = [f"{'class':20} {'files':>5} {'at import':>9} {'on trial':>8} {'harmless':>8} {'silent':>6} {'longest':>8}"]
    for kind, each in classes.items():
        by = Counter(one.by for one in each)
        lines.append(f"{kind:20} {len(each):5} {by['import']:9} {by['check']:8} {by['sound']:8} {by['silent']:6} "
                     f"{max(one.seconds for one in each):7.1f}s")
    return "\n".join(lines)


def main() -> None:
    """Run all, or every Nth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--every", type=int, default=1, metavar="N")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    models = [Hostile("the sound one", "tiny.gguf", model()), *list(hostile_models())[::arguments.every]]
    with tempfile.TemporaryDirectory() as place:
        outcomes = asyncio.run(run(models, Path(place)))
    if not arguments.json:
        print(table(outcomes))
        print(*(f"{one.name}: {one.by}, offered: {one.offered}: {one.sentence[:300]}" for one in outcomes), sep="\n")
    print(json.dumps(report(outcomes[1:])))


if __name__ == "__main__":
    main()
