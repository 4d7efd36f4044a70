"""The layers in order: what was said outright, the encoder, the second opinion, the selector; and each one missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from router.choose.choice import Choice, NobodyCanAnswer
from router.choose.chooser import Chooser, NoEncoder, Vectors
from router.choose.expected import Expected
from router.choose.request import SKILLS, TOOLS, Judgement, Request
from router.choose.rules import Situation
from router.memory.corrections import Correction
from specialists.manifest import Manifest

TALKER = Manifest("talker", "Talker", "", skills=("general", "writing"), parameters="1.5B")
CODER = Manifest("coder", "Qwen Coder", "", skills=("code",), parameters="1.5B")
SEER = Manifest("seer", "Seer", "", skills=("vision",), parameters="2B")
TINY = Manifest("tiny", "Tiny", "", skills=("general",), parameters="135M", starter=True)


class FakeEncoder:
    """Texts about code point one way, all others another."""

    async def vectors(self, texts: Sequence[str]) -> Vectors | None:
        return tuple((1.0, 0.0) if "code" in text else (0.0, 1.0) for text in texts)


class FakeClassifier:
    """Says what the test says."""

    def __init__(self, none: float = 0.0, **skills: float) -> None:
        rest = (1.0 - sum(skills.values())) / (len(SKILLS) - len(skills))
        self.skills = {skill: skills.get(skill, rest) for skill in SKILLS}
        self.none = none

    def texts(self, request: Request) -> tuple[str, ...]:
        return (request.text,)

    def judge(self, request: Request, vectors: Vectors | None) -> Judgement:
        return Judgement(self.skills, dict.fromkeys(TOOLS, 0.1), 2.0, self.none, vectors[0] if vectors else ())


class SecondThoughts:
    """A router model that is asked and remembered."""

    def __init__(self, answer: dict[str, float] | None) -> None:
        self.answer, self.asked = answer, 0

    async def skills(self, request: Request, judgement: Judgement, *,
                     may_load: bool = True) -> dict[str, float] | None:
        self.asked += 1
        return self.answer


def chooser(classifier: FakeClassifier | None, *, lessons: Sequence[Correction] = (), encoder: object = None,
            second: SecondThoughts | None = None, seconds: float = 1.0) -> Chooser:
    return Chooser(encoder or FakeEncoder(), classifier, lambda *_: Expected(seconds, seconds),      # type: ignore[arg-type]
                   lambda: lessons, better_for=lambda skill: replace(CODER, id="better", name="Better"),
                   second_opinion=second)


async def choose(made: Chooser, text: str = "sort this list", installed: tuple[Manifest, ...] = (TALKER, CODER),
                 attached: tuple[str, ...] = (), **situation: str) -> Choice:
    return await made.choose(Request(text, (), attached), installed, Situation(**situation))     # type: ignore[arg-type]


@pytest.mark.parametrize(("situation", "text", "who", "why"), [
    ({"picked": "talker"}, "sort this", "talker", "You picked it for this question."),
    ({}, "@coder write a poem", "coder", "You named it at the start of your question."),
    ({}, "@code write a poem", "coder", "You named it at the start of your question."),
    ({"conversation_pick": "talker"}, "sort this", "talker", "You picked it for this conversation."),
    ({"always": "talker"}, "sort this", "talker", "You set it to answer everything."),
])
async def test_what_was_said_outright_decides_before_any_model(situation: dict[str, str], text: str, who: str,
                                                               why: str) -> None:
    choice = await choose(chooser(FakeClassifier(code=0.95)), text, **situation)
    assert (choice.specialist.id, choice.why, choice.routing.layer) == (who, why, "person")
    assert choice.routing.candidates[0].specialist == who and len(choice.routing.candidates) == 2


async def test_who_was_wanted_and_is_not_there_is_named() -> None:
    for wanted in ({"picked": "gone"}, {"conversation_pick": "gone"}):
        with pytest.raises(NobodyCanAnswer) as missing:
            await choose(chooser(None), **wanted)
        assert missing.value.wanted == "gone"
    with pytest.raises(NobodyCanAnswer):
        await choose(chooser(None), installed=())


async def test_a_specialist_set_for_everything_and_removed_is_forgotten() -> None:
    assert (await choose(chooser(FakeClassifier(code=0.95)), always="gone")).specialist.id == "coder"


async def test_a_picture_goes_to_who_can_see() -> None:
    choice = await choose(chooser(FakeClassifier(code=0.95)), "what is this", (TALKER, CODER, SEER), ("cat.JPG",))
    assert choice.specialist.id == "seer" and choice.routing.layer == "rules"


async def test_the_encoder_decides_and_the_card_says_everything() -> None:
    choice = await choose(chooser(FakeClassifier(code=0.93)))
    routing = choice.routing
    assert choice.specialist.id == "coder" and routing.layer == "encoder" and routing.skill == "code"
    assert routing.confidence == pytest.approx(0.93, abs=0.02)
    assert "programmer" in choice.why and "93 %" in choice.why
    chosen, other = routing.candidates
    assert (chosen.specialist, chosen.why_not) == ("coder", "") and other.why_not == "Weaker at code."
    assert chosen.seconds == 1.0


async def test_without_an_encoder_the_words_alone_decide() -> None:
    choice = await choose(chooser(FakeClassifier(code=0.93), encoder=NoEncoder()))
    assert choice.specialist.id == "coder" and choice.routing.layer == "fallback"


async def test_without_weights_the_conversation_stays_and_a_new_one_goes_to_who_is_best_in_general() -> None:
    assert (await choose(chooser(None))).specialist.id == "talker"
    assert (await choose(chooser(None), last="coder")).specialist.id == "coder"
    unmade = replace(TINY, starter=False)
    assert (await choose(chooser(None), installed=(unmade, TALKER))).specialist.id == "talker", "the better one"


async def test_a_second_opinion_is_asked_only_when_the_first_is_unsure() -> None:
    sure, unsure = SecondThoughts({"general": 1.0}), SecondThoughts({"general": 0.9, "code": 0.1})
    await choose(chooser(FakeClassifier(code=0.93), second=sure))
    assert sure.asked == 0
    choice = await choose(chooser(FakeClassifier(code=0.5, general=0.3, writing=0.19), second=unsure))
    assert unsure.asked == 1 and choice.specialist.id == "talker" and choice.routing.layer == "model"


async def test_a_second_opinion_that_is_off_or_late_changes_nothing() -> None:
    silent = SecondThoughts(None)
    choice = await choose(chooser(FakeClassifier(code=0.55, general=0.44), second=silent))
    assert choice.specialist.id == "coder" and choice.routing.layer == "encoder"


async def test_a_correction_counts_at_once_and_for_requests_like_it_only() -> None:
    lesson = Correction("c1", "write code", "talker", 0.0, (1.0, 0.0))
    made = chooser(FakeClassifier(code=0.93), lessons=[lesson])
    choice = await choose(made, "write code for me")
    assert choice.specialist.id == "talker" and "You taught" in choice.why
    assert choice.routing.candidates[1].why_not == "You taught Consort otherwise."
    assert (await choose(made, "sort this list")).specialist.id == "coder"


async def test_a_third_partys_specialist_is_found_by_its_examples_without_training() -> None:
    chemist = Manifest("chemist", "Chemist", "", skills=("chemistry",), parameters="1B",
                       examples={"chemistry": ("code of acids", "code of bases", "code of salts")})
    installed = (TALKER, chemist)
    made = chooser(FakeClassifier(general=0.9))
    choice = await choose(made, "code of metals", installed)
    assert choice.specialist.id == "chemist" and "made for" in choice.why
    assert (await choose(made, "hello", installed)).specialist.id == "talker"


async def test_a_skill_nobody_here_has_is_said_once_with_what_to_install() -> None:
    made = chooser(FakeClassifier(code=0.95))
    choice = await choose(made, installed=(TINY, replace(TINY, id="tiny2")))
    assert choice.notice == "No specialist for code is installed; Tiny answers as well as it can."
    assert choice.hint == "Better would be better at it: consort install better"
    assert (await choose(made, installed=(TINY, replace(TINY, id="tiny2")))).notice == ""


async def test_what_was_never_seen_goes_to_the_general_specialist_or_stays() -> None:
    made = chooser(FakeClassifier(none=0.95, code=0.6))
    choice = await choose(made, "xqzw")
    assert choice.specialist.id == "talker" and "unlike any request" in choice.why
    assert (await choose(made, "xqzw", last="coder")).specialist.id == "coder"
