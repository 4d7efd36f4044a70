"""`consort docs`: a person's own files, read, listed, searched. Prints; decides nothing."""

from __future__ import annotations

import argparse
import shutil
import sys
import textwrap
from datetime import datetime
from pathlib import Path

from router.command_line.following import erase
from router.command_line.front import Front, new_id
from router.command_line.tables import print_table
from router.document_views import FolderOfDocuments, FoundPassage
from router.errors import UserFacingError
from router.messages import (
    AddDocuments,
    DocumentsFound,
    DocumentsListed,
    DocumentsMoved,
    ListDocuments,
    PauseDocuments,
    Refused,
    RemoveDocuments,
    SearchDocuments,
)

SHOWN = 400                 # characters of a passage that is printed


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """The verbs of `consort docs`."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)

    def verb(name: str, words: str) -> argparse.ArgumentParser:
        return verbs.add_parser(name, parents=[shared], help=words, description=words)

    add = verb("add", "read files and folders, and follow what changes there")
    add.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    add.add_argument("--ignore", action="append", default=[], metavar="PATTERN",
                     help="leave out what is called so, such as *.log (may be given several times)")
    verb("list", "show the folders that were added and what could not be read")
    search = verb("search", "find passages that may answer a question")
    search.add_argument("text")
    search.add_argument("--in", dest="path", type=Path, metavar="PATH", help="only in this file or below this folder")
    search.add_argument("--since", metavar="YYYY-MM-DD", help="only in files changed then or later")
    search.add_argument("--limit", type=int, default=5, metavar="N")
    remove = verb("remove", "forget a folder and what was read in it; the files stay")
    remove.add_argument("path", type=Path, metavar="PATH")
    for name, words in (("pause", "read nothing more for now"), ("resume", "go on reading")):
        verb(name, words).add_argument("path", nargs="?", type=Path, metavar="PATH")
    verb("status", "look for changes, read them, and say how far it is")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """One verb."""
    match arguments.verb:
        case "add":
            for path in arguments.paths:
                await front.ask_core(AddDocuments(str(_absolute(path)), tuple(arguments.ignore), new_id()),
                                     DocumentsListed)
            return await _follow(front)
        case "search":
            return await _search(arguments, front)
        case "remove":
            listed = await front.ask_core(RemoveDocuments(str(_absolute(arguments.path)), new_id()), DocumentsListed)
        case "pause" | "resume":
            folder = str(_absolute(arguments.path)) if arguments.path else ""
            listed = await front.ask_core(PauseDocuments(folder, arguments.verb == "pause", new_id()), DocumentsListed)
        case "status":
            return await _follow(front)
        case _:
            listed = await front.ask_core(ListDocuments(request=new_id()), DocumentsListed)
    front.show(listed)
    if not front.as_json:
        _print_list(listed)
    return 0


async def _follow(front: Front) -> int:
    """Wait until everything is read, with progress on stderr; then print the list."""
    command = ListDocuments(follow=True, request=new_id())
    front.send(command)
    async for event in front.events():
        if isinstance(event, DocumentsMoved):
            front.show(event)
            _draw(event.folder)
        elif isinstance(event, Refused) and event.request == command.request:
            raise UserFacingError(event.text, event.hint)
        elif isinstance(event, DocumentsListed) and event.request == command.request:
            front.show(event)
            _erase()
            if not front.as_json:
                _print_list(event)
            return 0
    raise AssertionError("events() never ends")


async def _search(arguments: argparse.Namespace, front: Front) -> int:
    since = 0.0
    if arguments.since:
        try:
            since = datetime.strptime(arguments.since, "%Y-%m-%d").astimezone().timestamp()
        except ValueError as error:
            raise UserFacingError(f"{arguments.since} is no day.", "Write it as 2026-01-31.") from error
    command = SearchDocuments(arguments.text, arguments.limit, str(_absolute(arguments.path)) if arguments.path else "",
                              since, new_id())
    found = await front.ask_core(command, DocumentsFound)
    front.show(found)
    if front.as_json:
        return 0
    for number, passage in enumerate(found.passages, start=1):
        print(f"{'' if number == 1 else chr(10)}[{number}] {place_of(passage)}")
        print(textwrap.fill(" ".join(passage.text.split())[:SHOWN], min(shutil.get_terminal_size().columns, 100),
                            initial_indent="    ", subsequent_indent="    "))
    if not found.passages:
        print("Nothing in your documents has to do with this.")
    elif not found.by_meaning:
        front.note("Compared by words only.", "`consort install minilm-l6` lets Consort compare meanings too.")
    return 0


def place_of(passage: FoundPassage) -> str:
    """Where a passage stands, in words: file, page, sheet, row, headings."""
    places = [passage.paths[0] if passage.paths else passage.title]
    if passage.page:
        places.append(f"page {passage.page}")
    if passage.sheet:
        places.append(passage.sheet)
    if passage.row:
        places.append(f"row {passage.row}")
    return ", ".join(places) + (f" · {' › '.join(passage.headings)}" if passage.headings else "")


def _print_list(listed: DocumentsListed) -> None:
    if not listed.folders:
        print("No documents yet. Add a file or a folder with: consort docs add PATH")
        return
    print_table(("folder", "read", "to read", "refused", "passages", "state"),
                [(folder.path, str(folder.files), str(folder.waiting), str(folder.refused), str(folder.passages),
                  state_of(folder)) for folder in listed.folders])
    for file in listed.refused:
        print(f"Not read: {file.path}: {file.problem}")


def state_of(folder: FolderOfDocuments) -> str:
    """How far a folder is, in a few words."""
    if folder.missing:
        return "not there now; what was read is kept"
    if folder.paused:
        return "paused"
    if folder.waiting:
        return "being read"
    if folder.without_meaning:
        return f"found by words; {folder.without_meaning} passages are still to be compared by meaning"
    return "up to date"


def _draw(folder: FolderOfDocuments) -> None:
    if sys.stderr.isatty():
        what = (f"{folder.reading or folder.path}: {folder.waiting} files to read" if folder.waiting
                else f"{folder.path}: {folder.without_meaning} passages to compare")
        print(f"{erase()}{what}", end="", file=sys.stderr, flush=True)


def _erase() -> None:
    if sys.stderr.isatty():
        print(erase(), end="", file=sys.stderr, flush=True)


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()
