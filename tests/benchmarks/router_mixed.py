"""What the router is worth: answer quality and seconds on requests of every kind, against one specialist for all.

    python -m tests.benchmarks.router_mixed --data-dir DIR [--answers FILE] [--seconds N] [--json]

DIR is a data folder with the encoder and at least two specialists. Every specialist answers every request once, at
temperature 0; the answers go to FILE as they come, so a run that is cut off (--seconds) goes on where it was. Then the
router decides for each request, and what its choice answered counts. Beside it: always the best single specialist,
always the largest, and the oracle (the quickest right answer, if there is one).

The strengths in the catalogue come from these very requests, so there is a second line for the router: strengths
measured on one half of the requests decide about the other half, and the other way round.
Seconds are wall clock from asking to the end of the answer, without loading, plus the decision's.
Prints tables for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from router.assistant import Assistant, open_assistant
from router.choose.selector import Option, select
from router.choose.strengths import strengths
from router.messages import Ask, Event, Refused, RequestRouted, RouteRequest, TurnFinished
from tests.benchmarks.answer_checks import holds

MIXED = Path(__file__).parent / "router_requests" / "mixed.jsonl"
MOST_TOKENS = 256
MEASURED = ("general", "code", "math", "reasoning", "writing")


@dataclass(frozen=True)
class Answer:
    """What one specialist said to one request, and in how many seconds."""

    specialist: str
    text: str
    answer: str
    seconds: float


class Core:
    """A core that is asked one thing at a time."""

    def __init__(self, assistant: Assistant) -> None:
        self.assistant = assistant
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        assistant.subscribe(self._events.put_nowait)

    async def until(self, command: Any, wanted: Callable[[Event], bool]) -> Any:
        """Send `command` and wait for the event that ends it. Ends the program when it is refused."""
        self.assistant.send(command)
        while True:
            event = await self._events.get()
            if isinstance(event, Refused):
                raise SystemExit(f"{event.text} {event.hint}")
            if wanted(event):
                return event

    async def ask(self, specialist: str, text: str) -> Answer:
        """One answer, kept nowhere."""
        turn = f"{time.monotonic_ns()}"
        began = time.perf_counter()
        said = await self.until(
            Ask(turn, text, temporary=True, specialist=specialist, temperature=0.0, seed=1, max_tokens=MOST_TOKENS),
            lambda event: isinstance(event, TurnFinished) and event.turn == turn)
        if said.reason == "failed":
            raise SystemExit(f"{said.error} {said.hint}")
        return Answer(specialist, text, said.text, time.perf_counter() - began - said.load_seconds)

    async def route(self, text: str) -> RequestRouted:
        """The router's decision."""
        return await self.until(RouteRequest(text, request="r"), lambda event: isinstance(event, RequestRouted))


