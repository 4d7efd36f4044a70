"""A model file of the person's own, used where it lies. It is never copied, changed or deleted.

Only the first bytes are looked at here; whether an engine can open it is found out in a worker process.
"""

from __future__ import annotations

import re
from collections.abc import Container
from pathlib import Path

from router.errors import UserFacingError
from specialists.manifest import Licence, Manifest, Sources

MAGIC = b"GGUF"
SMALLEST = 32        # bytes: magic, version, two counts and the first key of any GGUF file
_QUANTISATION = re.compile(r"(?:^|[-._])((?:I?Q\d\w*)|F16|BF16|F32)$", re.IGNORECASE)


def describe(path: Path, taken: Container[str]) -> Manifest:
    """A manifest for the GGUF file at `path`, with an id that is not in `taken`. Raises UserFacingError."""
    try:
        size = path.stat().st_size
        with path.open("rb") as file:
            start = file.read(len(MAGIC))
    except OSError as error:
        raise UserFacingError(f"The file {path} cannot be read ({error.strerror or error}).",
                              "Check the path and that you may read it.") from error
    if start != MAGIC or size < SMALLEST:
        raise UserFacingError(f"{path.name} is not a GGUF model file.", "Consort can use models in the GGUF format.")
    quantisation = _QUANTISATION.search(path.stem)
    return Manifest(
        id=_unique(path.stem, taken), name=path.stem, description=f"A model of yours, from {path.parent}.",
        quantisation=quantisation[1].upper() if quantisation else "", file_name=path.name, size=size,
        licence=Licence("unknown"), sources=Sources(order=()),
    )


def _unique(stem: str, taken: Container[str]) -> str:
    plain = re.sub(r"[^a-z0-9.]+", "-", stem.lower()).strip("-.")[:60].rstrip("-.") or "model"
    name, number = f"my-{plain}", 2
    while name in taken:
        name, number = f"my-{plain}-{number}", number + 1
    return name
