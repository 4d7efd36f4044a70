"""The files of a repository become ways to have the model: whole, split, with a projector, never out of the folder."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.library.hub_answers import HubFile
from router.library.hub_files import MOST_QUANTISATIONS, is_usable, quantisations
from router.library.naming import parse
from router.library.paths import is_safe_file


def files(*paths: str, size: int = 10) -> list[HubFile]:
    return [HubFile(path, size * number, f"{number:064x}") for number, path in enumerate(paths, 1)]


def names(*paths: str) -> list[str]:
    return [one.name for one in quantisations(files(*paths))]


@pytest.mark.parametrize(("path", "name"), [
    ("Qwen2.5-7B-Instruct-Q4_K_M.gguf", "Q4_K_M"), ("tinyllama.q4_k_m.gguf", "Q4_K_M"),
    ("Qwen3-4B-UD-Q2_K_XL.gguf", "UD-Q2_K_XL"), ("gemma-3-4b-it-bf16.gguf", "BF16"), ("x-IQ3_XXS.gguf", "IQ3_XXS"),
    ("gpt-oss-20b-MXFP4.gguf", "MXFP4"), ("Q8_0/model.gguf", "Q8_0"), ("bitnet-TQ2_0.gguf", "TQ2_0"),
    ("Step-APEX-Compact.gguf", "Step-APEX-Compact"), ("SmolLM2-135M-Instruct.Q4_1.gguf", "Q4_1")])
def test_a_file_name_says_the_quantisation(path: str, name: str) -> None:
    assert names(path) == [name]


def test_a_split_model_is_one_with_its_parts_in_order() -> None:
    (one,) = quantisations(files(*(f"Q8_0/big-Q8_0-0000{n}-of-00003.gguf" for n in (2, 1, 3))))
    assert one.name == "Q8_0" and [file.path[-20:-5] for file in one.parts] == [
        "-00001-of-00003", "-00002-of-00003", "-00003-of-00003"]
    assert one.size == 60


@pytest.mark.parametrize("paths", [
    ["a-Q8_0-00001-of-00003.gguf", "a-Q8_0-00003-of-00003.gguf"],           # a part is missing
    ["a-Q8_0-00000-of-00001.gguf"], ["a-Q8_0-00002-of-00001.gguf"], ["a-00001-of-99999.gguf"]])
def test_a_split_model_that_is_not_whole_is_not_offered(paths: list[str]) -> None:
    assert names(*paths) == []


def test_a_projector_is_a_companion_and_no_model() -> None:
    found = quantisations(files("v-Q4_K_M.gguf", "mmproj-v-F32.gguf", "mmproj-v-f16.gguf", "v.mmproj-Q8_0.gguf"))
    assert [one.name for one in found] == ["Q4_K_M"]
    assert found[0].projector is not None and found[0].projector.path == "mmproj-v-f16.gguf"
    assert found[0].size == 10 + 30 and len(found[0].files) == 2


def test_what_is_no_model_is_left_out() -> None:
    assert names("README.md", "model.safetensors", "imatrix.gguf", "x.imatrix.gguf", "mtp-x-Q8_0.gguf",
                 "ggml-vocab-gpt2.gguf", "pytorch_model.bin", "x-Q4_0.gguf") == ["Q4_0"]


def test_two_models_of_one_quantisation_keep_apart() -> None:
    assert sorted(names("small-Q4_K_M.gguf", "large-Q4_K_M.gguf")) == ["Q4_K_M", "large-Q4_K_M"]


@pytest.mark.parametrize("path", [
    "../up-Q4_0.gguf", "/etc/x.gguf", "a/../../x.gguf", "C:/x.gguf", "a\\x.gguf", ".hidden.gguf", "con.gguf",
    "a//x.gguf", "x\u202egguf.gguf", "x\0.gguf", "~/x.gguf", "x.gguf/", "", ".gguf", "x" * 300 + ".gguf", "-rf.gguf"])
def test_names_that_could_lead_elsewhere_are_left_out(path: str) -> None:
    assert names(path) == []


def test_the_smallest_comes_first_and_there_is_an_end() -> None:
    many = [HubFile(f"m{n}-Q4_0.gguf", 1000 - n) for n in range(300)]
    found = quantisations(many)
    assert len(found) == MOST_QUANTISATIONS and [one.size for one in found] == sorted(one.size for one in found)


PIECES = st.sampled_from(["a", "Q4_K_M", "-", "..", "/", "mmproj", "-00001-of-00002", "-00002-of-00002", ".gguf", "\\",
                          " ", "\u202e", "UD-", ".", "_", "%2e", "é", "IQ2_XS"])


@given(st.lists(st.lists(PIECES, max_size=8).map("".join), max_size=12))
def test_whatever_the_names_every_way_to_have_it_can_be_named_and_stored(paths: list[str]) -> None:
    found = quantisations(HubFile(path, 1) for path in paths)
    assert len({one.name.lower() for one in found}) == len(found)
    for one in found:
        assert parse(f"a/b:{one.name}").quantisation == one.name
        assert one.parts and all(is_usable(file.path) for file in one.files)
        assert all(is_safe_file(step) for file in one.files for step in file.path.split("/"))
