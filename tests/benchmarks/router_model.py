"""Whether the router model helps where the encoder is unsure, and in how many seconds: this decides if it is on.

    python -m tests.benchmarks.router_model --data-dir DIR [--file REQUESTS.jsonl] [--limit N] [--json]

DIR is a data folder with the encoder and a specialist that can serve. Every fourth of the shipped requests is judged by
weights fitted to the others; with --file the shipped weights judge that file. Where the likeliest skill has less than
UNCERTAIN, the router model is asked as in a turn, without its time limit to see what that costs. The baseline on the
same requests is the encoder alone. It is worth being on when the gain's 95 % interval (bootstrap over requests) lies
above 0 with the limit in force. Prints a table for people (not with --json) and one JSON line last.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import fmean, median

import numpy as np

from router import router_training
from router.assistant import open_assistant
from router.choose import training
from router.choose.chooser import UNCERTAIN, Chooser
from router.choose.classifier import Novelty
from router.choose.request import Judgement, Request
from router.choose.router_model import SECONDS, RouterModel, serving
from router.choose.training import NONE, SEED, Row

EVERY = 4               # one request in so many is held out
TEMPERATURES = (0.75, 1.0)      # the first as in the shipped weights
PATIENCE = 120.0        # seconds: without a limit, and to get ready
DRAWS = 10_000


@dataclass(frozen=True)
class Asked:
    """An uncertain request: its skill, the encoder's, the joined one, and the seconds of the router model."""

    skill: str
    encoder: str
    joined: str
    seconds: float


async def ask(folder: Path, file: Path | None, limit: int) -> tuple[list[Asked], int]:
    """The uncertain requests, `limit` at most, and how many were judged."""
    core = await open_assistant(folder)
    try:
        chooser = core._routing.chooser
        judged = await by_shipped(chooser, file) if file else await held_out(chooser)
        unsure = [(row, judgement) for row, judgement in judged if max(judgement.skills.values()) < UNCERTAIN][:limit]
        if not unsure:
            raise SystemExit("None of these requests is uncertain.")
        model = RouterModel(core.fleet, partial(serving, core.roster), seconds=PATIENCE)
        await warmed(model, unsure[0][1])
        found = []
        for row, judgement in unsure:
            began = time.perf_counter()
            skills = await model.skills(row.request, judgement)
            if skills is None:
                raise SystemExit("The router model did not answer; see the log.")
            found.append(Asked(row.skill, likeliest(judgement.skills), likeliest(skills), time.perf_counter() - began))
        await model.close()
        return found, len(judged)
    finally:
        await core.close()


async def by_shipped(chooser: Chooser, file: Path) -> list[tuple[Row, Judgement]]:
    """Each row with what the shipped weights say."""
    rows = [row for row in router_training.read_rows(file) if row.skill != NONE]
    judged = [(row, await chooser.judge(row.request)) for row in rows]
    return [(row, judgement) for row, judgement in judged if judgement is not None]


async def held_out(chooser: Chooser) -> list[tuple[Row, Judgement]]:
    """Every fourth shipped request, in an order drawn by SEED, with what weights fitted to the others say of it."""
    rows = [row for row in router_training.own_rows() if row.skill != NONE]
    vectors = await router_training.embed(rows, chooser.encoder, lambda _: None)
    order = np.random.default_rng(SEED).permutation(len(rows))
    kept, out = ([rows[place] for place in order if (place % EVERY == 0) == held] for held in (False, True))
    fitted = training.train(kept, training.columns_for(kept, vectors), TEMPERATURES, Novelty(1.0, 0.0, 0.0))
    return [(row, fitted.judge(row.request, [vectors[row.request.text], *(vectors[text] for text in
                                                                         row.request.before[-1:])])) for row in out]


async def warmed(model: RouterModel, judgement: Judgement) -> None:
    """Return when it is in memory and has read the policy."""
    until = time.monotonic() + PATIENCE
    while await model.skills(Request("hello"), judgement) is None:
        if time.monotonic() > until:
            raise SystemExit("No specialist here can serve as the router model, or there is no room for it.")
        await asyncio.sleep(1.0)


def likeliest(skills: dict[str, float]) -> str:
    """The skill with the highest probability."""
    return max(skills, key=lambda skill: skills[skill])


def report(asked: list[Asked], judged: int) -> dict[str, object]:
    """All numbers; right is a share of the uncertain requests."""
    alone = np.array([one.encoder == one.skill for one in asked])
    patient = np.array([one.joined == one.skill for one in asked])
    in_time = np.array([one.seconds <= SECONDS for one in asked])
    limited = np.where(in_time, patient, alone)
    draws = np.random.default_rng(0).integers(0, len(asked), (DRAWS, len(asked)))
    gains = np.sort((limited.astype(float) - alone.astype(float))[draws].mean(1))
    low, high = gains[int(0.025 * DRAWS)], gains[int(0.975 * DRAWS)]
    spent = sorted(one.seconds for one in asked)
    return {"judged": judged, "uncertain": len(asked), "encoder alone": round(float(alone.mean()), 4),
            "with the router model": round(float(limited.mean()), 4),
            "without a time limit": round(float(patient.mean()), 4),
            "answered in time": round(float(in_time.mean()), 4),
            "gain, low": round(float(low), 4), "gain, high": round(float(high), 4),
            "seconds, median": round(median(spent), 2), "seconds, p95": round(spent[int(0.95 * (len(spent) - 1))], 2),
            "seconds, mean with the limit": round(fmean(min(one, SECONDS) for one in spent), 2),
            "worth being on": bool(low > 0)}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--limit", type=int, default=150, metavar="N", help="uncertain requests at most")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    asked, judged = asyncio.run(ask(arguments.data_dir, arguments.file, arguments.limit))
    numbers = report(asked, judged)
    if not arguments.json:
        for name, value in numbers.items():
            print(f"{name:32}{value}")
    print(json.dumps({"benchmark": "router_model", **numbers}))


if __name__ == "__main__":
    main()
