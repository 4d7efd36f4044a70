"""Are the bytes on disk still those that were recorded? The model's file and all that belongs to it.

It reads and tells; what is to be done about it is the person's decision.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from router.errors import UserFacingError
from router.library.checking import checksum, silent
from router.library.progress import Tell
from router.library.record import InstalledModel

Soundness = Literal["sound", "changed", "missing"]


async def verify(model: InstalledModel, tell: Tell = silent) -> Soundness:
    """Reads every byte; `tell` hears them over all files. Raises UserFacingError for a file that cannot be read."""
    files = model.files
    try:
        sizes = [path.stat().st_size for path, _ in files]
    except OSError:
        return "missing"
    if sizes != [size for _, size in files]:
        return "changed"
    wanted = (model.sha256, *(one.sha256 for one in model.companions))
    return "sound" if await checksums([path for path, _ in files], tell) == wanted else "changed"


async def checksums(paths: Sequence[Path], tell: Tell = silent) -> tuple[str, ...]:
    """The sha256 of each, told as one progress. Raises UserFacingError; cancelling ends the reading at once."""
    found = []
    path = paths[0]
    try:
        sizes = [one.stat().st_size for one in paths]
        before, total = 0, sum(sizes)
        for path, size in zip(paths, sizes, strict=True):

            def moved(done: int, _: int, speed: float, before: int = before) -> None:
                tell(before + done, total, speed)

            found.append(await checksum(path, moved))
            before += size
    except OSError as error:
        raise UserFacingError(f"The file {path} cannot be read ({error.strerror or error}).",
                              "Check that its disk is connected and that you may read it.") from error
    return tuple(found)
