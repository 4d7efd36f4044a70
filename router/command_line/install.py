"""`consort install` and `consort remove`: models on this computer, with progress on stderr."""

from __future__ import annotations

import argparse
import sys

from router.command_line.following_installs import SOURCE_NAMES, follow_installs
from router.command_line.front import Front, confirmed, new_id, size_in_words
from router.command_line.hub import chosen
from router.command_line.import_models import is_path, run_import
from router.errors import UserFacingError
from router.library.naming import id_of_repository
from router.messages import (
    HubModelOpened,
    ListSpecialists,
    ListStorage,
    OpenHubModel,
    Remove,
    Removed,
    SpecialistsListed,
    StorageListed,
)
from router.views import SpecialistView


def add_install_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort install`."""
    parser.add_argument("specialists", metavar="ID|OWNER/REPO|PATH", nargs="+",
                        help="which ones, with :QUANTISATION if you like; `consort list` and `consort search` show "
                             "them; or a GGUF file or folder of yours, used in place")
    parser.add_argument("--source", choices=("hub", "index"), default="", help="where from (default: in turn)")
    parser.add_argument("--yes", action="store_true", help="agree to its licence and to the download")
    parser.add_argument("--base", default="", metavar="ID", help="your file is a LoRA adapter for this specialist")
    parser.add_argument("--name", default="", help="what to call a file of yours")
    parser.add_argument("--instead-of", default="", metavar="ID", help="your file has moved: it is the one of ID")


def add_remove_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort remove`."""
    parser.add_argument("specialist", metavar="ID", help="which one")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def offer_text(view: SpecialistView) -> str:
    """What it is, how big, from where, under which licence: one sentence."""
    where = " or ".join(SOURCE_NAMES[source] for source in view.sources) or "nowhere yet"
    terms = f", terms: {view.licence_terms}" if view.licence_opt_in and view.licence_terms else ""
    return f"{view.name}: {size_in_words(view.size)}, from {where}, licence {view.licence}{terms}."


async def find(specialist: str, front: Front) -> SpecialistView:
    """The specialist of that id, with or without a quantisation. Raises UserFacingError."""
    listed = await front.ask_core(ListSpecialists(new_id()), SpecialistsListed)
    for view in listed.specialists:
        if view.id == specialist.partition(":")[0]:
            return view
    raise UserFacingError(f"There is no specialist called “{specialist}”.", "`consort list` shows them all.")


async def run_install(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when all of them are installed."""
    code, orders, names = 0, dict[str, str](), dict[str, str]()
    for name in arguments.specialists:
        if is_path(name):
            arguments.specialist = name
            code = max(code, await run_import(arguments, front))
            continue
        if "/" in name:
            specialist, orders_as, called = await look_at_the_hub(name, front)
            orders[specialist], names[specialist] = orders_as, called
            continue
        view = await find(name, front)
        require_agreement(view, front, arguments.yes)
        orders[view.id], names[view.id] = name, view.name
    if orders:
        await follow_installs(front, orders, names, agreed=True, source=arguments.source)
    return code


async def look_at_the_hub(name: str, front: Front) -> tuple[str, str, str]:
    """What installing `owner/repo[:QUANTISATION]` brings: its id, how to order it, what it is called; said before.

    Raises UserFacingError.
    """
    repo, _, quantisation = name.partition(":")
    detail = (await front.ask_core(OpenHubModel(repo, new_id()), HubModelOpened)).detail
    way = chosen(detail, quantisation)
    if detail.trouble:
        raise UserFacingError(detail.trouble, "Nothing was fetched.")
    front.note(f"{detail.model.repo}, {way.name}: {size_in_words(way.size)}, licence "
               f"{detail.model.licence or 'not stated'}. {way.fit.sentence}", "" if quantisation else detail.why)
    base = way.id.rpartition(":")[0]
    return (id_of_repository(base) if "/" in base else base), way.id, detail.model.repo


def require_agreement(view: SpecialistView, front: Front, yes: bool) -> None:
    """Show terms that must be accepted first, and ask. Raises UserFacingError when they are not."""
    if not view.licence_opt_in or yes:
        return
    front.note(offer_text(view))
    if not sys.stdin.isatty():
        raise UserFacingError(f"{view.name} has terms of its own: {view.licence_terms}",
                              f"Read them, then: consort install {view.id} --yes")
    if not confirmed("Do you agree to these terms?", False):
        raise UserFacingError("Nothing was installed.", "The terms have to be agreed to first.")


async def install(view: SpecialistView, front: Front, *, agreed: bool) -> None:
    """Install one, drawing progress. Ctrl-C pauses. Raises UserFacingError."""
    await follow_installs(front, {view.id: view.id}, {view.id: view.name}, agreed=agreed)


async def run_remove(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when it is gone."""
    stored = await front.ask_core(ListStorage(new_id()), StorageListed)
    here = [one for one in stored.models if one.specialist == arguments.specialist]
    if not here:
        view = await find(arguments.specialist, front)
        raise UserFacingError(f"{view.name} is not installed.", "`consort list` shows what is.")
    name, in_place = here[0].name, here[0].in_place
    size = size_in_words(sum(one.size for one in here))
    question = (f"Forget {name}? Your file and your conversations stay." if in_place else
                f"Remove {name} ({size})? Conversations stay.")
    if not confirmed(question, arguments.yes):
        raise UserFacingError("Nothing was removed.")
    removed = await front.ask_core(Remove(arguments.specialist, new_id()), Removed)
    front.show(removed)
    front.note(f"{name} is forgotten; your file stays where it is." if in_place else
               f"{name} is removed; {size_in_words(removed.freed)} are free again.")
    return 0
