"""`consort history`: conversations listed, shown, searched, exported, imported, deleted and restored."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from router.command_line.front import Front, new_id
from router.command_line.tables import print_table
from router.messages import (
    ConversationChanged,
    ConversationDeleted,
    ConversationOpened,
    ConversationsListed,
    DeleteConversation,
    ExportConversation,
    Exported,
    ImportConversations,
    Imported,
    ListConversations,
    OpenConversation,
    RestoreConversation,
    Search,
    SearchFound,
)
from router.parts import plain_text

WHOLE = 1_000_000       # messages; the command line shows a conversation whole


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """The actions of `consort history`; each takes the `shared` options too."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION")
    actions.add_parser("list", parents=[shared], help="all conversations, newest first (the default)")
    for action, words in (("show", "one conversation"), ("delete", "hide it; `restore` brings it back"),
                          ("restore", "bring back a deleted one")):
        actions.add_parser(action, parents=[shared], help=words).add_argument("conversation", metavar="ID")
    search = actions.add_parser("search", parents=[shared], help="full text over all conversations")
    search.add_argument("text", nargs="+")
    export = actions.add_parser("export", parents=[shared], help="write one to a file")
    export.add_argument("conversation", metavar="ID")
    export.add_argument("path", type=Path, help="ends in .md or .json")
    read = actions.add_parser("import", parents=[shared], help="read a JSON export")
    read.add_argument("path", type=Path)


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Do the action; exit code 0."""
    request = new_id()
    match arguments.action:
        case "show":
            everything = OpenConversation(arguments.conversation, request, limit=WHOLE)
            opened = await front.ask_core(everything, ConversationOpened)
            front.show(opened)
            if not front.as_json:
                print(f"# {opened.conversation.title}")
                for message in opened.messages:
                    who = "You" if message.role == "user" else message.specialist_name or "Consort"
                    print(f"\n{who}:\n{plain_text(message.parts)}")
        case "search":
            found = await front.ask_core(Search(" ".join(arguments.text), request), SearchFound)
            front.show(found)
            if not front.as_json:
                for hit in found.hits:
                    print(f"{hit.conversation}  {hit.title}\n    {plain(hit.snippet)}")
        case "export":
            path = str(arguments.path.absolute())
            export = ExportConversation(arguments.conversation, path, "json" if path.endswith(".json") else "markdown",
                                        request)
            exported = await front.ask_core(export, Exported)
            front.show(exported)
            front.note(f"{exported.messages} messages written to {exported.path}.")
        case "import":
            imported = await front.ask_core(ImportConversations(str(arguments.path.absolute()), request), Imported)
            front.show(imported)
            front.note(f"{len(imported.conversations)} conversations with {imported.messages} messages imported.")
        case "delete":
            deleted = await front.ask_core(DeleteConversation(arguments.conversation, request), ConversationDeleted)
            front.show(deleted)
            front.note(f"“{deleted.title}” is deleted.",
                       f"Bring it back with: consort history restore {deleted.conversation}")
        case "restore":
            restored = await front.ask_core(RestoreConversation(arguments.conversation, request), ConversationChanged)
            front.show(restored)
            front.note(f"“{restored.conversation.title}” is back.")
        case _:
            listed = await front.ask_core(ListConversations(request), ConversationsListed)
            front.show(listed)
            if not front.as_json:
                rows = [(one.id, time.strftime("%Y-%m-%d %H:%M", time.localtime(one.changed)), one.title)
                        for one in listed.conversations]
                print_table(("", "", ""), rows or [("No conversations yet.", "", "")])
    return 0


def plain(snippet: str) -> str:
    """The snippet with its match marks as asterisks."""
    return snippet.replace("\ue000", "*").replace("\ue001", "*").replace("\n", " ")
