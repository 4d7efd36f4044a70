"""Answers from ten documents: does the cited span contain the answer, and is it said when nothing answers?

    python -m tests.benchmarks.cited_answers --data-dir DIR [--specialist ID] [--only N]

DIR has the encoder and the specialist installed; its documents are those of this benchmark afterwards. The baseline is
the first passage of the search alone: what a person would see without a chat model.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import tempfile
import time
import tomllib
from importlib.metadata import distribution
from pathlib import Path

from router.command_line.front import Front, new_id
from router.messages import (
    AddDocuments,
    AnswerCited,
    Ask,
    DocumentsFound,
    DocumentsListed,
    ListDocuments,
    SearchDocuments,
    TurnFinished,
)
from router.parts import DocumentsPart

ROOT = Path(__file__).parents[2]
OWN = ROOT / "tests/data/cited"
NOTHING = ("There is nothing about this in your documents.", "Your documents do not answer this.")


def gather(folder: Path) -> None:
    """Ten documents: four of the tests' own, two licences, two of the project, the descriptions of packages."""
    for path in OWN.glob("*.md"):
        shutil.copy(path, folder)
    shutil.copy(ROOT / "LICENSE", folder / "gpl.txt")
    shutil.copy(ROOT / "CONTRIBUTING.md", folder / "contributing.md")
    for name in ("tqdm", "psutil", "threadpoolctl"):
        (folder / f"{name}.md").write_text(distribution(name).metadata.get_payload() or
                                           distribution(name).metadata["Description"], encoding="utf-8")
    packaging = distribution("packaging")
    apache = next(file for file in packaging.files or () if file.name == "LICENSE.APACHE")
    shutil.copy(str(packaging.locate_file(apache)), folder / "apache.txt")


async def ask(front: Front, question: str, folder: Path, specialist: str) -> tuple[AnswerCited | None, TurnFinished]:
    command = Ask(new_id(), question, temporary=True, specialist=specialist, temperature=0.0, seed=1, max_tokens=200,
                  documents=DocumentsPart((str(folder),)))
    front.send(command)
    checked: AnswerCited | None = None
    async for event in front.events():
        if isinstance(event, AnswerCited) and event.turn == command.turn:
            checked = event
        if isinstance(event, TurnFinished) and event.turn == command.turn:
            return checked, event
    raise AssertionError


def contains(text: str, answers: list[str]) -> bool:
    text = " ".join(text.split()).casefold()
    return any(answer.casefold() in text for answer in answers)


async def measure(arguments: argparse.Namespace) -> dict[str, object]:
    asked = tomllib.loads((OWN / "questions.toml").read_text(encoding="utf-8"))
    answered = list(asked["answered"].items())[:arguments.only]
    unanswered = asked["unanswered"]["questions"][:arguments.only]
    spans = quotes = right = found_first = silent = begun = 0.0
    with tempfile.TemporaryDirectory() as here:
        folder = Path(here)
        gather(folder)
        async with Front(arguments.data_dir) as front:
            await front.ask_core(AddDocuments(str(folder), (), new_id()), DocumentsListed)
            await front.ask_core(ListDocuments(True, new_id()), DocumentsListed)
            begun = time.perf_counter()
            for question, answers in answered:
                found = await front.ask_core(SearchDocuments(question, 1, str(folder), 0.0, new_id()), DocumentsFound)
                found_first += bool(found.passages) and contains(found.passages[0].text, answers)
                checked, finished = await ask(front, question, folder, arguments.specialist)
                by_number = {one.number: one for one in checked.sources} if checked else {}
                supported = [one for one in checked.citations if one.supported] if checked else []
                span = any(contains(by_number[one.source].text, answers) for one in supported)
                quote = any(contains(by_number[one.source].text[one.quote_start - by_number[one.source].start:
                                                                one.quote_end - by_number[one.source].start], answers)
                            for one in supported)
                spans, quotes = spans + span, quotes + quote
                right += contains(finished.text, answers)
                print(f"{'cited' if span else '  -  '} {'quote' if quote else '  -  '} {question}\n"
                      f"        {' '.join(finished.text.split())[:300] or finished.error}", flush=True)
            seconds = (time.perf_counter() - begun) / max(1, len(answered))
            for question in unanswered:
                _, finished = await ask(front, question, folder, arguments.specialist)
                silent += finished.text in NOTHING
                print(f"{'silent' if finished.text in NOTHING else 'SPOKE '} {question}\n"
                      f"        {' '.join(finished.text.split())[:300]}", flush=True)
    return {"benchmark": "cited_answers", "specialist": arguments.specialist,
            "cited_span_contains_answer": round(spans / len(answered), 3),
            "quotation_contains_answer": round(quotes / len(answered), 3),
            "answer_is_right": round(right / len(answered), 3),
            "first_passage_contains_answer": round(found_first / len(answered), 3),
            "says_so": round(silent / len(unanswered), 3), "seconds_a_question": round(seconds, 1)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--specialist", default="qwen2.5-coder-1.5b")
    parser.add_argument("--only", type=int, default=None)
    measured = asyncio.run(measure(parser.parse_args()))
    for name, value in measured.items():
        print(f"{name:32} {value}")
    print(json.dumps(measured))


if __name__ == "__main__":
    main()
