"""`consort models move|lock|sync|updates|update`: the models of this computer as a whole."""

from __future__ import annotations

import argparse

from router.command_line.following import draw_progress, erase, follow
from router.command_line.following_installs import PHASES
from router.command_line.front import Front, new_id, size_in_words
from router.command_line.import_models import full_path
from router.command_line.tables import print_table
from router.messages import (
    Event,
    FindUpdates,
    Installed,
    InstallMoved,
    LockModels,
    ModelsLocked,
    ModelsMoved,
    ModelsMoving,
    ModelsSynced,
    MoveModels,
    Refused,
    SyncModels,
    UpdateModel,
    UpdatesFound,
)

LIST = "consort-models.toml"


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """The orders of `consort models` and their options."""
    orders = parser.add_subparsers(dest="order", metavar="ORDER", required=True)

    def order(name: str, words: str) -> argparse.ArgumentParser:
        return orders.add_parser(name, parents=[shared], help=words, description=words)

    move = order("move", "keep the models in another folder: copied, checked, then deleted here")
    move.add_argument("folder", metavar="FOLDER", help="an empty or a new folder, for example on another disk")
    lock = order("lock", "write the list of installed models, with their checksums, for another computer")
    lock.add_argument("file", metavar="FILE", nargs="?", default=LIST, help=f"where to (default: {LIST})")
    sync = order("sync", "install the very same models that a list names and this computer lacks")
    sync.add_argument("file", metavar="FILE", help="a list that `consort models lock` has written")
    sync.add_argument("--yes", action="store_true", help="agree to the terms of all of them")
    order("updates", "ask the Hub for newer versions of what is installed")
    update = order("update", "fetch the newer version; the old one stays in use until the new one has passed its check")
    update.add_argument("specialist", metavar="ID", help="which one")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the order was carried out."""
    orders = {"move": run_move, "lock": run_lock, "sync": run_sync, "updates": run_updates, "update": run_update}
    return await orders[arguments.order](arguments, front)


async def run_move(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the models are there and in use."""

    def shown(event: Event) -> None:
        if isinstance(event, ModelsMoving):
            draw_progress("Copying and checking", event.done, event.total)

    moved = await follow(front, MoveModels(full_path(arguments.folder), new_id()), ModelsMoved, shown)
    front.note(f"The models are in {moved.folder} now.")
    return 0


async def run_lock(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the list is written."""
    locked = await follow(front, LockModels(full_path(arguments.file), new_id()), ModelsLocked, unseen)
    many = "1 model is" if locked.models == 1 else f"{locked.models} models are"
    front.note(f"{many} listed in {locked.path}.",
               "On another computer: consort models sync FILE")
    return 0


async def run_sync(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when everything on the list is here, byte for byte."""

    def shown(event: Event) -> None:
        show_install(event, front)
        if isinstance(event, Refused):
            front.note(f"{erase()}{event.subject} is not installed: {event.text}", event.hint)

    command = SyncModels(full_path(arguments.file), arguments.yes, new_id())
    synced = await follow(front, command, ModelsSynced, shown)
    if not front.as_json:
        for words, specialists in (("installed", synced.installed), ("here already", synced.present),
                                   ("not installed", synced.refused)):
            if specialists:
                print(f"{words}: {', '.join(specialists)}")
    return 1 if synced.refused else 0


async def run_updates(arguments: argparse.Namespace, front: Front) -> int:
    """What the Hub has that is newer."""
    found = await follow(front, FindUpdates(new_id()), UpdatesFound, unseen)
    if front.as_json:
        return 0
    if found.updates:
        print_table(("id", "size", "commit"), [(one.specialist, size_in_words(one.size), one.commit[:12])
                                               for one in found.updates])
        front.note("`consort models update ID` fetches one; the old one stays until the new one has passed its check.")
    else:
        print("There is no newer version of what came from the Hub.")
    if found.unknown:
        front.note(f"Not known: {', '.join(found.unknown)}.")
    return 0


async def run_update(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the newer version is in use."""
    request = new_id()
    await follow(front, UpdateModel(arguments.specialist, request), Installed,
                 lambda event: show_install(event, front))
    front.note(f"{arguments.specialist} is the newest version now; it has passed its check.")
    return 0


def show_install(event: Event, front: Front) -> None:
    """Progress on the terminal."""
    if isinstance(event, InstallMoved):
        draw_progress(f"{PHASES[event.phase]} {event.specialist}", event.done, event.total)


def unseen(event: Event) -> None:
    """Nothing to draw."""
