"""Which specialists suit this computer: sets that can be installed as a whole, by one rule. Pure; it fetches nothing.

The residents (the routing encoder; what hears, speaks and listens) stay in memory, and beside them the largest language
specialist must fit, one at a time. For each purpose the candidates are all who are made for it and fit; those with
nearly as many parameters as the largest count as equals, because within a generation of models that tells most. Among
equals what is here already is kept. Else everyday questions go to the one with the most skills, and any other purpose
to the one whose first skill it is and that has the fewest others; the all-rounder does the rest. At last the
catalogue's order decides. Nobody is recommended whose terms must be agreed to. What fits may be slow: how fast it would
write is said, and where that is slower than people read, there is a set with the largest that is not.

Sizes that are not known are estimated for the question whether something fits, and never counted in what is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass, field

from router.choose.encoder import CONTEXT as ENCODER_CONTEXT
from router.choose.encoder import SPECIALIST as ENCODER
from router.choose.strengths import GENERAL, billions
from router.fleet.footprint import PROCESS, Shape, footprint
from router.library.disk import RESERVE, gigabytes
from router.machine import Machine
from router.model_views import Recommendation
from specialists.manifest import Manifest

NEARLY = 0.6                # of the most parameters: half as many again is what a person notices
SPEECH_SHARE = 0.15         # of what models may take, at most, for one model of speech
SPEECH_COPIES = 2           # times its file; whisper.cpp's README says 388 MB of memory for 148 of disk, 3.9 GB for 3.1
READING = 5.2               # tokens a second that people read: 238 words a minute (Brysbaert 2019), 1.3 tokens a word
TOKENS_PER_WORD = 1.3
BITS = {"Q8": 8.5, "F1": 16.0, "BF": 16.0, "F3": 32.0}      # per weight; all others are kinds of 4 to 6 bits:
USUAL_BITS = 6.0            # three of four models of the catalogue whose size is known are at or below this

PURPOSES = (("code",), ("math", "reasoning"), ("writing",))     # beside everyday questions; each a tuple of skills
WORDS = {"general": "everyday questions", "code": "code", "math": "mathematics", "reasoning": "reasoning",
         "writing": "writing"}
SPEECH = ("speech-in", "speech-out", "speech-activity")


def recommend(manifests: Iterable[Manifest], machine: Machine, budget: int, free_disk: int, installed: Container[str],
              language: str = "en", writes: Callable[[int], float] = lambda size: 0.0) -> tuple[Recommendation, ...]:
    """Sets for `machine`: one with a specialist for every purpose and speech, then a single all-rounder, then a quick
    one. A set that is the same as one before it is left out; empty when no language specialist fits.

    budget: bytes of memory that models may take. free_disk: bytes where models are kept. language: the person's, as in
    ISO 639-1, for hearing and speaking. writes: bytes of a file → tokens a second here; 0 where that is not known.
    """
    candidates = tuple(one for one in manifests if one.id in installed or not one.licence.opt_in)
    whole, single, quick = (_Choice(candidates, machine, installed, budget, free_disk - RESERVE, writes, least=least)
                            for least in (0.0, 0.0, READING))
    for choice in (whole, single, quick):
        choice.take_encoder()
    whole.take_speech(language)
    whole.take_languages(PURPOSES)
    single.take_languages(())
    quick.take_languages(())
    sets = {"one all-rounder": single}
    if whole.ids != single.ids:
        sets = {"a specialist for everything": whole} | sets
    if quick.ids not in (whole.ids, single.ids):
        sets |= {"a quick all-rounder": quick}
    return tuple(Recommendation(f"With {max(1, round(machine.memory_total / 2**30))} GB: {name}", choice.ids,
                                choice.why(), choice.size()) for name, choice in sets.items() if choice.tasks)


@dataclass
class _Choice:
    """A set in the making. memory, disk: bytes left of both. least: tokens a second that a language specialist must
    write. tasks: id of a language specialist → its skills."""

    candidates: tuple[Manifest, ...]
    machine: Machine
    installed: Container[str]
    budget: int
    disk: int
    writes: Callable[[int], float]
    least: float
    memory: int = 0
    tasks: dict[str, tuple[str, ...]] = field(default_factory=dict)
    languages: list[Manifest] = field(default_factory=list)
    resident: list[Manifest] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.memory = self.budget

    @property
    def chosen(self) -> tuple[Manifest, ...]:
        """Everybody of the set, those that answer first."""
        return (*self.languages, *self.resident)

    @property
    def ids(self) -> tuple[str, ...]:
        """The same by their ids."""
        return tuple(one.id for one in self.chosen)

    def take_encoder(self) -> None:
        """The encoder that requests are routed with: another one's vectors mean other things."""
        self._take_resident([one for one in self.candidates if one.id == ENCODER], self.memory)

    def take_speech(self, language: str) -> None:
        """What hears, speaks and listens in `language`; nothing unless all three can be had."""
        before = self.memory, self.disk, list(self.resident)
        for kind in SPEECH:
            self._take_resident([one for one in self.candidates if one.kind == kind
                                 and (not one.languages or language in one.languages)],
                                int(self.budget * SPEECH_SHARE))
        if len(self.resident) < len(before[2]) + len(SPEECH):
            self.memory, self.disk, self.resident = before

    def take_languages(self, purposes: Sequence[tuple[str, ...]]) -> None:
        """An all-rounder, then somebody for each of `purposes` where that is worth it."""
        rounder = self._first(self._equals(("general",)), lambda one: -len(one.skills))
        if rounder is None:
            return
        self._take(rounder, ("general",))
        for purpose in purposes:
            equals = self._equals(purpose)
            made_for = self._first([one for one in equals if one.skills[0] in purpose], lambda one: len(one.skills))
            if made_for is None and not set(purpose) <= {*rounder.skills, *GENERAL}:
                made_for = self._first(equals, lambda one: len(one.skills))
            if made_for is not None:
                self._take(made_for, purpose)
            elif set(purpose) <= {*rounder.skills, *GENERAL}:
                self._take(rounder, purpose)

    def why(self) -> str:
        """What is for what, by which rule, and what is not counted; as sentences."""
        said = _listed([f"{one.name} for {_listed([WORDS[skill] for skill in self.tasks[one.id]])}"
                        for one in self.languages])
        quick = " and write as fast as people read" if self.least else ""
        words = [f"{said}: under open terms the most capable that fit, one at a time, in the "
                 f"{gigabytes(self.budget)} of memory that models may take here{quick}."]
        slowest = max(self.languages, key=size_of)
        if rate := self.writes(size_of(slowest)):
            words.append(f"{slowest.name} would write about {rate / TOKENS_PER_WORD:.2g} words a second here.")
        if self.resident:
            words.append(f"Beside them: {_listed([one.name for one in self.resident])}.")
        missing = [one for one in self.chosen if one.id not in self.installed]
        if not missing:
            words.append("All of it is here already.")
        elif here := [one.name for one in self.chosen if one.id in self.installed]:
            words.append(f"Here already: {_listed(here)}.")
        if unknown := [one.name for one in missing if not one.size]:
            words.append(f"Not counted, because only the source knows its size: {_listed(unknown)}.")
        return " ".join(words)

    def size(self) -> int:
        """Bytes that are still to be fetched, as far as they are known."""
        return sum(one.size + sum(each.size for each in one.companions) for one in self.chosen
                   if one.id not in self.installed and one.size)

    def _equals(self, purpose: tuple[str, ...]) -> list[Manifest]:
        """Those made for all of `purpose` that fit and are nearly as large as the largest of them."""
        fitting = [one for one in self.candidates if one.kind == "language" and not one.base
                   and set(purpose) <= set(one.skills) and (not self.least or self.writes(size_of(one)) >= self.least)
                   and self._needs(one) <= self.memory and (one.id in self.tasks or self._costs(one) <= self.disk)]
        enough = NEARLY * max(map(billions, fitting), default=0.0)
        return [one for one in fitting if billions(one) >= enough]

    def _first(self, equals: Sequence[Manifest], rank: Callable[[Manifest], int]) -> Manifest | None:
        return min(equals, key=lambda one: (one.id not in self.installed, rank(one)), default=None)

    def _take(self, one: Manifest, purpose: tuple[str, ...]) -> None:
        if one.id not in self.tasks:
            self.languages.append(one)
            self.disk -= self._costs(one)
        self.tasks[one.id] = (*self.tasks.get(one.id, ()), *purpose)

    def _take_resident(self, candidates: Sequence[Manifest], share: int) -> None:
        """The largest within `share` (what is here already first), or nobody.

        Of voices the catalogue's first: they differ in taste, not in worth. Of models that hear, one for few languages
        before one of its size for all.
        """
        fitting = [one for one in candidates
                   if self._needs(one) <= min(share, self.memory) and self._costs(one) <= self.disk]
        if fitting:
            best = min(fitting, key=lambda one: (one.id not in self.installed, one.kind != "speech-out"
                                                 and -round(billions(one), 2), len(one.languages)))
            self.resident.append(best)
            self.memory -= self._needs(best)
            self.disk -= self._costs(best)

    def _needs(self, one: Manifest) -> int:
        """Bytes of memory, about."""
        if one.kind == "language":
            return footprint(Shape(size_of(one)), self.machine.default_context(one.trained_context))
        if one.kind == "encoder":
            return footprint(Shape(size_of(one)), ENCODER_CONTEXT)
        return SPEECH_COPIES * size_of(one) + PROCESS

    def _costs(self, one: Manifest) -> int:
        """Bytes of disk that installing it takes, about."""
        return 0 if one.id in self.installed else size_of(one) + sum(each.size for each in one.companions)


def size_of(one: Manifest) -> int:
    """Bytes of its file; where that is not known, what its parameters and its quantisation come to."""
    return one.size or int(billions(one) * 1e9 * BITS.get(one.quantisation[:2].upper(), USUAL_BITS) / 8)


def _listed(words: Sequence[str]) -> str:
    """a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]]) if len(words) > 1 else "".join(words)
