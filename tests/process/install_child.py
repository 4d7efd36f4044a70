"""Installs one model in a process of its own, so that a test can end it with kill -9. Prints a line per step.

Usage: install_child.py DATA_FOLDER [SPECIALIST ENDPOINT CATALOGUE_FOLDER]
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from router.library.catalogue import load_catalogue
from router.library.hub import Hub
from router.library.install import Fetching
from router.library.library import Library
from router.messages import InstallMoved


def say(moved: InstallMoved) -> None:
    print(moved.phase, moved.done, moved.total, moved.source, flush=True)


async def main(folder: str, specialist: str = "smollm2-135m", endpoint: str = "", catalogue: str = "") -> None:
    library = Library(Path(folder) / "models", load_catalogue(Path(catalogue) if catalogue else None),
                      Fetching(hub=Hub(endpoint)))
    installed = await library.install(specialist, agreed=True, tell=say,
                                      note=lambda text: print("note", text, flush=True))
    print("installed", installed.source, installed.sha256, installed.path, flush=True)


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
