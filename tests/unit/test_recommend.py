"""Recommended sets: what suits a computer follows from what the catalogue says, by one rule."""

from __future__ import annotations

import pytest

from router.fleet.footprint import Shape, footprint
from router.library.catalogue import load_catalogue
from router.library.recommend import SPEECH, recommend, size_of
from router.machine import Machine
from router.model_views import Recommendation
from specialists.manifest import Companion, Licence, Manifest

GB = 10**9
MODELS = load_catalogue()
PLENTY = 1000 * GB


def machine(gibibytes: float) -> Machine:
    """A computer of that much memory."""
    return Machine("Linux", 4, int(gibibytes * 2**30))


def sets(gibibytes: float, disk: int = PLENTY, installed: tuple[str, ...] = (), language: str = "en",
         models: dict[str, Manifest] | None = None) -> tuple[Recommendation, ...]:
    """What is recommended for it."""
    here = machine(gibibytes)
    found = MODELS if models is None else models
    return recommend(found.values(), here, here.default_memory_budget(), disk, installed, language)


def model(name: str, parameters: str, *skills: str, **more: object) -> Manifest:
    """A language specialist of four bits, its size as the parameters say."""
    size = int(float(parameters[:-1]) * GB * 5 / 8)
    return Manifest(**{"id": name, "name": name, "description": "", "parameters": parameters, "size": size,  # type: ignore[arg-type]
                       "skills": skills, "quantisation": "Q4_K_M"} | more)


def these(*models: Manifest) -> dict[str, Manifest]:
    """A catalogue of its own."""
    return {one.id: one for one in models}


@pytest.mark.parametrize("gibibytes", [2, 4, 6, 8, 12, 16, 24, 32, 64])
def test_the_largest_fits_beside_the_residents_and_nobody_needs_an_agreement(gibibytes: int) -> None:
    here = machine(gibibytes)
    for one in sets(gibibytes):
        chosen = [MODELS[specialist] for specialist in one.specialists]
        languages = [each for each in chosen if each.kind == "language"]
        assert languages and one.title.startswith(f"With {gibibytes} GB: ")
        largest = max(footprint(Shape(size_of(each)), here.default_context(each.trained_context))
                      for each in languages)
        residents = sum(size_of(each) for each in chosen if each.kind != "language")
        assert largest + residents <= here.default_memory_budget()
        assert not any(each.licence.opt_in for each in chosen)


def test_more_memory_never_means_smaller_models() -> None:
    def largest(gibibytes: int) -> int:
        return max(size_of(MODELS[each]) for one in sets(gibibytes) for each in one.specialists
                   if MODELS[each].kind == "language")

    memories = [2, 4, 8, 16, 32]
    assert sorted(map(largest, memories)) == list(map(largest, memories)) and largest(2) < largest(16)


def test_a_usual_laptop_gets_a_set_for_everything_and_one_with_a_single_all_rounder() -> None:
    everything, single = sets(16)
    kinds = [MODELS[each].kind for each in everything.specialists]
    assert {"language", "encoder", *SPEECH} == set(kinds)
    for words in ("everyday questions", "code", "mathematics and reasoning", "writing"):
        assert words in everything.why
    assert [MODELS[each].kind for each in single.specialists] == ["language", "encoder"]
    assert single.size < everything.size


def test_what_is_here_already_is_kept_and_not_fetched_again() -> None:
    before, _ = sets(16)
    coder = next(each for each in before.specialists if MODELS[each].skills == ("code",))
    other = next(one.id for one in MODELS.values() if one.skills == ("code",) and one.id != coder
                 and not one.licence.opt_in and size_of(one) > 4 * GB)
    after, _ = sets(16, installed=(other,))
    assert other in after.specialists and coder not in after.specialists
    assert f"Here already: {MODELS[other].name}." in after.why
    whole, _ = sets(16, installed=after.specialists)
    assert (whole.specialists, whole.size) == (after.specialists, 0) and "All of it is here already." in whole.why


def test_terms_that_must_be_agreed_to_are_no_obstacle_once_the_model_is_here() -> None:
    llama = model("llama", "3B", "general", licence=Licence("Llama", "https://x", opt_in=True))
    small = model("small", "1B", "general")
    assert sets(8, models=these(llama, small))[0].specialists == ("small",)
    assert sets(8, models=these(llama, small), installed=("llama",))[0].specialists == ("llama",)


def test_nearly_as_large_is_an_equal_and_the_one_made_for_it_is_taken() -> None:
    rounder, coder = model("rounder", "4B", "general", "code", "math", "reasoning"), model("coder", "3B", "code")
    assert sets(8, models=these(rounder, coder))[0].specialists == ("rounder", "coder")
    tiny = model("coder", "1B", "code")
    only, = sets(8, models=these(rounder, tiny))
    assert only.specialists == ("rounder",), "far smaller is no equal"


