"""From a model as it was published to the GGUF file that an engine opens, where nobody publishes that file itself.

A catalogue entry names its conversion; `convert` finds it. It does not know where the files came from.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from router.library.conversion.failure import ConversionFailed

__all__ = ["CONVERSIONS", "ConversionFailed", "convert"]

CONVERSIONS: dict[str, tuple[str, ...]] = {
    "bert-encoder": ("model.safetensors", "vocab.txt", "config.json"),
}
"""What can be converted, and the files each conversion needs."""


def convert(conversion: str, sources: Sequence[Path], target: Path) -> None:
    """Make `target` from the files `sources` (told apart by their names). Blocks for seconds; a thread's work.

    The same files give the same bytes. Raises ConversionFailed, and OSError for the disk.
    """
    needed = CONVERSIONS.get(conversion)
    if needed is None:
        raise ConversionFailed(f"there is no conversion called “{conversion}”")
    by_name = {path.name: path for path in sources}
    missing = [name for name in needed if name not in by_name]
    if missing:
        raise ConversionFailed(f"the file {missing[0]} is missing")
    # Imported here: numpy and gguf take a third of a second that no start should pay.
    from router.library.conversion.bert import convert_encoder

    weights, vocabulary, configuration = (by_name[name] for name in needed)
    convert_encoder(weights, vocabulary, configuration, target)
