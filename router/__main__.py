"""The command line's entry: `consort [SUBCOMMAND]`. Without a subcommand the window opens.

Exit codes: 0, 1 with a sentence on stderr, 2 for wrong usage (argparse).
"""

from __future__ import annotations

import argparse
import asyncio
import importlib
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from router.command_line.front import Front

VERSION = "0.1.0"


def parser() -> argparse.ArgumentParser:
    """All subcommands with their options; `--data-dir` and `--json` stand before or after the subcommand."""
    from router.command_line import (
        ask,
        bench,
        browse,
        check,
        docs,
        history,
        hub,
        install,
        listing,
        models,
        ps,
        queue,
        route,
        storage,
        talk,
        tools,
        train_router,
        voice,
    )

    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--data-dir", type=Path, default=argparse.SUPPRESS, metavar="DIR",
                        help="keep conversations and models here instead of the platform's data folder")
    shared.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="one JSON event a line")
    top = argparse.ArgumentParser("consort", parents=[shared], description="A private assistant on your own computer. "
                                  "Without a subcommand the window opens.")
    top.add_argument("--version", action="version", version=f"consort {VERSION}")
    subcommands = top.add_subparsers(dest="subcommand", metavar="SUBCOMMAND")

    def add(name: str, words: str, run: Callable[[argparse.Namespace, Front], Awaitable[int]],
            add_arguments: Callable[[argparse.ArgumentParser], None] | None = None) -> None:
        sub = subcommands.add_parser(name, parents=[shared], help=words, description=words)
        sub.set_defaults(run=run)
        if add_arguments is not None:
            add_arguments(sub)

    add("ask", "ask a question and print the answer", ask.run, ask.add_arguments)
    add("list", "list the specialists of the catalogue and of this computer", browse.run_list,
        browse.add_list_arguments)
    add("recommend", "say which specialists suit this computer, as sets to install", browse.run_recommend)
    add("install", "install specialists", install.run_install, install.add_install_arguments)
    add("queue", "show the downloads in their order; move, pause, continue one, limit the speed of all", queue.run,
        queue.add_arguments)
    add("remove", "remove a specialist's model from this computer", install.run_remove, install.add_remove_arguments)
    add("storage", "show what models take on the disk and when they were last used", storage.run_storage)
    add("verify", "read a model's files, or those of all, and compare them with their checksums", storage.run_verify,
        storage.add_verify_arguments)
    add("models", "move the models, list them for another computer, bring them up to date", models.run,
        lambda sub: models.add_arguments(sub, shared))
    add("search", "search the Hugging Face Hub for models", hub.run_search, hub.add_search_arguments)
    add("hub", "keep or forget the access token for the Hub", hub.run_hub,
        lambda sub: hub.add_hub_arguments(sub, shared))
    add("info", "show everything known of one specialist, or of a repository of the Hub", listing.run_info,
        listing.add_info_arguments)
    add("check", "open a model in a process of its own and see whether it is sound", check.run, check.add_arguments)
    add("history", "list, show, search, export, import and delete conversations", history.run,
        lambda sub: history.add_arguments(sub, shared))
    add("docs", "read your own files, list them, search them", docs.run,
        lambda sub: docs.add_arguments(sub, shared))
    add("route", "say which specialist would answer a request, and why, without answering it", route.run,
        route.add_arguments)
    add("ps", "show the specialists in memory as processes; unload or pin one", ps.run, ps.add_arguments)
    add("train-router", "refit the router's weights to requests whose skill is known", train_router.run,
        train_router.add_arguments)
    add("tools", "list the tools that specialists can use, and what each may do", tools.run_tools)
    add("tool", "call a tool", tools.run_tool, tools.add_tool_arguments)
    add("talk", "hold a spoken conversation between a sound file and another", talk.run, talk.add_arguments)
    add("transcribe", "write down what is said in an audio or video file", voice.run_transcribe,
        voice.add_transcribe_arguments)
    add("speak", "read a text aloud into a sound file", voice.run_speak, voice.add_speak_arguments)
    add("voices", "list who speaks and who hears, in which languages", voice.run_voices)
    add("doctor", "check this computer and say what works, what doesn't, and the remedy", listing.run_doctor)
    add("bench", "measure the installed specialists on this computer", bench.run, bench.add_arguments)
    return top


def main(argv: list[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    if argv is None:
        argv = sys.argv[1:]
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    readable = [text.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for text in argv]
    arguments = parser().parse_args(readable)
    if arguments.subcommand is None:
        return int(importlib.import_module("desktop_app.__main__").main(argv))
    try:
        return asyncio.run(_run(arguments))
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1
    except BrokenPipeError:         # `consort history | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


async def _run(arguments: argparse.Namespace) -> int:
    from router.command_line.front import Front
    from router.errors import UserFacingError, sentence_for

    front = Front(getattr(arguments, "data_dir", None), getattr(arguments, "json", False))
    try:
        async with front:
            return int(await arguments.run(arguments, front))
    except (UserFacingError, OSError, ValueError, RuntimeError) as error:
        if isinstance(error, BrokenPipeError):
            raise
        sentence = sentence_for(error)
        front.note(sentence.text, sentence.hint)
        return 1


if __name__ == "__main__":
    sys.exit(main())
