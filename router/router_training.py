"""Refitting the router's weights: read requests, let the encoder understand them, measure, fit, write one file.

The requests that are shipped are always part of it; others come beside them. The weights go into the data folder, where
they are preferred to those that are shipped, or to a file that is named.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from router.choose import classifier, measuring, training
from router.choose.chooser import SentenceEncoder
from router.choose.classifier import DIMENSIONS, Classifier
from router.choose.request import Request
from router.choose.training import OURS, Row
from router.errors import UserFacingError
from router.messages import RouterTrained, TrainingMoved

WEIGHTS = "router/weights.npz"
BATCH = 32                      # texts that the encoder gets at once
LARGEST = 256 * 2**20
LONGEST_NAME = 60               # characters of a skill's or a source's name

Tell = Callable[[TrainingMoved], None]


def shipped_weights() -> Path:
    """The file that comes with Consort."""
    return Path(str(files("resources"))) / WEIGHTS


def own_weights(data_folder: Path) -> Path:
    """Where the person's own are kept; they win."""
    return data_folder / WEIGHTS


def load_weights(data_folder: Path) -> tuple[Classifier | None, str]:
    """The classifier, the person's own first, and a sentence when something is wrong with a file."""
    wrong = ""
    for path in (own_weights(data_folder), shipped_weights()):
        if path.exists():
            try:
                return classifier.load(path), wrong
            except classifier.BrokenWeights as error:
                wrong = f"The router's weights in {path} cannot be used ({error})."
    return None, wrong or "The router's weights are missing."


def own_rows() -> list[Row]:
    """The requests that are shipped, each file a source of ours."""
    folder = Path(str(files("resources"))) / "router" / "requests"
    return [row for path in sorted(folder.glob("*.jsonl")) for row in read_rows(path, f"{OURS}/{path.stem}")]


def read_rows(path: Path, source: str = "") -> list[Row]:
    """The rows of a JSONL file: text and skill, and if known tool, difficulty, before, attached, source.

    Raises UserFacingError that names the line that is wrong. `source` replaces what the rows say.
    """
    try:
        if path.stat().st_size > LARGEST:
            raise UserFacingError(f"{path.name} is too large to train on.", "Split it, or leave rows out.")
        lines = path.read_bytes().split(b"\n")
    except OSError as error:
        raise UserFacingError(f"{path} cannot be read: {(error.strerror or str(error)).lower()}.",
                              "Look whether the file is there and may be read.") from error
    return [_row(line, number, path, source) for number, line in enumerate(lines, start=1) if line.strip()]


def _row(line: bytes, number: int, path: Path, source: str) -> Row:
    try:
        said = json.loads(line)
        request = Request(said["text"], tuple(said.get("before", ())), tuple(said.get("attached", ())))
        named = source or str(said.get("source", path.stem))[:LONGEST_NAME]
        row = Row(request, said["skill"], str(said.get("tool", "")), int(said.get("difficulty", 0)),
                  named if source or not named.startswith(OURS) else f"other {named}")
        texts = (request.text, row.skill, *request.before, *request.attached)
        if all(isinstance(text, str) for text in texts) and row.skill and len(row.skill) <= LONGEST_NAME:
            return row
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        pass
    raise UserFacingError(f"Line {number} of {path.name} is no training row.",
                          'Each line is a JSON object such as {"text": "…", "skill": "code"}.')


async def train(paths: Sequence[Path], out: Path, encoder: SentenceEncoder, tell: Tell, *,
                only: bool = False) -> RouterTrained:
    """Read, embed, measure, fit, write. The same rows give the same file; `out` is only replaced by a whole one.

    only: without the requests that are shipped. Raises UserFacingError.
    """
    rows = _once([row for path in paths for row in read_rows(path)] + ([] if only else own_rows()))
    vectors = await embed(rows, encoder, tell)

    loop = asyncio.get_running_loop()

    def say(fraction: float) -> None:
        loop.call_soon_threadsafe(tell, TrainingMoved("measuring", fraction))

    def fit() -> tuple[measuring.Report, int]:
        columns = training.columns_for(rows, vectors)
        report = measuring.measure(rows, columns, say)
        trained = training.train(rows, columns, report.temperatures, report.novelty)
        trained.facts |= {"held_out": round(report.held_out, 4), "calibration": round(report.calibration, 4)}
        return report, write(trained, out)

    try:
        report, size = await asyncio.to_thread(fit)
    except ValueError as error:
        raise UserFacingError(f"The router cannot be trained on this: {error}.",
                              "Add requests of other skills.") from error
    return RouterTrained(str(out), size, report.rows, report.held_out, report.ours, report.others,
                         report.words_alone, report.by_source, report.calibration, report.none_area, report.confusion)


def write(trained: Classifier, out: Path) -> int:
    """Write the file, renamed when whole; its bytes. Raises UserFacingError."""
    arriving = out.with_name(out.name + ".part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with arriving.open("wb") as file:
            classifier.save(trained, file)
        arriving.replace(out)
    except OSError as error:
        raise UserFacingError(f"{out} cannot be written: {(error.strerror or str(error)).lower()}.",
                              "Choose another place with --out, or make room.") from error
    finally:
        arriving.unlink(missing_ok=True)
    return out.stat().st_size


def _once(rows: list[Row]) -> list[Row]:
    """Without repetitions, in one order whatever that of the files: the same rows give the same weights."""
    return sorted({(row.request, row.skill): replace(row) for row in rows}.values(),
                  key=lambda row: (row.source, row.request.text, row.request.before, row.request.attached, row.skill))


async def embed(rows: Sequence[Row], encoder: SentenceEncoder, tell: Tell) -> dict[str, Sequence[float]]:
    """Of every text a row is judged by. Raises UserFacingError without an encoder."""
    texts = sorted({text for row in rows for text in (row.request.text, *row.request.before[-1:])},
                   key=lambda text: (len(text), text))
    vectors: dict[str, Sequence[float]] = {}
    for start in range(0, len(texts), BATCH):
        batch = texts[start:start + BATCH]
        found = await encoder.vectors(batch)
        if found is None or any(len(vector) != DIMENSIONS for vector in found):
            raise UserFacingError("The router cannot be trained without its encoder.",
                                  "Install it with: consort install minilm-l6")
        vectors.update(zip(batch, found, strict=True))
        tell(TrainingMoved("understanding", (start + len(batch)) / len(texts)))
    return vectors
