"""The router on everyday requests that nobody tuned on, through the commands a front-end gives, weights as shipped.

    python -m tests.benchmarks.router --data-dir DIR [--file REQUESTS.jsonl] [--json]

DIR is a data folder with the encoder (`consort route … --yes` installs it). Beside it stands the baseline on the same
requests: the same classifier by the words alone. Prints tables for people (not with --json) and one JSON line last.
Six skills: all but vision, whose requests mostly bring a picture; documents with an attached file are told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from router import router_training
from router.assistant import open_assistant
from router.choose.measuring import calibration_error
from router.choose.training import Row
from router.messages import Refused, RequestRouted, RouteRequest

EVERYDAY = Path(__file__).parent / "router_requests" / "everyday.jsonl"
TARGETS = {"six skills": 0.92, "none of these, area": 0.95, "decision ms, median": 10.0, "decision ms, p95": 30.0}


@dataclass(frozen=True)
class Decided:
    """A row and what the router made of it."""

    row: Row
    routed: RequestRouted


async def decide(folder: Path, rows: list[Row]) -> list[Decided]:
    """Each row through the core's own door; the first request warms the encoder and is repeated."""
    core = await open_assistant(folder)
    answers: asyncio.Queue[RequestRouted | Refused] = asyncio.Queue()
    core.subscribe(lambda event: answers.put_nowait(event) if isinstance(event, RequestRouted | Refused) else None)
    decided = []
    try:
        for number, row in enumerate([rows[0], *rows]):
            core.send(RouteRequest(row.request.text, row.request.before, row.request.attached, str(number)))
            answer = await answers.get()
            if isinstance(answer, Refused):
                raise SystemExit(f"{answer.text} {answer.hint}")
            if number:
                decided.append(Decided(row, answer))
    finally:
        await core.close()
    return decided


def report(decided: list[Decided], words_alone: dict[str, float]) -> dict[str, object]:
    """All numbers."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for one in decided:
        hits[one.row.skill].append(one.routed.skill == one.row.skill)
    known = [one for one in decided if one.row.skill != "none"]
    six = [hit for skill in hits if skill not in ("none", "vision") for hit in hits[skill]]
    skills = tuple(sorted({skill for one in known for skill in one.routed.skills}))
    chances = np.asarray([[one.routed.skills.get(skill, 0.0) for skill in skills] for one in known])
    right = np.asarray([one.row.skill for one in known])
    bare = [one.routed.skill == one.row.skill for one in known if one.row.skill == "documents"
            and not one.row.request.attached]
    spent = sorted(1000 * one.routed.seconds_taken for one in decided)
    strange = [one.row.skill == "none" for one in decided]
    return {
        "requests": len(decided), "six skills": round(float(np.mean(six)), 4),
        "words alone, six skills": round(words_alone["six"], 4),
        **{f"skill {skill}": round(float(np.mean(found)), 4) for skill, found in sorted(hits.items())
           if skill != "none"},
        "documents without a file": round(float(np.mean(bare)), 4) if bare else None,
        "follow-ups": round(float(np.mean([one.routed.skill == one.row.skill for one in known
                                           if one.row.request.before])), 4),
        "calibration error": round(calibration_error(chances, right, skills), 4),
        "none of these, area": round(float(roc_auc_score(strange, [one.routed.none for one in decided])), 4)
        if any(strange) else None,
        "decision ms, median": round(statistics.median(spent), 2),
        "decision ms, p95": round(spent[int(0.95 * (len(spent) - 1))], 2),
        "by encoder": sum(one.routed.layer in ("encoder", "rules") for one in decided),
    }


def by_words(rows: list[Row], folder: Path) -> dict[str, float]:
    """The baseline: the same weights without the encoder."""
    weights, _ = router_training.load_weights(folder)
    if weights is None:
        raise SystemExit("There are no weights; see consort train-router.")
    hits = [weights.judge(row.request, None).skill == row.skill for row in rows if row.skill not in ("none", "vision")]
    return {"six": float(np.mean(hits))}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--file", type=Path, default=EVERYDAY)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = router_training.read_rows(arguments.file)
    found = report(asyncio.run(decide(arguments.data_dir, rows)), by_words(rows, arguments.data_dir))
    if not arguments.json:
        for name, value in found.items():
            print(f"{name:32} {value!s:>8}   {f'wanted {TARGETS[name]}' if name in TARGETS else ''}")
    print(json.dumps({"benchmark": "router", **found}))


if __name__ == "__main__":
    main()
