"""When a specialist's state goes to the page file, and what it can come back from.

Not after each answer: when the specialist leaves memory, when another conversation takes its place, and in a quiet
moment. Its cache holds one conversation at a time; the pager remembers whose, and whether that is on disk already.
A temporary chat never gets a page. It loads and dismisses nobody.
"""

from __future__ import annotations

import asyncio
import itertools
import logging
from contextlib import aclosing
from dataclasses import dataclass, replace

from router.errors import UserFacingError
from router.fleet.failures import WorkerDied
from router.fleet.pages import DEFAULT_BUDGET, PageFile
from router.fleet.worker import LoadedModel
from specialists.wire import Failed, Finished, KeepState, Load, StateKept

log = logging.getLogger("consort.fleet")

BUDGET = "page_budget"          # preference: bytes as text; empty for the default
LEAST_FOR_ANOTHER = 256         # tokens; fewer are not worth letting another conversation wait


@dataclass(eq=False)
class Held:
    """What a specialist's cache holds. unkept: more than its page does. void: it must not be kept any more."""

    worker: LoadedModel
    load: Load
    conversation: str
    tokens: int = 0
    unkept: bool = False
    void: bool = False


class Pager:
    """Keeps states in `file`. All methods are called on the loop."""

    def __init__(self, file: PageFile) -> None:
        self._file = file
        self._held: dict[str, Held] = {}
        self._keeping: dict[Held, asyncio.Task[None]] = {}
        self._numbers = itertools.count(1)
        self.usage = file.usage

    async def pages_for(self, specialist: str, worker: LoadedModel, load: Load, conversation: str,
                        system_prompt: str) -> tuple[tuple[str, ...], str]:
        """`pages` and `beginning` for a Generate of this conversation (empty: a temporary one) to `worker`, which is
        leased. Another conversation's state in it is kept first.
        """
        load = replace(load, context=worker.ready.context)
        held = self._held.get(specialist)
        if held is None or held.worker is not worker or held.conversation != conversation:
            self._held.pop(specialist, None)
            if held is not None and held.worker is worker and held.tokens >= LEAST_FOR_ANOTHER:
                await self._keep(specialist, held)
            if conversation:
                self._held[specialist] = Held(worker, load, conversation)
        beginning = self._file.beginning_for(specialist, load, system_prompt) if conversation else ""
        return self._file.candidates(specialist, load, conversation, system_prompt), beginning

    def answered(self, specialist: str, worker: LoadedModel, conversation: str, finished: Finished,
                 beginning: str = "") -> None:
        """An answer is over: the cache of `worker` holds more of `conversation` than its page does."""
        held = self._held.get(specialist)
        if held is None or held.worker is not worker or held.conversation != conversation:
            return                                  # temporary, or deleted meanwhile
        held.tokens = finished.prompt_tokens + finished.written_tokens
        held.unkept = True
        self._file.noticed(beginning, specialist, held.load)

    async def farewell(self, specialist: str, worker: LoadedModel) -> None:
        """`worker` is about to leave memory: its state is kept, if it is not on disk yet."""
        held = self._held.get(specialist)
        if held is not None and held.worker is worker:
            del self._held[specialist]
            await self._keep(specialist, held)

    async def keep_all(self) -> None:
        """A quiet moment: keep what is not on disk yet. May be cancelled at any time; what has begun goes on."""
        for specialist, held in tuple(self._held.items()):
            await self._keep(specialist, held)

    def forget(self, conversation: str) -> None:
        """Something of it was deleted: its states go at once, and what is in memory now is not kept."""
        self._file.forget_conversation(conversation)
        for specialist, held in tuple(self._held.items()):
            if held.conversation == conversation:
                del self._held[specialist]
        for held in self._keeping:
            held.void = held.void or held.conversation == conversation

    def warm(self, conversation: str) -> dict[str, int]:
        """Specialist → tokens of this conversation that it need not read again, from memory or from disk."""
        live = {specialist: held.tokens for specialist, held in self._held.items()
                if held.conversation == conversation and held.worker.alive and held.tokens}
        return self._file.warm(conversation) | live

    def preference_changes(self, key: str, value: str) -> None:
        """A preference is about to be kept: the budget acts at once. Raises UserFacingError for nonsense."""
        if key == BUDGET:
            self._file.change_budget(budget_in(value))

    async def close(self) -> None:
        """Until nothing is being kept any more. After the workers have gone."""
        await asyncio.gather(*self._keeping.values())

    async def _keep(self, specialist: str, held: Held) -> None:
        """Never raises but CancelledError, and that does not end the keeping: half a file is no use."""
        if held.unkept and held.worker.alive and held not in self._keeping:
            held.unkept = False
            task = self._keeping[held] = asyncio.create_task(self._ask_to_keep(specialist, held))
            task.add_done_callback(lambda _: self._keeping.pop(held, None))
        if held in self._keeping:
            await asyncio.shield(self._keeping[held])

    async def _ask_to_keep(self, specialist: str, held: Held) -> None:
        path = self._file.path_for(specialist, held.load, held.conversation)
        if not path:
            return
        errand = KeepState(f"keep-{specialist}-{next(self._numbers)}", path)
        try:
            async with aclosing(held.worker.request(errand)) as replies:
                async for said in replies:
                    match said:
                        case StateKept() if held.void:
                            self._file.discard(path)
                        case StateKept() if said.tokens:
                            self._file.kept(path, specialist, held.load, held.conversation, said.tokens)
                        case Failed():
                            log.warning("the state of %s was not kept: %s", specialist, said.detail)
        except (WorkerDied, ValueError) as trouble:         # ValueError: a folder whose name is not Unicode
            log.info("the state of %s was not kept: %s", specialist, trouble)


def budget_in(value: str) -> int:
    """The bytes that a preference gives to the page file. Raises UserFacingError."""
    if not value.strip():
        return DEFAULT_BUDGET
    try:
        budget = int(value)
    except ValueError:
        budget = -1
    if not 0 <= budget < 10**15:
        raise UserFacingError(f"Kept conversation states cannot be given “{value[:40]}” bytes of disk.",
                              "Give a number of bytes, 0 to keep none, or leave it empty for 2 GB.")
    return budget


def kept_budget(value: str) -> int:
    """The same for a preference that was kept before: nonsense counts as empty."""
    try:
        return budget_in(value)
    except UserFacingError:
        return DEFAULT_BUDGET
