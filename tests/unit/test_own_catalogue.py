"""Specialists that other people describe: they join the catalogue, and nonsense costs as little as possible."""

from __future__ import annotations

from pathlib import Path

import pytest

from router.library.library import Library
from router.library.own_catalogue import FOLDER, MOST_EXAMPLES, load_own
from specialists.manifest import Manifest

GOOD = """
[[specialist]]
id = "botanist"
name = "Botanist"
description = "Knows plants."
file_name = "botanist.gguf"
sources.hub = { repo = "a/b", file = "botanist.gguf" }
strengths = { general = 0.4, botany = 1 }
strengths_source = "its makers"
examples = { botany = ["which fern is this", "when do oaks flower"] }
published = [{ benchmark = "Ferns", score = 61.5, source = "https://example.org/ferns" }]
"""


def load(folder: Path, text: str) -> tuple[dict[str, Manifest], tuple[str, ...]]:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return load_own(folder, {"smollm2-135m"})


def test_a_specialist_of_somebody_else_brings_strengths_and_examples(tmp_path: Path) -> None:
    found, sentences = load(tmp_path, GOOD)
    assert sentences == ()
    assert found["botanist"].strengths == {"general": 0.4, "botany": 1.0}
    assert found["botanist"].examples == {"botany": ("which fern is this", "when do oaks flower")}


def test_the_library_has_it_beside_its_own_and_says_what_is_wrong(tmp_path: Path) -> None:
    (tmp_path / FOLDER).mkdir()
    (tmp_path / FOLDER / "mine.toml").write_text(GOOD.replace("0.4", "4"), encoding="utf-8")
    library = Library.open(tmp_path)
    assert {"botanist", "smollm2-135m"} <= set(library.manifests())
    sentence, = library.notices
    assert "“botanist”" in sentence and "“strengths”" in sentence and "between 0 and 1" in sentence


def test_without_a_folder_there_is_nothing_and_nothing_is_said(tmp_path: Path) -> None:
    assert load_own(tmp_path / "nowhere", ()) == ({}, ())


@pytest.mark.parametrize(("old", "new", "claim", "because"), [
    ("general = 0.4", "general = -0.1", "strengths", "not between 0 and 1"),
    ("general = 0.4", "general = nan", "strengths", "not between 0 and 1"),
    ("general = 0.4", 'general = "good"', "strengths", "expected `float`, got `str`"),
    ("general = 0.4", '"" = 0.4', "strengths", "no usable name"),
    ("{ general = 0.4, botany = 1 }", "7", "strengths", "expected `object`, got `int`"),
    ('"its makers"', "3", "strengths_source", "expected `str`, got `int`"),
    ("score = 61.5", "score = nan", "published", "a figure has no name, no number or no page"),
    ("https://example.org/ferns", "hearsay", "published", "a figure has no name, no number or no page"),
    ("score = 61.5", 'score = "good"', "published", "expected `float`, got `str`"),
    ('["which fern is this", "when do oaks flower"]', '"a fern"', "examples", "expected `array`, got `str`"),
    ('"which fern is this"', '" "', "examples", "an example is empty"),
    ('"which fern is this"', f'"{"fern " * 500}"', "examples", "longer than 2,000"),
    ('"which fern is this"', '"fern", ' * MOST_EXAMPLES + '"fern"', "examples", "more than 64"),
])
def test_a_claim_that_means_nothing_is_left_out_and_the_specialist_stays(tmp_path: Path, old: str, new: str,
                                                                         claim: str, because: str) -> None:
    found, sentences = load(tmp_path, GOOD.replace(old, new))
    assert list(found) == ["botanist"] and not getattr(found["botanist"], claim)
    sentence, = sentences
    assert f"“botanist” in mine.toml is used without its “{claim}”" in sentence and because in sentence
    kept = {"strengths", "strengths_source", "examples", "published"} - {claim}
    assert all(getattr(found["botanist"], name) for name in kept)


@pytest.mark.parametrize(("text", "because"), [
    (GOOD.replace('"botanist"', '"../etc"', 1), "no plain name"),
    (GOOD.replace('"botanist"', '"smollm2-135m"', 1), "the name is taken"),
    (GOOD + GOOD, "the name is taken"),
    (GOOD.replace("file_name", "fiel_name"), "unknown key"),
    ("[[specialist", "cannot be read"),
    ("specialist = 3", "must be a list"),
    ("specialist = [3]", "entry 1"),
])
def test_what_is_no_specialist_at_all_is_left_out_and_said(tmp_path: Path, text: str, because: str) -> None:
    found, sentences = load(tmp_path, text)
    assert len(found) == (1 if text == GOOD + GOOD else 0)
    sentence, = sentences
    assert "mine.toml" in sentence and because in sentence and "left out" in sentence


@pytest.mark.parametrize(("table", "because"), [
    ('companions = [{ role = "projector", file_name = "../../x" }]', "“companions[0].file_name” is no plain file"),
    ('variants = [{ quantisation = "Q8_0", file_name = "x.gguf", size = -1 }]', "“variants[0].size” is negative"),
    ('variants = [{ quantisation = "Q8_0", file_name = "x.gguf", command = "rm" }]', "“variants[0].command”"),
])
def test_a_further_file_that_makes_no_sense_leaves_the_specialist_out(tmp_path: Path, table: str, because: str) -> None:
    found, (sentence,) = load(tmp_path, GOOD.replace('name = "Botanist"', f'name = "Botanist"\n{table}'))
    assert found == {} and because in sentence and sentence.endswith("This specialist is left out.")


def test_one_bad_file_costs_the_others_nothing_and_nobody_else_is_the_starter(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_bytes(b"\xff\xfe")
    found, sentences = load(tmp_path, GOOD + "starter = true\n")
    assert list(found) == ["botanist"] and not found["botanist"].starter and len(sentences) == 1
