"""Model files made to do harm, on their way from the person's disk into the real engine: some of each class, quickly.

`tests.benchmarks.hostile_models` tries all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.hostile_models import report, run
from tests.hostile_models import Hostile, facts, hostile_models, model, tensors

OF_EACH = 3
SOUND = Hostile("sound", "sound.gguf", model())
NAMES = ("..gguf", "-rf.gguf", "$(touch escaped).gguf", "\u202efugg.gguf", "a\nb.gguf", "\x1b[31m.gguf",
         "a\\..\\b.gguf", "model-00001-of-99999.gguf", "mmproj-model.gguf", "x" * 240 + ".gguf")


def some_of_each() -> Iterator[Hostile]:
    """The first, the middle and the last of each class."""
    models = list(hostile_models())
    for kind in dict.fromkeys(one.kind for one in models):
        mine = [one for one in models if one.kind == kind]
        yield from mine[::max(1, len(mine) // (OF_EACH - 1))][:OF_EACH]


async def test_each_costs_a_sentence_none_is_offered_and_a_sound_one_still_passes(tmp_path: Path) -> None:
    outcomes = await run([SOUND, *some_of_each(), SOUND], tmp_path)
    assert len(outcomes) >= 30 and report(outcomes)["wrong"] == []
    assert outcomes[0].by == outcomes[-1].by == "sound" and outcomes[-1].offered
    assert {"import", "check"} <= {one.by for one in outcomes}


async def test_a_broken_file_with_a_tricky_name_is_refused_like_any_other(tmp_path: Path) -> None:
    outcomes = await run([Hostile("names", name, model()[:-1]) for name in NAMES], tmp_path)
    assert report(outcomes)["wrong"] == [] and {one.by for one in outcomes} == {"import", "check"}


async def test_one_that_aborts_the_engine_ends_only_its_own_process(tmp_path: Path) -> None:
    bomb = Hostile("bombs", "bomb.gguf", model(facts(llama__expert_count=64, llama__expert_used_count=65)))
    outcomes = await run([bomb, SOUND], tmp_path)
    assert (outcomes[0].by, outcomes[0].sentence) == ("check", "bomb crashed.") and outcomes[1].by == "sound"


async def test_a_name_that_ends_earlier_for_the_engine_than_for_us_is_refused(tmp_path: Path) -> None:
    (name, *rest), *others = tensors()
    table = [(name + "\0", *rest), *others]
    outcome, = await run([Hostile("names", "zero.gguf", model(table=table))], tmp_path)     # type: ignore[list-item]
    assert outcome.by == "check" and "zero byte" in outcome.sentence
