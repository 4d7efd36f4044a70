"""What texts mean, as vectors: the sentence encoder, asked through the fleet, never waited for longer than a moment.

A small worker of its own, pinned, so that it is given up last. It knows nothing of what the vectors are used for.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from itertools import count

from router.errors import UserFacingError
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet
from router.roster import Roster
from specialists.wire import Embed, Embedded, Failed, Load

log = logging.getLogger("consort.choose")

SPECIALIST = "minilm-l6"    # the encoder that the classifier was trained with; another one's vectors mean other things
KEY = "encoder"             # its place in the fleet
CONTEXT = 64                # tokens: reading time grows with them; more routed no better (tests/benchmarks/RESULTS.md)
MOST_CHARACTERS = 4_096     # at each end of a text; what lies between, the engine would leave out anyway
CACHED = 1_024              # vectors kept: about 12 MB
PATIENCE = 2.0              # seconds a turn waits for vectors
REST = 60.0                 # seconds after a failure until it is asked again

Vector = tuple[float, ...]


@dataclass(frozen=True)
class EncoderOpening:
    """How to open the encoder, and the bytes that takes."""

    load: Load
    bytes_needed: int


def opening_of(roster: Roster, context: int = CONTEXT) -> EncoderOpening | None:
    """How the installed encoder is opened, to read `context` tokens; None when it is not installed, or unsound."""
    manifest = roster.manifest(SPECIALIST)
    if manifest is None or not roster.may_answer(SPECIALIST):
        return None
    try:
        opening = roster.opening(manifest)
    except UserFacingError:
        return None
    # One thread: a sentence takes some ten milliseconds, and the others belong to the specialist that writes.
    return EncoderOpening(replace(opening.load, context=context, threads=1, gpu_layers=0), opening.bytes_needed)


class Encoder:
    """Texts to vectors of length one. Attribute `patience`: seconds a caller waits at most.

    find: how it is opened here and now (None: not installed). notice: hears one sentence, once, when it fails. key: its
    place in the fleet; pinned: it is given up last.
    """

    def __init__(self, fleet: Fleet, find: Callable[[], EncoderOpening | None], notice: Callable[[str], None],
                 patience: float = PATIENCE, *, key: str = KEY, pinned: bool = True) -> None:
        self.patience = patience
        self._key, self._pinned = key, pinned
        self._fleet = fleet
        self._find = find
        self._notice = notice
        self._noticed = False
        self._rests_until = 0.0
        self._known: OrderedDict[str, Vector] = OrderedDict()
        self._work: set[asyncio.Task[bool]] = set()
        self._numbers = count(1)

    async def vector(self, text: str) -> Vector | None:
        """The vector of `text`; None without an encoder or when it takes too long."""
        found = await self.vectors((text,))
        return found[0] if found else None

    async def vectors(self, texts: Sequence[str]) -> tuple[Vector, ...] | None:
        """One vector per text, in their order, or None for all. What comes too late is there the next time."""
        wanted = [_clipped(text) for text in texts]
        missing = tuple(text for text in dict.fromkeys(wanted) if text not in self._known)
        found = {text: self._known[text] for text in wanted if text in self._known}
        if missing and not await self._in_time(self._start(missing, found)):
            return None
        self._remember(found)
        return tuple(found[text] for text in wanted)

    async def warm(self, patience: float | None = None) -> None:
        """Bring it into memory, so that the first turn need not wait. Does nothing when it is not installed.

        patience: seconds this waits at most; the loading goes on.
        """
        await asyncio.wait({self._start((), {})}, timeout=patience)

    async def close(self) -> None:
        """End what is under way."""
        for task in tuple(self._work):
            task.cancel()
        await asyncio.gather(*self._work, return_exceptions=True)

    def _start(self, texts: tuple[str, ...], found: dict[str, Vector]) -> asyncio.Task[bool]:
        """A task of its own: a caller who stops waiting must not end a load that the next one needs."""
        task = asyncio.create_task(self._encode(texts, found))
        self._work.add(task)
        task.add_done_callback(self._work.discard)
        return task

    async def _in_time(self, task: asyncio.Task[bool]) -> bool:
        done, _ = await asyncio.wait({task}, timeout=self.patience)
        if not done:
            log.info("the encoder takes longer than %g s", self.patience)
        return bool(done) and not task.cancelled() and task.result()

    async def _encode(self, texts: tuple[str, ...], found: dict[str, Vector]) -> bool:
        """Put the vectors of `texts` into `found` and the cache. False when they cannot be had."""
        opening = self._find()
        if opening is None or asyncio.get_running_loop().time() < self._rests_until:
            return False
        try:
            async with self._fleet.lease(self._key, opening.load, opening.bytes_needed, pinned=self._pinned) as lease:
                if not texts:
                    return True
                request = Embed(f"encode-{next(self._numbers)}", texts)
                async with aclosing(lease.worker.request(request)) as replies:
                    reply = await anext(replies)
        except (WorkerFailed, WorkerDied, UserFacingError) as error:
            return self._failed(repr(error))
        if not isinstance(reply, Embedded) or len(reply.vectors) != len(texts):
            return self._failed(reply.detail if isinstance(reply, Failed) else "it answered something else")
        found.update(zip(texts, reply.vectors, strict=True))
        self._remember(found)
        return True

    def _remember(self, found: dict[str, Vector]) -> None:
        """The most recently used are kept."""
        for text, vector in found.items():
            self._known[text] = vector
            self._known.move_to_end(text)
        while len(self._known) > CACHED:
            self._known.popitem(last=False)

    def _failed(self, why: str) -> bool:
        log.warning("the encoder failed: %s", why)
        self._rests_until = asyncio.get_running_loop().time() + REST
        if not self._noticed:
            self._noticed = True
            self._notice("The sentence encoder does not work, so Consort chooses specialists by the words of a "
                         "request alone.")
        return False


def _clipped(text: str) -> str:
    """Both ends of a long text, and lone surrogates made question marks: what may go to a worker."""
    if len(text) > 2 * MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS]} {text[-MOST_CHARACTERS:]}"
    return text.encode("utf-8", "replace").decode()
