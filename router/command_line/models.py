"""`consort models move|lock|sync|updates|update`: the models of this computer as a whole."""

from __future__ import annotations

import argparse

from router.command_line.following import draw_progress, follow
from router.command_line.front import Front, new_id
from router.command_line.import_models import full_path
from router.messages import Event, ModelsMoved, ModelsMoving, MoveModels


def add_arguments(parser: argparse.ArgumentParser, shared: argparse.ArgumentParser) -> None:
    """The orders of `consort models` and their options."""
    orders = parser.add_subparsers(dest="order", metavar="ORDER", required=True)

    def order(name: str, words: str) -> argparse.ArgumentParser:
        return orders.add_parser(name, parents=[shared], help=words, description=words)

    move = order("move", "keep the models in another folder: copied, checked, then deleted here")
    move.add_argument("folder", metavar="FOLDER", help="an empty or a new folder, for example on another disk")


async def run(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the order was carried out."""
    return await {"move": run_move}[arguments.order](arguments, front)


async def run_move(arguments: argparse.Namespace, front: Front) -> int:
    """Exit code 0 when the models are there and in use."""

    def shown(event: Event) -> None:
        if isinstance(event, ModelsMoving):
            draw_progress("Copying and checking", event.done, event.total)

    moved = await follow(front, MoveModels(full_path(arguments.folder), new_id()), ModelsMoved, shown)
    front.note(f"The models are in {moved.folder} now.")
    return 0
