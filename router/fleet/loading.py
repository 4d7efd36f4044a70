"""Getting a model into memory that may be shorter than we think: make room and try again, then a shorter context.

It starts no process and dismisses nobody itself; both are passed in.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace

from router.fleet.failures import WorkerFailed
from router.fleet.seat import Arrival
from router.fleet.worker import LoadedModel
from specialists.wire import Load

SHORTEST_CONTEXT = 1024     # tokens; less is no use to anybody
OUT_OF_MEMORY = ("no_memory", "killed")


async def load_in_any_way(load: Load, start: Callable[[Load], Awaitable[LoadedModel]],
                          make_all_room: Callable[[], Awaitable[bool]]) -> Arrival:
    """Load as `load` says; when memory runs out, after `make_all_room`, and at last with half the context.

    make_all_room: everyone idle leaves; False when nobody was. Raises WorkerFailed, the last one when all fails.
    """
    try:
        return await _timed(load, start)
    except WorkerFailed as failed:
        trouble = _memory_only(failed)
    if await make_all_room():       # our account was wrong
        try:
            return await _timed(load, start)
        except WorkerFailed as failed:
            trouble = _memory_only(failed)
    shorter = max(SHORTEST_CONTEXT, load.context // 2)
    if shorter >= load.context:
        raise trouble
    return replace(await _timed(replace(load, context=shorter), start), lowered_from=load.context)


def _memory_only(failed: WorkerFailed) -> WorkerFailed:
    if failed.code not in OUT_OF_MEMORY:
        raise failed
    return failed


async def _timed(load: Load, start: Callable[[Load], Awaitable[LoadedModel]]) -> Arrival:
    clock = asyncio.get_running_loop()
    began = clock.time()
    return Arrival(await start(load), clock.time() - began)
