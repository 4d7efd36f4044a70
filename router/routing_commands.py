"""What the commands about routing do: decide without answering, remember a correction, take it back.

No specialist is loaded here; the encoder may be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from router.choose.choice import NobodyCanAnswer
from router.choose.chooser import Chooser
from router.choose.request import Request
from router.choose.rules import Situation
from router.errors import UserFacingError
from router.memory.store import Store
from router.messages import (
    CorrectionRemembered,
    CorrectionsListed,
    CorrectRouting,
    Event,
    ForgetCorrection,
    ListCorrections,
    RequestRouted,
    RouteRequest,
)
from router.parts import plain_text
from router.roster import Roster
from router.views import Routing

RoutingCommand = RouteRequest | CorrectRouting | ForgetCorrection | ListCorrections


async def answer(command: RoutingCommand, chooser: Chooser, roster: Roster, store: Store,
                 tell: Callable[[Event], None]) -> None:
    """Do `command` and tell what came of it. Raises UserFacingError."""
    match command:
        case RouteRequest():
            tell(await decide(command, chooser, roster))
        case CorrectRouting():
            tell(await correct(command, chooser, roster, store))
        case ForgetCorrection():
            store.forget_correction(command.correction)
            tell(listed(store, command.request))
        case ListCorrections():
            tell(listed(store, command.request))


async def decide(command: RouteRequest, chooser: Chooser, roster: Roster) -> RequestRouted:
    """Where it would go; the skill also where a rule decides or nobody is installed. Raises UserFacingError."""
    if not command.text.strip() and not command.attached:
        raise UserFacingError("There is no request to route.", "Write something first.")
    request = Request(command.text, command.before, command.attached)
    begun = time.perf_counter()
    try:
        choice = await chooser.choose(request, roster.answerers(), Situation(prompt_characters=len(command.text)))
        chosen, name, why, routing = choice.specialist.id, choice.specialist.name, choice.why, choice.routing
    except NobodyCanAnswer:
        chosen, name, why, routing = "", "", "No specialist is installed yet.", Routing("fallback", 0.0)
    if not routing.skills and (judgement := await chooser.judge(request)) is not None:
        routing = replace(routing, skill=judgement.skill, tool=judgement.tool, difficulty=judgement.difficulty,
                          none=judgement.none, skills=judgement.skills)
    return RequestRouted(
        command.text, routing.skill, chosen, routing.skills.get(routing.skill, routing.confidence), why, name,
        routing.skills, {one.specialist: one.score for one in routing.candidates}, routing.confidence, routing.tool,
        routing.difficulty, routing.none, routing.layer, routing.seconds, routing.candidates,
        time.perf_counter() - begun, command.request)


async def correct(command: CorrectRouting, chooser: Chooser, roster: Roster, store: Store) -> CorrectionRemembered:
    """Remember what the person taught. Raises UserFacingError for an unknown message or specialist."""
    if command.specialist not in {one.id for one in roster.answerers()}:
        raise UserFacingError("This specialist is not installed.", "Install it first, then ask it.")
    above = [view for view in store.history(command.message) if view.role == "user"]
    if not above:
        raise UserFacingError("This answer is not there any more.", "Nothing was changed.")
    text = plain_text(above[-1].parts)
    kept = store.remember_correction(text, command.specialist, await chooser.vector(text))
    return CorrectionRemembered(kept.view, command.request)


def listed(store: Store, request: str) -> CorrectionsListed:
    """All that the person taught, the newest first."""
    return CorrectionsListed(tuple(one.view for one in store.corrections()), request)