def read_answers(path: Path | None) -> dict[tuple[str, str], Answer]:
    """Those of earlier runs, by specialist and request."""
    if path is None or not path.exists():
        return {}
    found = [Answer(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    return {(one.specialist, one.text): one for one in found}


async def answer_all(core: Core, texts: list[str], answers: dict[tuple[str, str], Answer], path: Path | None,
                     seconds: float) -> bool:
    """Have everybody answer what is not answered yet. False when the time was up first."""
    until = time.monotonic() + seconds
    for specialist in [one.id for one in core.assistant.roster.answerers()]:
        for text in texts:
            if (specialist, text) in answers:
                continue
            if time.monotonic() > until:
                return False
            answers[specialist, text] = one = await core.ask(specialist, text)
            if path is not None:
                with path.open("a", encoding="utf-8") as file:
                    file.write(json.dumps(one.__dict__, ensure_ascii=False) + "\n")
    return True


@dataclass
class Board:
    """Every answer marked. right, seconds: specialist → one value per request. skill: of each request."""

    skill: list[str]
    right: dict[str, list[bool]]
    seconds: dict[str, list[float]]

    def hits(self, specialist: str, skill: str) -> int:
        """How many answers to requests of the skill are right."""
        return sum(mark for mark, kind in zip(self.right[specialist], self.skill, strict=True) if kind == skill)

    def strength(self, specialist: str, skill: str, among: Iterable[int]) -> float:
        """The share of right answers, by the rule of succession, as a dozen requests prove little."""
        marks = [self.right[specialist][one] for one in among if self.skill[one] == skill]
        return (sum(marks) + 1) / (len(marks) + 2)

    def line(self, chosen: list[str], extra: list[float] | None = None) -> dict[str, Any]:
        """Quality and seconds of a way to choose."""
        right = [self.right[who][number] for number, who in enumerate(chosen)]
        spent = [self.seconds[who][number] for number, who in enumerate(chosen)]
        spent = [one + more for one, more in zip(spent, extra or [0.0] * len(spent), strict=True)]
        return {"quality": round(fmean(right), 4), "seconds": round(fmean(spent), 2),
                **{skill: round(fmean(one for one, kind in zip(right, self.skill, strict=True) if kind == skill), 4)
                   for skill in MEASURED}}

    def oracle(self) -> list[str]:
        """The quickest right one, else the quickest."""
        return [min(self.right, key=lambda who: (not self.right[who][number], self.seconds[who][number]))
                for number in range(len(self.skill))]


def by_halves(board: Board, routed: list[RequestRouted], others: dict[str, dict[str, float]]) -> list[str]:
    """Whom the selector takes with strengths from the other half. others: strengths where nothing is measured."""
    chosen = []
    for number, one in enumerate(routed):
        half = [other for other in range(len(board.skill)) if other % 2 != number % 2]
        options = [Option(who, others[who] | {skill: board.strength(who, skill, half) for skill in MEASURED},
                          fmean(board.seconds[who][other] for other in half)) for who in board.right]
        skills = one.skills or {one.skill: 1.0}
        chosen.append(select(skills, options, difficulty=one.difficulty or 2.0)[0].option.specialist)
    return chosen


async def measure(folder: Path, rows: list[dict[str, Any]], path: Path | None, seconds: float) -> dict[str, Any] | None:
    """All numbers; None when the time was up before everybody had answered."""
    answers = read_answers(path)
    assistant = await open_assistant(folder)
    try:
        core = Core(assistant)
        texts = [row["text"] for row in rows]
        if not await answer_all(core, texts, answers, path, seconds):
            return None
        await core.route(texts[0])                          # the first one loads the encoder
        routed = [await core.route(text) for text in texts]
        manifests = {one.id: one for one in assistant.roster.answerers()}
        sizes = {name: assistant.roster.view(name).size for name in manifests}
    finally:
        await assistant.close()
    board = Board([row["skill"] for row in rows],
                  {who: [holds(row["check"], answers[who, row["text"]].answer, row["text"]) for row in rows]
                   for who in manifests},
                  {who: [answers[who, row["text"]].seconds for row in rows] for who in manifests})
    lines = {who: board.line([who] * len(rows)) for who in manifests}
    best = max(lines, key=lambda who: lines[who]["quality"])
    largest = max(sizes, key=lambda who: sizes[who])
    decided = [one.seconds_taken for one in routed]
    halves = by_halves(board, routed, {who: strengths(one) for who, one in manifests.items()})
    return {
        "benchmark": "router_mixed", "requests": len(rows), "best": best, "largest": largest,
        "ways": {"router": board.line([one.specialist for one in routed], decided),
                 "router, strengths of the other half": board.line(halves, decided),
                 f"always the best ({best})": lines[best], f"always the largest ({largest})": lines[largest],
                 "oracle": board.line(board.oracle()),
                 **{f"always {who}": line for who, line in lines.items() if who not in (best, largest)}},
        "router skill accuracy": round(fmean(one.skill == row["skill"]
                                             for one, row in zip(routed, rows, strict=True)), 4),
        "strengths": {who: {skill: round(board.strength(who, skill, range(len(rows))), 2) for skill in MEASURED}
                      for who in manifests},
        "right": {who: {skill: f"{board.hits(who, skill)}/{board.skill.count(skill)}" for skill in MEASURED}
                  for who in manifests},
        "chosen": {who: sum(one.specialist == who for one in routed) for who in manifests},
    }


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--file", type=Path, default=MIXED)
    parser.add_argument("--answers", type=Path)
    parser.add_argument("--seconds", type=float, default=1e9, help="stop asking after so long; go on with --answers")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = [json.loads(line) for line in arguments.file.read_text(encoding="utf-8").splitlines() if line]
    found = asyncio.run(measure(arguments.data_dir, rows, arguments.answers, arguments.seconds))
    if found is None:
        raise SystemExit("Not everybody has answered yet; run it again with the same --answers.")
    if not arguments.json:
        print(f"{'way':40} {'quality':>8} {'seconds':>8}  " + " ".join(f"{skill:>9}" for skill in MEASURED))
        for name, line in found["ways"].items():
            print(f"{name:40} {line['quality']:8.1%} {line['seconds']:8.2f}  "
                  + " ".join(f"{line[skill]:9.0%}" for skill in MEASURED))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
