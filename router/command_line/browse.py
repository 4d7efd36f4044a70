"""`consort list` and `consort recommend`: what can be had, readable although the catalogue is long."""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Iterable, Sequence

from router.command_line.front import Front, new_id, size_in_words
from router.command_line.import_models import run_list_shared
from router.command_line.tables import print_table
from router.messages import ListSpecialists, Recommend, Recommended, SpecialistsListed
from router.views import SpecialistView

KINDS = {"language": "answers", "encoder": "routes and compares", "speech-in": "hears", "speech-out": "speaks",
         "speech-activity": "listens for speech"}
SKILLS = ("general", "code", "math", "reasoning", "writing", "documents", "vision")
WIDTH = 100             # characters of a line of prose
USED_BY_DEFAULT = ("language", "encoder")       # without a filter: the voices alone are some forty lines


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort list`."""
    parser.add_argument("--all", action="store_true", help="also those that hear and speak")
    parser.add_argument("--skill", choices=SKILLS, default="", help="only those made for it")
    parser.add_argument("--kind", choices=tuple(KINDS), default="", help="only those of this kind")
    parser.add_argument("--installed", action="store_true", help="only what is on this computer")
    parser.add_argument("--shared", action="store_true", help="the models that other programs keep on this computer")


async def run_list(arguments: argparse.Namespace, front: Front) -> int:
    """Those that the filters leave: what is here first, then by kind and size."""
    if arguments.shared:
        return await run_list_shared(front)
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    filtered = bool(arguments.skill or arguments.kind or arguments.installed)
    wanted = [one for one in listed.specialists
              if (not arguments.skill or arguments.skill in one.skills)
              and (not arguments.kind or one.kind == arguments.kind)
              and (not arguments.installed or is_here(one))]
    if front.as_json:
        front.show(SpecialistsListed(tuple(wanted), listed.request) if filtered else listed)
        return 0
    shown = wanted if filtered or arguments.all else [one for one in wanted
                                                      if one.kind in USED_BY_DEFAULT or is_here(one)]
    print_list(in_order(shown))
    if not shown:
        front.note("There is none of that sort.")
    if len(shown) < len(wanted):
        front.note(f"{len(wanted) - len(shown)} more hear or speak: `consort list --all`.")
    return 0


async def run_recommend(arguments: argparse.Namespace, front: Front) -> int:
    """Sets of specialists for this computer, each with what it takes and how it is installed."""
    found = await front.ask_core(Recommend(new_id()), Recommended)
    front.show(found)
    if front.as_json:
        return 0
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    by_id = {one.id: one for one in listed.specialists}
    for one in found.sets:
        print(f"{one.title} ({size_in_words(one.size)} to fetch)" if one.size else one.title)
        print(textwrap.fill(one.why, WIDTH))
        print_list([by_id[specialist] for specialist in one.specialists])
        missing = [specialist for specialist in one.specialists if not is_here(by_id[specialist])]
        print("".join(f"consort install {specialist}\n" for specialist in missing))
    if not found.sets:
        front.note("No specialist of the catalogue fits into this computer's memory or onto its disk.",
                   "`consort list` shows them all.")
    return 0


def in_order(views: Iterable[SpecialistView]) -> list[SpecialistView]:
    """What is here first; then by kind, by size (those whose size is not known last) and by id."""
    kinds = tuple(KINDS)
    return sorted(views, key=lambda one: (
        not is_here(one), kinds.index(one.kind) if one.kind in kinds else len(kinds), not one.size, one.size, one.id))


def is_here(view: SpecialistView) -> bool:
    """Is any of it on this computer?"""
    return view.state != "absent"


def print_list(views: Sequence[SpecialistView]) -> None:
    """The specialists as a table; nothing without any."""
    if views:
        print_table(("id", "state", "size", "for", "licence"),
                    [(one.id, state_in_words(one), size_in_words(one.size) if one.size else "", purpose(one),
                      one.licence) for one in views])


def purpose(view: SpecialistView) -> str:
    """What it is for: its skills, or what its kind does, and in which language."""
    languages = f" ({', '.join(view.languages)})" if 0 < len(view.languages) <= 3 else ""
    return ", ".join(view.skills) if view.kind == "language" else KINDS.get(view.kind, view.kind) + languages


def state_in_words(view: SpecialistView) -> str:
    """The state as a person reads it."""
    return {"absent": "can be installed", "partial": "partly fetched", "ready": "in memory",
            "broken": "its file is not there"}.get(view.state, view.state)
