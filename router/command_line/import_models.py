"""`consort install PATH`: files of the person's own, used where they lie; `consort list --shared`: other programs'."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from router.command_line.following import draw_progress, follow
from router.command_line.front import Front, new_id, size_in_words
from router.command_line.tables import print_table
from router.messages import (
    Event,
    FindSharedModels,
    ImportModel,
    InstallMoved,
    ModelChecked,
    ModelsImported,
    SharedModelsFound,
)

_PATH = re.compile(r"[./~\\]|[A-Za-z]:[/\\]|.*\.gguf$", re.IGNORECASE)


def is_path(name: str) -> bool:
    """Is it a file or folder, not an id or owner/repository? A relative folder is written as ./folder."""
    return bool(_PATH.match(name)) or (":" not in name and name.count("/") != 1 and Path(name).is_dir())


def full_path(path: str) -> str:
    """As another process, with another current folder, understands it."""
    return str(Path(path).expanduser().absolute())


async def run_import(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when everything at the path that can be used is used."""

    refused: dict[str, tuple[str, ...]] = {}

    def shown(event: Event) -> None:
        if isinstance(event, InstallMoved):
            what = "Trying out" if event.phase == "testing" else "Reading"
            draw_progress(f"{what} {event.specialist}", event.done, event.total)
        elif isinstance(event, ModelChecked) and event.check.state == "refused":
            refused[event.specialist] = event.check.problems

    request = new_id()
    command = ImportModel(full_path(arguments.specialist), getattr(arguments, "base", ""), arguments.name,
                          arguments.instead_of, request)
    imported = await follow(front, command, ModelsImported, shown)
    for specialist in imported.specialists:
        front.note(f"{specialist} will not be asked: {' '.join(refused[specialist])}" if specialist in refused else
                   f"{specialist} is ready to be asked; its file stays where it is.")
    return 0 if len(imported.specialists) > len(refused) else 1


async def run_list_shared(front: Front) -> int:
    """What other programs keep on this computer."""
    found = await front.ask_core(FindSharedModels(new_id()), SharedModelsFound)
    front.show(found)
    if front.as_json:
        return 0
    if not found.models:
        front.note("No model of another program was found.", "LM Studio, Ollama, the Hugging Face cache, GPT4All, Jan "
                   "and llama.cpp were looked for.")
        return 0
    print_table(("name", "program", "size", "here", "file"),
                [(one.name, one.program, size_in_words(one.size), one.specialist or
                  (f"is {one.known_as}" if one.known_as else ""), one.path) for one in found.models])
    front.note("`consort install PATH` uses one of them where it lies.")
    return 0