def test_who_only_can_do_it_as_well_is_no_specialist_for_it() -> None:
    rounder = model("rounder", "4B", "general", "code", "math", "reasoning", "writing")
    other = model("other", "4B", "general", "code")
    thinker = model("thinker", "4B", "reasoning", "math", "code")
    whole, single = sets(8, models=these(rounder, other, thinker))
    assert whole.specialists == ("rounder", "thinker") and single.specialists == ("rounder",)
    assert "rounder for everyday questions, code and writing" in whole.why
    assert "thinker for mathematics and reasoning" in whole.why


def test_what_nobody_is_made_for_goes_to_who_can() -> None:
    talker, rounder = model("talker", "3B", "general", "writing"), model("all", "2B", "general", "code")
    assert sets(8, models=these(talker, rounder))[0].specialists == ("talker", "all")


def test_a_small_disk_gets_fewer_and_never_more_than_it_holds() -> None:
    sizes = []
    for disk in (50 * GB, 8 * GB, 3 * GB, 1 * GB):
        for one in sets(16, disk=disk):
            costs = sum(size_of(MODELS[each]) + sum(part.size for part in MODELS[each].companions)
                        for each in one.specialists)
            assert costs <= disk
            sizes.append(costs)
    assert sizes[0] == max(sizes)
    assert sets(16, disk=0) == ()


def test_a_computer_that_is_too_small_gets_no_set() -> None:
    assert sets(0.2) == () and sets(16, models={}) == ()


def test_speech_is_in_the_persons_language_and_whole_or_not_at_all() -> None:
    def voices(language: str) -> list[str]:
        return [each for each in sets(8, language=language)[0].specialists if MODELS[each].kind in SPEECH]

    german = voices("de")
    assert "piper-thorsten" in german and len(german) == 3
    assert MODELS[next(each for each in german if MODELS[each].kind == "speech-in")].languages != ("en",)
    assert voices("xx") == []
    silent = {name: one for name, one in MODELS.items() if one.kind != "speech-activity"}
    assert not any(silent[each].kind in SPEECH for each in sets(8, models=silent)[0].specialists)


def test_a_size_that_is_not_known_is_said_and_not_counted() -> None:
    known, unknown = model("known", "4B", "general"), model("coder", "4B", "code", size=0)
    whole, _ = sets(8, models=these(known, unknown))
    assert whole.specialists == ("known", "coder") and whole.size == known.size
    assert "only the source knows its size: coder" in whole.why


def test_a_size_that_is_not_known_is_estimated_from_parameters_and_quantisation() -> None:
    assert size_of(model("a", "4B", size=0)) == pytest.approx(3 * GB)
    assert size_of(model("a", "4B", size=0, quantisation="Q8_0")) == pytest.approx(4.25 * GB)
    assert size_of(model("a", "1B", size=0, quantisation="f16")) == pytest.approx(2 * GB)
    ratios = [size_of(Manifest(one.id, "", "", parameters=one.parameters, quantisation=one.quantisation)) / one.size
              for one in MODELS.values() if one.kind == "language" and one.size and not one.companions]
    assert len(ratios) >= 35 and max(ratios) < 1.35
    assert sum(ratio < 0.95 for ratio in ratios) <= 0.2 * len(ratios), "an estimate is rather too large than too small"


def test_what_fits_but_would_be_slow_is_said_and_a_quick_one_is_offered() -> None:
    here, big, small = machine(16), model("big", "8B", "general"), model("small", "2B", "general")

    def told(bytes_per_second: float, *models: Manifest) -> tuple[Recommendation, ...]:
        return recommend(models, here, here.default_memory_budget(), PLENTY, (), "en",
                         lambda size: bytes_per_second / size)

    slow, quick = told(13 * GB, big, small)
    assert (slow.specialists, quick.specialists) == (("big",), ("small",)) and "quick" in quick.title
    assert "big would write about 2 words a second here." in slow.why
    assert "small would write about 8 words a second here." in quick.why
    assert [one.specialists for one in told(60 * GB, big, small)] == [("big",)], "quick enough: one set says it all"
    assert [one.specialists for one in told(1 * GB, big, small)] == [("big",)], "nobody is quick: none is called so"
    assert "would write" not in sets(16, models=these(big))[0].why, "not known, not said"


def test_further_files_are_counted() -> None:
    seeing = model("seeing", "4B", "general", companions=(Companion("projector", "eye.gguf", size=GB),))
    assert sets(8, models=these(seeing))[0].size == seeing.size + GB
    assert sets(8, disk=seeing.size + GB // 2, models=these(seeing)) == ()
