"""The layers in order, from what was said outright to one choice: rules, encoder, router model, selector.

Each layer can decide alone, and each may be missing: without an encoder the classifier judges by the words alone,
without a classifier the default stands. It loads no specialist and knows no conversation but what `Situation` says.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Protocol

from router.choose import neighbours, words
from router.choose.choice import Choice
from router.choose.expected import Expected
from router.choose.request import Judgement, Request
from router.choose.rules import Situation, by_default, by_rule
from router.choose.selector import STAY, Option, Ranked, select
from router.choose.strengths import strength, strengths
from router.memory.corrections import Correction
from router.views import CandidateView, Routing
from specialists.manifest import Manifest

Vectors = tuple[tuple[float, ...], ...]
UNCERTAIN = 0.6             # a share below this is worth a second opinion
NEVER_SEEN = 0.8            # probability of "none of these" above which the skills say nothing
TOO_WEAK = 0.3              # a strength below this is worth a word to the person
CLEAR = 0.75                # probability of a skill from which on that word is said


class SentenceEncoder(Protocol):
    """Texts to vectors of length one; None when there is no encoder or it takes too long."""

    async def vectors(self, texts: Sequence[str]) -> Vectors | None: ...


class NoEncoder:
    """There is none; the classifier judges by the words alone."""

    async def vectors(self, texts: Sequence[str]) -> Vectors | None:
        """None."""
        return None


class Classifier(Protocol):
    """From a request to probabilities. `texts` are those whose vectors `judge` wants; it also works without them."""

    def texts(self, request: Request) -> tuple[str, ...]: ...
    def judge(self, request: Request, vectors: Vectors | None) -> Judgement: ...


class SecondOpinion(Protocol):
    """Skill probabilities from a model that reads the request; None when it is off or too slow."""

    async def skills(self, request: Request, judgement: Judgement, *,
                     may_load: bool = True) -> dict[str, float] | None: ...


class Chooser:
    """Chooses among the installed specialists. Attributes `classifier`: the weights, which may be replaced; `encoder`.

    forecast: how long a specialist would take here and now. lessons: the person's corrections, newest first.
    better_for: a specialist of the catalogue that is made for a skill and not installed, or None.
    """

    def __init__(self, encoder: SentenceEncoder, classifier: Classifier | None,
                 forecast: Callable[[Manifest, Request, Situation], Expected],
                 lessons: Callable[[], Sequence[Correction]], *,
                 better_for: Callable[[str], Manifest | None] = lambda _: None,
                 second_opinion: SecondOpinion | None = None) -> None:
        self.encoder = encoder
        self.classifier = classifier
        self._forecast = forecast
        self._lessons = lessons
        self._better_for = better_for
        self._second_opinion = second_opinion
        self._told: set[str] = set()

    async def choose(self, request: Request, installed: tuple[Manifest, ...], situation: Situation, *,
                     may_load: bool = True) -> Choice:
        """Who answers. may_load: whether the second opinion's model may be got ready. Raises NobodyCanAnswer."""
        ruled = by_rule(request, installed, situation)
        seconds = {one.id: self._forecast(one, request, situation) for one in installed}
        if ruled is not None:
            return self._with_candidates(ruled, installed, seconds)
        judgement = await self.judge(request)
        if judgement is None:
            return self._with_candidates(by_default(installed, situation.last), installed, seconds)
        layer = "encoder" if judgement.vector else "fallback"
        ranked = await self._ranked(judgement, installed, seconds, situation)
        if ranked[0].share < UNCERTAIN and self._second_opinion is not None:
            second = await self._second_opinion.skills(request, judgement, may_load=may_load)
            if second is not None:
                layer, judgement = "model", replace(judgement, skills=second)
                ranked = await self._ranked(judgement, installed, seconds, situation)
        return self._explained(judgement, ranked, layer, installed, seconds, situation)

    async def judge(self, request: Request) -> Judgement | None:
        """What the classifier says of it; None without a classifier."""
        if self.classifier is None:
            return None
        vectors = await self.encoder.vectors(self.classifier.texts(request))
        return self.classifier.judge(request, vectors)

    async def vector(self, text: str) -> tuple[float, ...]:
        """The encoder's vector of a request, to remember a correction by; empty without an encoder."""
        vectors = await self.encoder.vectors((text,))
        return vectors[0] if vectors else ()

    async def _ranked(self, judgement: Judgement, installed: tuple[Manifest, ...], seconds: dict[str, Expected],
                      situation: Situation) -> tuple[Ranked, ...]:
        never_seen = judgement.none > NEVER_SEEN      # then the skills say nothing
        skills = {"general": 1.0} if never_seen else judgement.skills
        lessons = [(one.specialist, one.vector) for one in self._lessons()]
        taught = neighbours.taught(judgement.vector, lessons)
        own = {one.id: await self._own_kind(one, judgement.vector) for one in installed}
        options = [Option(one.id, strengths(one), seconds[one.id].answer,
                          taught.get(one.id, 0.0), own[one.id]) for one in installed]
        return select(skills, options, difficulty=judgement.difficulty, last=situation.last,
                      stay=1.0 if never_seen else STAY)

    async def _own_kind(self, manifest: Manifest, vector: tuple[float, ...]) -> float:
        examples = tuple(text for texts in manifest.examples.values() for text in texts)
        if not examples or not vector:
            return 0.0
        known = await self.encoder.vectors(examples)
        return neighbours.own_kind(vector, known) if known else 0.0

    # ── the card ────────────────────────────────────────────────────────────────────────────────────────────────────
    def _explained(self, judgement: Judgement, ranked: tuple[Ranked, ...], layer: str,
                   installed: tuple[Manifest, ...], seconds: dict[str, Expected], situation: Situation) -> Choice:
        by_id = {one.id: one for one in installed}
        best, skill = ranked[0], judgement.skill
        chosen = by_id[best.option.specialist]
        why = words.why_this(skill, judgement.skills[skill], ranked, chosen.name, situation.last)
        if judgement.none > NEVER_SEEN and best.option.taught == 0.0:
            why = "This is unlike any request Consort knows; " + (
                "the conversation stays with who answered before." if situation.last == chosen.id
                else f"{chosen.name} is the best for general questions here.")
        candidates = tuple(CandidateView(
            one.option.specialist, by_id[one.option.specialist].name, round(one.quality, 4),
            round(seconds[one.option.specialist].first_word, 3),
            "" if one is best else words.why_not(one, best, skill, situation.last)) for one in ranked)
        skills = {name: round(chance, 4) for name, chance in judgement.skills.items()}
        routing = Routing(layer, round(best.share, 4), skill, judgement.tool, round(judgement.difficulty, 2),
                          round(judgement.none, 4), skills, candidates[0].seconds, candidates)
        notice, hint = self._missing(skill, judgement, chosen)
        return Choice(chosen, why, routing, notice, hint)

    def _with_candidates(self, choice: Choice, installed: tuple[Manifest, ...], seconds: dict[str, Expected]) -> Choice:
        """A choice that was not weighed, with everyone's expected seconds for the card."""
        def view(one: Manifest) -> CandidateView:
            skill = choice.routing.skill or "general"
            return CandidateView(one.id, one.name, round(strength(one, skill), 4), round(seconds[one.id].first_word, 3),
                                 "" if one.id == choice.specialist.id else choice.why)

        others = sorted((view(one) for one in installed if one.id != choice.specialist.id), key=lambda one: -one.score)
        candidates = (view(choice.specialist), *others)
        return replace(choice, routing=replace(choice.routing, seconds=candidates[0].seconds, candidates=candidates))

    def _missing(self, skill: str, judgement: Judgement, chosen: Manifest) -> tuple[str, str]:
        """A word, once per skill, that nobody here is made for this, and what to install."""
        if judgement.skills[skill] < CLEAR or judgement.none > NEVER_SEEN or skill in self._told:
            return "", ""
        if skill in chosen.skills or strength(chosen, skill) >= TOO_WEAK:
            return "", ""
        self._told.add(skill)
        better = self._better_for(skill)
        at = words.AT.get(skill, skill)
        notice = f"No specialist for {at} is installed; {chosen.name} answers as well as it can."
        return notice, f"{better.name} would be better at it: consort install {better.id}" if better else ""
