"""`python -m desktop_app` and the `consort-window` command: opens the window."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Show the window; returns the exit code. argv: without the program's name."""
    if getattr(sys, "frozen", False):       # a packaged program starts its workers by starting itself again
        import multiprocessing
        multiprocessing.freeze_support()
    parser = argparse.ArgumentParser(prog="consort-window", description="Open Consort's window.")
    parser.add_argument("--data-dir", type=Path, metavar="DIR", help="where Consort keeps chats and models")
    arguments = parser.parse_args(argv)
    from router.second_start import raise_first_window
    if raise_first_window(arguments.data_dir):
        return 0
    from desktop_app.app import run
    return run(arguments.data_dir)


if __name__ == "__main__":
    sys.exit(main())
