"""`consort check`: is a model sound? It is opened in a process of its own and has to answer; exit code 1 when not."""

from __future__ import annotations

import argparse
from datetime import datetime

from router.command_line.front import Front, new_id, size_in_words
from router.messages import CheckModel, ModelChecked
from router.model_views import CheckView

STATES = {"unchecked": "not checked yet: it is checked before its first use", "checking": "being checked now",
          "passed": "sound", "refused": "refused: it is never asked"}
TEMPLATES = {"own": "its own, sound", "none": "none: it is asked in plain text", "refused": "refused"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort check`."""
    parser.add_argument("specialist", metavar="ID", help="which one; `consort list` shows them")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 for a sound model."""
    checked = await front.ask_core(CheckModel(arguments.specialist, new_id()), ModelChecked)
    front.show(checked)
    if not front.as_json:
        for label, value in check_facts(checked.check):
            if value:
                print(f"{label:12}  {value}")
    return 0 if checked.check.state == "passed" else 1


def check_facts(check: CheckView) -> list[tuple[str, str]]:
    """Label and value of each line about a check; empty values are left out by who prints them."""
    when = f", {datetime.fromtimestamp(check.at):%Y-%m-%d %H:%M}" if check.at else ""
    speeds = [f"opens in {check.load_seconds:.1f} s" if check.load_seconds else "",
              f"takes {size_in_words(check.memory)} of memory" if check.memory else "",
              f"reads {check.reads_per_second:,.0f} tokens a second" if check.reads_per_second else "",
              f"writes {check.writes_per_second:,.0f}" if check.writes_per_second else ""]
    return [("check", STATES[check.state] + when), *(("problem", problem) for problem in check.problems),
            *(("note", note) for note in check.notes), ("chat format", TEMPLATES.get(check.template, "")),
            ("measured", ", ".join(filter(None, speeds))), ("it wrote", check.sample)]
