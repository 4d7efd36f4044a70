"""Work on an event loop of its own, in a thread: so that bytes from the network and words from a model, which the
router's loop passes on, do not wait for each other. It does not know what the work is."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

Answer = TypeVar("Answer")


async def beside(work: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
    """What `work` returns or raises, run on its own loop. Cancelling cancels it there, and waits until it has ended."""
    here = asyncio.get_running_loop()
    ended: asyncio.Future[Answer] = here.create_future()
    begun = threading.Event()
    at_work: list[tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]]] = []

    async def announced() -> Answer:
        task = asyncio.current_task()
        assert task is not None
        at_work.append((asyncio.get_running_loop(), task))
        begun.set()
        return await work()

    def run() -> None:
        try:
            answer = asyncio.run(announced())
        except BaseException as error:
            failure = error if isinstance(error, Exception) else asyncio.CancelledError()
            here.call_soon_threadsafe(_tell, ended, None, failure)
        else:
            here.call_soon_threadsafe(_tell, ended, answer, None)
        finally:
            begun.set()

    threading.Thread(target=run, name="download", daemon=True).start()
    try:
        return await asyncio.shield(ended)
    except asyncio.CancelledError:
        await asyncio.to_thread(begun.wait)
        for loop, task in at_work:
            with contextlib.suppress(RuntimeError):     # it ended by itself just now
                loop.call_soon_threadsafe(task.cancel)
        await asyncio.wait([ended])
        if not ended.cancelled():
            ended.exception()           # it came to something in the same moment: nobody asks for it any more
        raise


def _tell(ended: asyncio.Future[Any], answer: object, failure: BaseException | None) -> None:
    if ended.cancelled():
        return
    if isinstance(failure, asyncio.CancelledError):
        ended.cancel()
    elif failure is not None:
        ended.set_exception(failure)
    else:
        ended.set_result(answer)


def told_here(tell: Callable[..., None]) -> Callable[..., None]:
    """`tell` for work that runs beside: it is called on the loop that is running now."""
    here = asyncio.get_running_loop()

    def post(*what: object) -> None:
        here.call_soon_threadsafe(tell, *what)
    return post
