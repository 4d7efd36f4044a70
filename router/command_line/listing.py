"""`consort info` and `consort doctor`: one specialist, and this computer, as a table or as JSON."""

from __future__ import annotations

import argparse

from router.command_line.browse import purpose, state_in_words
from router.command_line.check import check_facts
from router.command_line.following_installs import SOURCE_NAMES
from router.command_line.front import Front, new_id, size_in_words
from router.command_line.hub import print_quantisations, run_open
from router.command_line.install import find
from router.command_line.tables import print_table
from router.messages import CheckFit, Diagnose, Diagnosed, FitChecked, SpecialistChanged
from router.views import SpecialistView


def add_info_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort info`."""
    parser.add_argument("specialist", metavar="ID|OWNER/REPO", help="which one, here or on the Hub")
    parser.add_argument("--context", type=int, default=0, metavar="TOKENS",
                        help="also say whether it fits with so many; may read its header on the Hub")


async def run_info(arguments: argparse.Namespace, front: Front) -> int:
    """Everything known of one specialist, or of a repository of the Hub."""
    if "/" in arguments.specialist:
        await run_open(arguments.specialist, front)
    else:
        await show_specialist(arguments, front)
    if arguments.context > 0:
        checked = await front.ask_core(CheckFit(arguments.specialist, arguments.context, new_id()), FitChecked)
        front.show(checked)
        if not front.as_json:
            print(f"\nWith {checked.fit.context:,} tokens of context: {checked.fit.sentence}")
    return 0


async def show_specialist(arguments: argparse.Namespace, front: Front) -> None:
    """One of the catalogue or of this computer."""
    view = await find(arguments.specialist, front)
    front.show(SpecialistChanged(view))
    if not front.as_json:
        use = view.effective
        served = "a file of yours" if view.in_place else SOURCE_NAMES.get(view.served_by, view.served_by)
        facts = [
            ("name", view.name), ("what", view.description), ("state", view.lost or state_in_words(view)),
            ("for", purpose(view)), ("parameters", view.parameters), ("quantisation", view.quantisation),
            ("size", size_in_words(view.size)), ("context", context_in_words(view)), ("fits", view.fit.sentence),
            ("licence", f"{view.licence} {view.licence_terms}".strip()),
            ("from", ", ".join(SOURCE_NAMES[source] for source in view.sources)),
            ("served by", served), ("file", view.path),
            ("settings", f"temperature {use.temperature}, top_p {use.top_p}, top_k {use.top_k}, min_p {use.min_p}, "
                         f"threads {use.threads}, at most {use.max_tokens} tokens" if view.kind == "language" else ""),
            *known_figures(view), *check_facts(view.check),
        ]
        print_table(("", ""), [(label, value) for label, value in facts if value])
        if view.variants:
            print()
            print_quantisations(view.variants)


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


def context_in_words(view: SpecialistView) -> str:
    """How much it reads at most, here and as it was trained; nothing for who reads nothing."""
    if view.kind not in ("language", "encoder"):
        return ""
    trained = f"{view.trained_context:,}" if view.trained_context else "what its file will say"
    return f"{view.effective.context:,} of {trained} tokens"


def known_figures(view: SpecialistView) -> list[tuple[str, str]]:
    """How good it is: as it was measured, which routing uses, and as others published it, which routing does not."""
    measured = ", ".join(f"{skill} {share:.0%}" for skill, share in view.strengths.items())
    return [("strengths", f"{measured} ({view.strengths_source})" if measured else ""),
            *(("published", f"{one.benchmark} {one.score:g} % ({one.source})") for one in view.published)]
