"""`consort search`, `consort info owner/repo` and `consort hub token`: the Hub on a terminal."""

from __future__ import annotations

import argparse
import getpass
import re
import sys
from datetime import UTC, datetime

from router.command_line.front import Front, new_id, size_in_words
from router.command_line.tables import print_table
from router.errors import UserFacingError
from router.messages import (
    ForgetHubToken,
    HubModelOpened,
    HubSearched,
    HubTokenChanged,
    OpenHubModel,
    ReadHubToken,
    SaveHubToken,
    SearchHub,
)
from router.model_views import HubModelDetail, HubModelView, QuantisationView

SORTS = ("trending", "downloads", "updated")
UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}
FITS = {"fits": "fits", "partly": "partly on the graphics card", "tight": "tight", "no": "does not fit", "unknown": ""}
LONGEST_CARD = 1_000            # characters of a model's card that are shown
LONGEST_TOKEN = 1_000           # characters read of what should be a token


def add_search_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `consort search`."""
    parser.add_argument("text", nargs="*", help="words in the model's name, or an address of the Hub")
    parser.add_argument("--skill", default="", help="made for it: general, code, math, reasoning, writing, vision …")
    parser.add_argument("--licence", default="", help="for example apache-2.0")
    parser.add_argument("--largest", type=as_bytes, default=0, metavar="SIZE", help="of its smallest file, as in 2GB")
    parser.add_argument("--sort", choices=SORTS, default="trending")
    parser.add_argument("--limit", type=int, default=20, help="how many at most (default: 20)")
    parser.add_argument("--cursor", default="", help="go on after an earlier search")


def add_hub_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """The subcommands of `consort hub`."""
    token = parser.add_subparsers(dest="what", required=True, metavar="token").add_parser(
        "token", parents=[shared], help="the access token for private and gated repositories")
    token.add_argument("status", nargs="?", choices=("status",), help="say whether there is one (the default)")
    which = token.add_mutually_exclusive_group()
    which.add_argument("--set", action="store_true", help="read it from the terminal, or from standard input, and keep "
                                                          "it in the system's keyring")
    which.add_argument("--forget", action="store_true", help="remove it from the keyring")


def as_bytes(text: str) -> int:
    """`2GB`, `800 MB` or a number of bytes. Raises ArgumentTypeError."""
    found = re.fullmatch(r"(\d{1,12}(?:\.\d{1,3})?)\s*([KMGT]?)B?", text.strip(), re.IGNORECASE)
    if found is None:
        raise argparse.ArgumentTypeError(f"“{text}” is no size; write 800MB or 2GB")
    return int(float(found[1]) * UNITS[found[2].upper()])


async def run_search(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0, also when nothing was found."""
    command = SearchHub(" ".join(arguments.text), arguments.skill, arguments.licence, arguments.largest, arguments.sort,
                        arguments.cursor, arguments.limit, new_id())
    found = await front.ask_core(command, HubSearched)
    front.show(found)
    if front.as_json:
        return 0
    if not found.models:
        front.note("No GGUF model on the Hub is like that.", "Try fewer words, or another skill.")
        return 0
    print_table(("repository", "for", "parameters", "licence", "downloads", "updated", ""),
                [row(one) for one in found.models])
    more = f"The next ones: the same with --cursor '{found.cursor}'. " if found.cursor else ""
    front.note(f"{more}`consort info OWNER/REPO` shows how a model can be had and whether it fits here.")
    return 0


def row(one: HubModelView) -> tuple[str, ...]:
    """A result as a line of the table."""
    notes = [*(["needs an agreement"] if one.gated else []), *(["private"] if one.private else []),
             *([f"here as {one.specialist}"] if one.specialist else [])]
    return (one.repo, ", ".join(one.skills), one.parameters, one.licence, f"{one.downloads:,}", day(one.updated),
            ", ".join(notes))


async def run_open(name: str, front: Front) -> None:
    """A repository, with or without a quantisation: what it is, its quantisations with fit, how its card begins."""
    repo = name if name.startswith("http") else name.partition(":")[0]
    opened = await front.ask_core(OpenHubModel(repo, new_id()), HubModelOpened)
    front.show(opened)
    if front.as_json:
        return
    detail, model = opened.detail, opened.detail.model
    facts = [
        ("repository", model.repo), ("for", ", ".join(model.skills)), ("parameters", model.parameters),
        ("licence", model.licence), ("downloads", f"{model.downloads:,}"), ("updated", day(model.updated)),
        ("access", "needs an agreement with its owner" if model.gated else "private" if model.private else ""),
        ("version", detail.commit), ("architecture", detail.architecture),
        ("context", f"{detail.trained_context:,} tokens" if detail.trained_context else ""),
        ("chat format", "its own" if detail.has_template else "none: it continues text" if detail.architecture else ""),
        ("here as", model.specialist), ("trouble", detail.trouble),
    ]
    print_table(("", ""), [(label, value) for label, value in facts if value])
    if detail.quantisations:
        print()
        print_quantisations(detail.quantisations)
        if not detail.trouble:
            print(f"\n{detail.why}\nconsort install {chosen(detail, '').id}")
    if detail.card:
        more = "\n…" if len(detail.card) > LONGEST_CARD else ""
        print(f"\n{detail.card[:LONGEST_CARD]}{more}")


def chosen(detail: HubModelDetail, quantisation: str) -> QuantisationView:
    """The way to have it that was named, or the usual one. Raises UserFacingError."""
    wanted = (quantisation or detail.usual).lower()
    for one in detail.quantisations:
        if one.name.lower() == wanted:
            return one
    if not detail.quantisations:
        raise UserFacingError(detail.trouble or f"{detail.model.repo} has no file that Consort can use.")
    known = ", ".join(one.name for one in detail.quantisations)
    raise UserFacingError(f"{detail.model.repo} cannot be had as {quantisation}.", f"There is: {known}.")


def print_quantisations(ways: tuple[QuantisationView, ...]) -> None:
    """Each with its size, whether it fits, and why."""
    print_table(("quantisation", "size", "here", "fits", ""), [
        (one.name, size_in_words(one.size), "yes" if one.installed else "", FITS[one.fit.level], one.fit.sentence)
        for one in ways])


async def run_hub(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the token is kept, forgotten or its place said; 1 for the status when there is none."""
    if arguments.set:
        token = getpass.getpass("Access token: ") if sys.stdin.isatty() else sys.stdin.readline(LONGEST_TOKEN)
        changed = await front.ask_core(SaveHubToken(token.strip(), new_id()), HubTokenChanged)
    elif arguments.forget:
        changed = await front.ask_core(ForgetHubToken(new_id()), HubTokenChanged)
    else:
        changed = await front.ask_core(ReadHubToken(new_id()), HubTokenChanged)
    front.show(changed)
    if not front.as_json:
        print(f"There is an access token in {changed.kept_in}." if changed.present else "There is no access token.")
    return 0 if changed.present or arguments.set or arguments.forget else 1


def day(moment: float) -> str:
    """The date, empty when not known."""
    return datetime.fromtimestamp(moment, UTC).date().isoformat() if moment else ""
