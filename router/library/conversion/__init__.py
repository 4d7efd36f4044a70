"""From a model as it was published to the file that an engine opens, where nobody publishes that file itself.

A catalogue entry names its conversion; `convert` finds it. It does not know where the files came from.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Sequence
from pathlib import Path

from router.library.conversion.failure import ConversionFailed

__all__ = ["CONVERSIONS", "FILES", "ConversionFailed", "convert", "place"]

FILES = "files"

CONVERSIONS: dict[str, tuple[str, ...]] = {
    "bert-encoder": ("model.safetensors", "vocab.txt", "config.json"),
    "whisper": ("model.bin", "vocabulary.txt"),
    "whisper-q8_0": ("model.bin", "vocabulary.txt"),
    FILES: (),
}
"""What can be converted, and the files each conversion needs. With FILES the members are the model's own files."""

_PART = re.compile(r"(.+)\.part(\d+)")


def convert(conversion: str, sources: Sequence[Path], target: Path) -> None:
    """Make `target` from the files `sources` (told apart by their names). Blocks for seconds; a thread's work.

    Files called NAME.part1, NAME.part2 … are joined to NAME first, beside them. The same files give the same bytes.
    Raises ConversionFailed, and OSError for the disk.
    """
    needed = CONVERSIONS.get(conversion)
    if needed is None:
        raise ConversionFailed(f"there is no conversion called “{conversion}”")
    by_name = {path.name: path for path in _joined(sources)}
    missing = [name for name in needed if name not in by_name]
    if missing:
        raise ConversionFailed(f"the file {missing[0]} is missing")
    files = [by_name[name] for name in needed]
    # Imported here: numpy and gguf take a third of a second that no start should pay.
    if conversion == "bert-encoder":
        from router.library.conversion.bert import convert_encoder
        convert_encoder(files[0], files[1], files[2], target)
    else:
        from router.library.conversion.whisper import convert_whisper
        convert_whisper(files[0], files[1], target, quantised=conversion == "whisper-q8_0")


def place(sources: Sequence[Path], targets: Sequence[Path]) -> None:
    """Each file to its place, a rename on the same disk. Raises ConversionFailed when there are not as many."""
    if len(sources) != len(targets):
        raise ConversionFailed("there are not as many files in the wheels as the model has")
    for source, target in zip(sources, targets, strict=True):
        source.replace(target)


def _joined(sources: Sequence[Path]) -> list[Path]:
    """The files with their parts put together, in the order of their numbers."""
    parts: dict[str, dict[int, Path]] = {}
    whole = []
    for path in sources:
        if (part := _PART.fullmatch(path.name)) is None:
            whole.append(path)
        else:
            parts.setdefault(part[1], {})[int(part[2])] = path
    for name, pieces in parts.items():
        path = pieces[min(pieces)].with_name(name)
        with path.open("wb") as file:
            for number in sorted(pieces):
                with pieces[number].open("rb") as piece:
                    shutil.copyfileobj(piece, file)
        whole.append(path)
    return whole
