"""A parent to be killed: starts two workers, brings them into the state named, says so, and waits.

    python orphan_parent.py idle|answering|hanging|holding_the_lock|starting|leaving
"""

from __future__ import annotations

import asyncio
import sys

import psutil

from router.fleet.worker import Worker
from specialists.wire import ChatMessage, Generate, Load, Token

SCRIPTS = {"answering": {"delay": "0.01", "tokens": "100000"}, "hanging": {"hang_after": "0"}}
HELLO = Generate("r", (ChatMessage("user", "hello there"),), max_tokens=100_000)


async def start(state: str) -> Worker:
    if state == "holding_the_lock":
        return await Worker.start(Load("echo", ""), target="awkward_workers:deaf_while_writing")
    return await Worker.start(Load("echo", "", options=SCRIPTS.get(state, {})))


async def ask(worker: Worker, begun: asyncio.Event) -> None:
    async for reply in worker.request(HELLO):
        if isinstance(reply, Token):
            begun.set()


async def main(state: str) -> None:
    starting = [asyncio.create_task(start(state)) for _ in range(2)]
    while state == "starting" and not _two_children():      # noqa: ASYNC110 (processes make no events)
        await asyncio.sleep(0.001)
    if state == "starting":
        await say_so_and_wait()
    workers = await asyncio.gather(*starting)
    begun = [asyncio.Event() for _ in workers]
    if state in ("answering", "hanging", "holding_the_lock"):
        asking = [asyncio.create_task(ask(*each)) for each in zip(workers, begun, strict=True)]
        if state == "hanging":
            await asyncio.sleep(0.3)
        else:
            await asyncio.gather(*(each.wait() for each in begun))
        assert not any(each.done() for each in asking)
    await say_so_and_wait()


async def say_so_and_wait() -> None:
    print("as you wished", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


def _two_children() -> bool:
    return sum("spawn_main" in " ".join(one.cmdline()) for one in psutil.Process().children()) == 2


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
