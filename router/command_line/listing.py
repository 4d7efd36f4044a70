"""`consort list`, `consort info` and `consort doctor`: what there is, as a table or as JSON."""

from __future__ import annotations

import argparse

from router.command_line.check import check_facts
from router.command_line.front import Front, new_id, size_in_words
from router.command_line.import_models import run_list_shared
from router.command_line.install import SOURCE_NAMES, find
from router.command_line.tables import print_table
from router.messages import Diagnose, Diagnosed, ListSpecialists, SpecialistChanged, SpecialistsListed
from router.views import SpecialistView


def add_list_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort list`."""
    parser.add_argument("--shared", action="store_true", help="the models that other programs keep on this computer")


async def run_list(arguments: argparse.Namespace, front: Front) -> int:
    """All specialists of the catalogue and this computer."""
    if arguments.shared:
        return await run_list_shared(front)
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    front.show(listed)
    if not front.as_json:
        rows = [(one.id, state_in_words(one), size_in_words(one.size) if one.size else "", ", ".join(one.skills),
                 one.licence) for one in listed.specialists]
        print_table(("id", "state", "size", "skills", "licence"), rows)
    return 0


def add_info_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort info`."""
    parser.add_argument("specialist", metavar="ID", help="which one")


async def run_info(arguments: argparse.Namespace, front: Front) -> int:
    """Everything known of one specialist."""
    view = await find(arguments.specialist, front)
    front.show(SpecialistChanged(view))
    if not front.as_json:
        use = view.effective
        facts = [
            ("name", view.name), ("what", view.description), ("state", state_in_words(view)),
            ("skills", ", ".join(view.skills)), ("parameters", view.parameters), ("quantisation", view.quantisation),
            ("size", size_in_words(view.size)), ("context", f"{use.context:,} of {view.trained_context:,} tokens"),
            ("licence", f"{view.licence} {view.licence_terms}".strip()),
            ("from", ", ".join(SOURCE_NAMES[source] for source in view.sources)),
            ("served by", SOURCE_NAMES.get(view.served_by, view.served_by)), ("file", view.path),
            ("settings", f"temperature {use.temperature}, top_p {use.top_p}, top_k {use.top_k}, min_p {use.min_p}, "
                         f"threads {use.threads}, at most {use.max_tokens} tokens"),
            *check_facts(view.check),
        ]
        print_table(("", ""), [(label, value) for label, value in facts if value])
    return 0


async def run_doctor(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 1 when something does not work."""
    diagnosed = await front.ask_core(Diagnose(new_id()), Diagnosed)
    front.show(diagnosed)
    if not front.as_json:
        for check in diagnosed.checks:
            print(f"{'✓' if check.ok else '✗'} {check.name}: {check.found}")
            if check.remedy:
                print(f"    {check.remedy}")
    return 0 if all(check.ok for check in diagnosed.checks) else 1


def state_in_words(view: SpecialistView) -> str:
    """The state as a person reads it."""
    return {"absent": "can be installed", "partial": "partly fetched", "ready": "in memory",
            "broken": "its file is not there"}.get(view.state, view.state)
