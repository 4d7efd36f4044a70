"""Moves the models of a data folder in a process of its own, so that a test can end it with kill -9 anywhere.

Usage: move_child.py DATA_FOLDER NEW_FOLDER STEP
It prints each step and waits for ever at number STEP (negative: never). A step is each block copied, each rename of a
copy, each write of the note about the folder, and each file deleted.
"""

from __future__ import annotations

import asyncio
import sys
import threading
from pathlib import Path

from router.fleet.fleet import Fleet
from router.library import moving, partial
from router.library.library import Library
from router.machine import Machine
from router.messages import MoveModels
from router.relocating import Relocating
from router.roster import Roster
from specialists.manifest import Settings


class Steps:
    """Counts, tells and stands still at one of them."""

    def __init__(self, still_at: int) -> None:
        self.still_at = still_at
        self.number = 0

    def __call__(self, what: str) -> None:
        print(self.number, what, flush=True)
        if self.number == self.still_at:
            threading.Event().wait()
        self.number += 1


def no_link(source: Path, target: Path) -> None:
    """As between two disks."""
    raise OSError("another disk")


async def move(data_folder: Path, new: str) -> Path:
    """What a start of Consort and the order to move do; the folder that counts then."""
    library = Library.open(data_folder)
    roster = Roster(library, Machine("linux", 2, 2**32), lambda _: Settings())
    relocating = Relocating(data_folder, library, roster, Fleet(budget_bytes=1, tell=lambda *_: None),
                            lambda event: None, no_link)
    await relocating.look_after()
    await relocating.move(MoveModels(new))
    return library.folder


async def main(data_folder: Path, new: str, still_at: int) -> None:
    step = Steps(still_at)
    real_replace, real_unlink, real_sha256 = Path.replace, Path.unlink, partial.sha256_of

    def replace(path: Path, target: Path) -> Path:
        step(f"before naming {target.name}")
        result = real_replace(path, target)
        step(f"after naming {target.name}")
        return result

    def unlink(path: Path, missing_ok: bool = False) -> None:
        if path.suffix != moving.ENDING:
            step(f"before deleting {path.name}")
        real_unlink(path, missing_ok)

    def sha256_of(path: Path, *rest: object) -> str:
        step(f"before checking {path.name}")
        return real_sha256(path, *rest)     # type: ignore[arg-type]

    Path.replace, Path.unlink, moving.sha256_of = replace, unlink, sha256_of    # type: ignore
    print("moved", await move(data_folder, new), flush=True)


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
