"""What is known of a specialist's need for memory: from its file here, from the Hub's header, or from its size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from router.fit import Memory
from router.fleet.footprint import PROCESS, Shape, footprint
from router.library.header import ModelFacts
from router.library.library import Library
from router.library.record import InstalledModel
from router.machine import Machine
from router.roster import Roster
from specialists.manifest import HubSource, Manifest, Settings, Sources, Variant

GB = 10**9
FACTS = ModelFacts("qwen2", 28, 32_768, 151_936, 14_336, 151_387)
TINY = Manifest(id="tiny", name="Tiny", description="A test.", quantisation="Q4_K_M", file_name="q4.gguf", size=GB,
                trained_context=4096, sources=Sources(HubSource("a/b", "q4.gguf")),
                variants=(Variant("Q8_0", "q8.gguf", 2 * GB), Variant("F16", "f16.gguf", 4 * GB)))


def roster(folder: Path, *manifests: Manifest) -> Roster:
    library = Library(folder, {one.id: one for one in manifests or (TINY,)})
    one = Roster(library, Machine("Test", 4, 16 * GB), lambda _: Settings())
    one.fitting.memory = lambda: Memory(3 * GB, 8 * GB, 16 * GB)
    return one


def test_of_a_size_alone_the_fit_is_about(tmp_path: Path) -> None:
    view = roster(tmp_path).view("tiny")
    assert (view.fit.level, view.fit.exact, view.fit.context) == ("fits", False, 4096)
    assert view.fit.needed == footprint(Shape(GB), 4096)
    assert [(one.name, one.fit.level) for one in view.variants] == [("Q4_K_M", "fits"), ("Q8_0", "fits"), ("F16", "no")]


def test_a_header_read_on_the_hub_makes_it_exact_and_is_good_for_that_file_alone(tmp_path: Path) -> None:
    one = roster(tmp_path)
    one.fitting.learn(TINY, FACTS)
    view = one.view("tiny")
    assert view.fit.exact and view.fit.needed == footprint(Shape.of(FACTS, GB), 4096)
    assert [variant.fit.exact for variant in view.variants] == [True, False, False]


def test_the_file_that_is_here_is_what_counts(tmp_path: Path) -> None:
    one = roster(tmp_path)
    path = tmp_path / "tiny/q8.gguf"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"GGUF")
    one._library._record["tiny"] = InstalledModel("tiny", path, 4, "a" * 64, "hub", facts=FACTS, quantisation="Q8_0")
    q8 = replace(TINY, file_name="q8.gguf", size=2 * GB)
    assert one.fit(q8).exact and one.fit(q8).needed == footprint(Shape.of(FACTS, 4), 4096)
    assert one.fit(TINY).needed == footprint(Shape.of(FACTS, GB), 4096), "the same model in another quantisation"
    assert not one.fit(TINY).exact


def test_a_longer_context_needs_more_and_another_one_can_be_asked_about(tmp_path: Path) -> None:
    one = roster(tmp_path)
    assert one.fit(TINY, 32_768).needed > one.fit(TINY, 512).needed and one.fit(TINY, 512).context == 512


def test_sound_needs_no_context_and_what_has_no_size_is_not_guessed(tmp_path: Path) -> None:
    ear = Manifest(id="ear", name="Ear", description="Hears.", kind="speech-in", engine="whisper", file_name="e.bin",
                   size=100 * 10**6, sources=Sources(HubSource("a/b", "e.bin")))
    one = roster(tmp_path, ear, replace(TINY, size=0))
    assert one.fit(ear, 512).needed - one.fit(ear, 8192).needed < PROCESS and one.fit(ear).level == "fits"
    assert one.fit(replace(TINY, size=0)).level == "unknown"


def test_with_a_card_too_small_only_some_layers_go_there(tmp_path: Path) -> None:
    one = roster(tmp_path)
    one.fitting.learn(TINY, FACTS)
    assert one.effective(TINY).gpu_layers == -1
    one.fitting.memory = lambda: Memory(3 * GB, 8 * GB, 16 * GB, card=GB)
    assert 0 < (one.effective(TINY).gpu_layers or 0) < 28
    assert one.view("tiny").fit.level == "partly"
