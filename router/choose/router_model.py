"""Layer three of the choice: a small language model reads the request and a policy, and how likely each skill's word is
as its answer counts. Only for requests where the encoder leaves the choice open, and only within its time.

It has a worker of its own, so no specialist's cache is touched, and is loaded only where there is room beside the
others. What it says is joined with the encoder's probabilities. Correcting it by what it says of an empty request (Zhao
et al. 2021, https://arxiv.org/abs/2102.09690) made it worse once there were examples (tests/benchmarks/router_model).
"""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass, replace
from importlib.resources import files
from itertools import count

from router.choose.request import Judgement, Request
from router.choose.strengths import billions
from router.errors import UserFacingError
from router.fleet.failures import WorkerDied, WorkerFailed
from router.fleet.fleet import Fleet
from router.roster import Roster
from specialists.wire import ChatMessage, LabelsScored, Load, ScoreLabels

log = logging.getLogger("consort.choose")

PREFERENCE = "router_model"     # "on" or "off"
DEFAULT = "on"                  # decided by tests/benchmarks/router_model: see RESULTS.md
PURPOSE = "router"              # its place in the fleet is id/PURPOSE
CONTEXT = 1024                  # tokens: the policy and an excerpt of a request
SECONDS = 1.5                   # that a turn waits for it
SMALLEST = 1.0                  # billions of parameters; smaller ones know less than the encoder
HEAD, TAIL = 200, 100           # characters of a long request that are read: reading is what costs time
EARLIER = 100                   # characters of the request before it
WEIGHT = 0.5                    # of the model in the geometric mean with the encoder; where the likelihood was best
LEAST = 1e-6                    # no probability is smaller: the encoder alone cannot rule a skill out
WORDS = {"general": "general", "code": "code", "math": "math", "reasoning": "puzzle", "writing": "writing",
         "documents": "documents", "vision": "picture"}     # each one token in common vocabularies

Opinion = dict[str, float]


def is_on(preference: str) -> bool:
    """What a person's preference means; anything that is no answer is the default."""
    return (preference if preference in ("on", "off") else DEFAULT) == "on"


@dataclass(frozen=True)
class Serving:
    """Who serves: its place in the fleet, how to open it, and the bytes that takes."""

    key: str
    load: Load
    bytes_needed: int


def serving(roster: Roster) -> Serving | None:
    """The smallest installed specialist that is large enough, in a worker of its own; None without one."""
    able = [one for one in roster.answerers() if one.engine == "llama" and billions(one) >= SMALLEST
            and roster.check(one.id).state == "passed"]
    if not able:
        return None
    chosen = min(able, key=billions)
    try:
        opening = roster.opening(chosen)
    except UserFacingError:
        return None
    return Serving(f"{chosen.id}/{PURPOSE}", replace(opening.load, context=CONTEXT), opening.bytes_needed)


