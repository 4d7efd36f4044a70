"""The routing half of the assistant: encoder, weights, chooser, and what the commands about routing do.

No specialist is loaded here; the encoder may be.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from router import router_training
from router.choose import router_model
from router.choose.choice import NobodyCanAnswer
from router.choose.chooser import Chooser
from router.choose.encoder import Encoder, opening_of
from router.choose.request import Request
from router.choose.router_model import RouterModel, is_on, serving
from router.choose.rules import Situation
from router.errors import UserFacingError
from router.fleet.fleet import Fleet
from router.forecast import Forecast
from router.memory.store import Store
from router.messages import (
    CorrectionRemembered,
    CorrectionsListed,
    CorrectRouting,
    Event,
    ForgetCorrection,
    ListCorrections,
    Noticed,
    RequestRouted,
    RouteRequest,
    RouterTrained,
    TrainRouter,
)
from router.parts import plain_text
from router.roster import Roster
from router.views import Routing
from specialists.manifest import Manifest

RoutingCommand = RouteRequest | TrainRouter | CorrectRouting | ForgetCorrection | ListCorrections
LOADING_PATIENCE = 10.0         # seconds that deciding for a command waits until the encoder is in memory
TRAINING_PATIENCE = 300.0       # seconds that one batch of texts may take while nobody waits for a turn


class RoutingDesk:
    """Made once for a data folder. `chooser` chooses; `encoder` reads questions; `answer` does the commands.

    warm: as `Forecast` takes it.
    """

    def __init__(self, folder: Path, fleet: Fleet, roster: Roster, store: Store, tell: Callable[[Event], None],
                 warm: Callable[[str], dict[str, int]] = lambda _: {}) -> None:
        self._folder, self._fleet, self._roster, self._store, self._tell = folder, fleet, roster, store, tell
        self.encoder = Encoder(fleet, partial(opening_of, roster), self._notice)
        self._router_model = RouterModel(fleet, partial(serving, roster), is_on=is_on(
            store.preferences().get(router_model.PREFERENCE, "")))
        classifier, wrong = router_training.load_weights(folder)
        until_then = ("Those that come with Consort count until then." if classifier is not None
                      else "Consort chooses by rules until then.")
        self.notices = (Noticed(wrong, f"{until_then} Refit them with: consort train-router", level="warning"),
                        ) if wrong else ()
        self.chooser = Chooser(self.encoder, classifier, Forecast(fleet, roster, warm), store.corrections,
                               better_for=self._better_for, second_opinion=self._router_model)

    def preference_changes(self, key: str, value: str) -> None:
        """A preference is about to be kept: the router model is on or off from now on."""
        if key == router_model.PREFERENCE:
            self._router_model.is_on = is_on(value)

    async def warm_up(self) -> None:
        """Load the encoder if there is somebody to choose between."""
        if len(self._roster.answerers()) > 1:
            await self.encoder.warm()

    async def close(self) -> None:
        """Before the fleet."""
        await self.encoder.close()
        await self._router_model.close()

    async def answer(self, command: RoutingCommand) -> None:
        """Do `command` and tell what came of it. Raises UserFacingError."""
        match command:
            case RouteRequest():
                await self.encoder.warm(LOADING_PATIENCE)      # no turn waits here: better late than by words alone
                self._tell(await decide(command, self.chooser, self._roster))
            case TrainRouter():
                self._tell(await self._train(command))
            case CorrectRouting():
                self._tell(await correct(command, self.chooser, self._roster, self._store))
            case ForgetCorrection():
                self._store.forget_correction(command.correction)
                self._tell(listed(self._store, command.request))
            case ListCorrections():
                self._tell(listed(self._store, command.request))

    async def _train(self, command: TrainRouter) -> RouterTrained:
        out = Path(command.out) if command.out else router_training.own_weights(self._folder)
        if command.reset:
            router_training.own_weights(self._folder).unlink(missing_ok=True)
            trained = RouterTrained(str(router_training.own_weights(self._folder)))
        else:
            patient = Encoder(self._fleet, partial(opening_of, self._roster), self._notice, patience=TRAINING_PATIENCE)
            try:
                trained = await router_training.train(
                    [Path(path) for path in command.paths], out, patient,
                    lambda moved: self._tell(replace(moved, request=command.request)), only=command.only)
            finally:
                await patient.close()
        self.chooser.classifier, _ = router_training.load_weights(self._folder)
        return replace(trained, request=command.request)

    def _notice(self, sentence: str) -> None:
        self._tell(Noticed(sentence, level="warning"))

    def _better_for(self, skill: str) -> Manifest | None:
        """The smallest specialist of the catalogue that is made for a skill and not there yet."""
        here = {one.id for one in self._roster.answerers()}
        made_for = [one for one in self._roster.catalogue() if skill in one.skills and one.id not in here
                    and one.kind == "language" and not one.starter and not one.licence.opt_in]
        return min(made_for, key=lambda one: one.size or 2**60, default=None)


async def decide(command: RouteRequest, chooser: Chooser, roster: Roster) -> RequestRouted:
    """Where it would go; the skill also where a rule decides or nobody is installed. Raises UserFacingError."""
    if not command.text.strip() and not command.attached:
        raise UserFacingError("There is no request to route.", "Write something first.")
    request = Request(command.text, command.before, command.attached)
    begun = time.perf_counter()
    try:
        choice = await chooser.choose(request, roster.answerers(), Situation(prompt_characters=len(command.text)),
                                      may_load=False)
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
