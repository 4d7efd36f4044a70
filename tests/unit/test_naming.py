"""What a person calls a model: ids, quantisations and repositories of the Hub, each one manifest or one sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.errors import UserFacingError
from router.library.naming import ModelName, id_of_repository, in_quantisation, parse, quantisations, resolve
from router.library.paths import is_safe_id
from specialists.manifest import Companion, HubSource, IndexSource, Manifest, Sources, Variant

PROJECTOR = Companion("projector", "mmproj.gguf", 5, "b" * 64)
TINY = Manifest(
    id="tiny", name="Tiny", description="A test.", quantisation="Q4_K_M", file_name="tiny-q4.gguf", size=4,
    sha256="a" * 64,
    sources=Sources(HubSource("Maker/Tiny-GGUF", "all/tiny-q4.gguf", "c" * 40), IndexSource(("tiny==1",), ("t.bin",))),
    companions=(PROJECTOR,),
    variants=(Variant("Q8_0", "tiny-q8.gguf", 8, "d" * 64),
              Variant("F16", "f16-00001-of-00002.gguf", 16, hub=HubSource("other/repo", "f16-00001-of-00002.gguf"),
                      companions=(Companion("part", "f16-00002-of-00002.gguf"),))))
KNOWN = {"tiny": TINY}


def test_a_name_is_an_id_or_a_repository_with_or_without_a_quantisation() -> None:
    assert parse("tiny") == ModelName("tiny")
    assert parse(" tiny:Q8_0 ") == ModelName("tiny", "Q8_0")
    assert parse("Maker/Tiny-GGUF:Q8_0") == ModelName("Maker/Tiny-GGUF", "Q8_0")
    assert parse("Maker/Tiny").is_repository and not parse("tiny").is_repository


@pytest.mark.parametrize("name", [
    "", ":", "tiny:", "Tiny", "../tiny", "a/b/c", "/a", "a/", "a/..", "..", "a/b--c", "a/.b", "-a/b", "a/b:Q 8", "a\\b",
    "C:\\x", "con", "a/b:../x", "x" * 500])
def test_what_cannot_be_a_name_costs_one_sentence(name: str) -> None:
    with pytest.raises(UserFacingError, match="is no name of a specialist"):
        parse(name)


def test_a_quantisation_is_the_same_specialist_with_another_file() -> None:
    q8 = resolve("tiny:q8_0", KNOWN)
    assert (q8.id, q8.quantisation, q8.file_name, q8.size, q8.sha256) == ("tiny", "Q8_0", "tiny-q8.gguf", 8, "d" * 64)
    assert q8.sources == Sources(HubSource("Maker/Tiny-GGUF", "all/tiny-q8.gguf", "c" * 40), order=("hub",))
    assert q8.companions == (PROJECTOR,)
    assert resolve("tiny", KNOWN) is TINY and resolve("tiny:Q4_K_M", KNOWN) is TINY
    f16 = in_quantisation(TINY, "F16")
    assert f16.sources.hub == HubSource("other/repo", "f16-00001-of-00002.gguf")
    assert [one.role for one in f16.companions] == ["part"]
    assert quantisations(TINY) == ("Q4_K_M", "Q8_0", "F16")


def test_what_there_is_not_is_said_with_what_there_is() -> None:
    with pytest.raises(UserFacingError) as refused:
        resolve("tiny:IQ1_S", KNOWN)
    assert refused.value.hint == "There is: Q4_K_M, Q8_0, F16."
    with pytest.raises(UserFacingError, match="no specialist called “huge”"):
        resolve("huge", KNOWN)
    with pytest.raises(UserFacingError, match="has not looked into other/repo yet"):
        resolve("other/repo", KNOWN)


def test_a_repository_is_the_catalogues_specialist_or_one_of_its_own() -> None:
    own = Manifest(id=id_of_repository("Maker/Tiny-GGUF"), name="Own", description="A repository.", quantisation="Q2_K",
                   file_name="tiny-q2.gguf", sources=Sources(HubSource("Maker/Tiny-GGUF", "tiny-q2.gguf")))
    both = {**KNOWN, own.id: own}
    assert resolve("maker/tiny-gguf", both) is TINY
    assert resolve("Maker/Tiny-GGUF:Q8_0", both).id == "tiny"
    assert resolve("Maker/Tiny-GGUF:Q2_K", both) is own


@given(st.from_regex(r"[A-Za-z0-9_]{1,96}/[A-Za-z0-9_]{1,96}", fullmatch=True))
def test_every_repository_has_an_id_that_may_be_a_folder(repo: str) -> None:
    assert is_safe_id(id_of_repository(repo))
    assert id_of_repository(repo) == id_of_repository(repo.upper())