class RouterModel:
    """A second opinion (`router.choose.chooser.SecondOpinion`). Attribute `is_on`: may be changed at any time.

    find: who serves here and now (None: nobody). seconds: how long a caller waits at most.
    """

    def __init__(self, fleet: Fleet, find: Callable[[], Serving | None], *, is_on: bool = True,
                 seconds: float = SECONDS) -> None:
        self.is_on = is_on
        self._fleet, self._find, self._seconds = fleet, find, seconds
        self._policy = policy()
        self._warming: asyncio.Task[Opinion | None] | None = None
        self._numbers = count(1)

    async def skills(self, request: Request, judgement: Judgement, *,
                     may_load: bool = True) -> dict[str, float] | None:
        """Both layers' probabilities in one; None when it is off or not there, has no room, or is too slow.

        One that is not in memory is not waited for: it gets ready meanwhile, for the next time, if it may be loaded.
        """
        model = self._find() if self.is_on else None
        if model is None or not self._is_ready(model, may_load):
            return None
        try:
            async with asyncio.timeout(self._seconds):
                opinion = await self._ask(model, request)
        except TimeoutError:
            log.info("the router model takes longer than %g s", self._seconds)
            return None
        return joined(judgement.skills, opinion) if opinion else None

    async def close(self) -> None:
        """End what is under way."""
        if self._warming is not None:
            self._warming.cancel()
            await asyncio.gather(self._warming, return_exceptions=True)

    def _is_ready(self, model: Serving, may_load: bool) -> bool:
        """Is it in memory, with the policy read? If not, that is begun, if there is room without anybody leaving."""
        if self._warming is not None and not self._warming.done():
            return False
        residents = self._fleet.residents()
        if any(one.id == model.key for one in residents):
            return True
        needed = self._fleet.expected_bytes(model.key, model.load, model.bytes_needed)
        if may_load and sum(one.bytes for one in residents) + needed <= self._fleet.budget_bytes:
            self._warming = asyncio.create_task(self._ask(model, Request("")))
        return False

    async def _ask(self, model: Serving, request: Request) -> Opinion | None:
        """The log-probability of each skill's word; None when the worker fails."""
        errand = ScoreLabels(f"route-{next(self._numbers)}", messages(self._policy, request), tuple(WORDS.values()))
        try:
            async with self._fleet.lease(model.key, model.load, model.bytes_needed) as lease, \
                    aclosing(lease.worker.request(errand)) as replies:
                reply = await anext(replies)
        except (WorkerFailed, WorkerDied, UserFacingError) as error:
            log.warning("the router model failed: %r", error)
            return None
        if not isinstance(reply, LabelsScored) or len(reply.log_probabilities) != len(WORDS):
            log.warning("the router model answered %r", reply)
            return None
        return dict(zip(WORDS, reply.log_probabilities, strict=True))


def joined(encoder: dict[str, float], model: Opinion, weight: float = WEIGHT) -> dict[str, float]:
    """The geometric mean of both, normalised. encoder: probabilities; model: log-probabilities. Pure.

    A skill that the model was not asked about keeps the probability it has.
    """
    asked = [skill for skill in encoder if skill in model]
    share = sum(encoder[skill] for skill in asked)
    logs = {skill: (1 - weight) * math.log(max(encoder[skill], LEAST)) + weight * model[skill] for skill in asked}
    highest = max(logs.values(), default=0.0)
    total = sum(math.exp(one - highest) for one in logs.values())
    return {skill: share * math.exp(logs[skill] - highest) / total if skill in logs else chance
            for skill, chance in encoder.items()}


def messages(told: str, request: Request) -> tuple[ChatMessage, ...]:
    """The policy and its examples, always the same so that they are read once, then the request. Pure."""
    rules, _, examples = told.partition("## Examples")
    said = [ChatMessage("system", rules.strip())]
    for line in filter(None, map(str.strip, examples.splitlines())):
        asked, _, word = line.rpartition(" → ")
        said += [ChatMessage("user", f"Request: {asked}"), ChatMessage("assistant", word)]
    lines = [f"Asked before: {_excerpt(text, EARLIER)}" for text in request.before[-1:]]
    lines += [f"Attached: {_excerpt(', '.join(request.attached), EARLIER)}"] if request.attached else []
    lines += [f"Request: {_excerpt(request.text, HEAD, TAIL)}"]
    return (*said, ChatMessage("user", "\n".join(lines)))


def policy() -> str:
    """What it is told to do, and examples."""
    return files("resources").joinpath("prompts/route.md").read_text(encoding="utf-8")


def _excerpt(text: str, head: int, tail: int = 0) -> str:
    """On one line, without its middle if it is long; lone surrogates made question marks."""
    start = " ".join(text[:4 * head].split())
    if len(text) > 4 * head or len(start) > head + tail:
        end = " ".join(text[-4 * tail:].split())[-tail:] if tail else ""
        start = f"{start[:head]} … {end}".rstrip()
    return start.encode("utf-8", "replace").decode()
