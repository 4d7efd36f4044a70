"""What a person looks for is asked in the Hub's terms, and what it answers is taken for no more than it says."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.errors import UserFacingError
from router.library.hub_answers import MOST_RESULTS, HubFile, HubModel, read_cursor, read_model, read_results
from router.library.hub_search import (
    claimed_parameters,
    may_be_as_small,
    parameters,
    parameters_in_words,
    repository_in,
    skills_of,
)
from router.model_commands import SearchHub


def test_words_licence_skill_and_order_become_the_hubs_parameters() -> None:
    asked = parameters(SearchHub("qwen coder", skill="code", licence="Apache-2.0", sort="updated", cursor="c", limit=7))
    assert asked["search"] == "qwen coder" and asked["filter"] == ["gguf", "code", "license:apache-2.0"]
    assert (asked["sort"], asked["cursor"], asked["limit"]) == ("lastModified", "c", "7")
    assert parameters(SearchHub(skill="vision"))["pipeline_tag"] == "image-text-to-text"
    assert "search" not in parameters(SearchHub()) and parameters(SearchHub(limit=10**9))["limit"] == "100"


def test_a_skill_that_nobody_knows_is_said_with_those_there_are() -> None:
    with pytest.raises(UserFacingError) as refused:
        parameters(SearchHub(skill="cooking"))
    assert "general, code, math" in refused.value.hint


def test_an_address_of_the_hub_is_as_good_as_the_repository() -> None:
    assert repository_in("https://huggingface.co/Qwen/Qwen3-4B-GGUF/tree/main") == "Qwen/Qwen3-4B-GGUF"
    assert repository_in("  qwen \n 3 ") == "qwen 3"


@pytest.mark.parametrize(("name", "count"), [
    ("a/Qwen2.5-7B-Instruct-GGUF", 7 * 10**9), ("a/SmolLM2-135M", 135 * 10**6), ("a/Mixtral-8x7B", 56 * 10**9),
    ("a/qwen2.5_coder_1.5b", 1_500_000_000), ("a/Phi-3-mini", 0), ("a/gemma-3n-E2B-it", 0), ("a/b", 0)])
def test_a_name_may_claim_how_many_weights_there_are(name: str, count: int) -> None:
    assert claimed_parameters(name) == count


def test_what_is_surely_too_large_is_left_out() -> None:
    assert not may_be_as_small(HubModel("a/x-70B"), 4 * 10**9)
    assert not may_be_as_small(HubModel("a/x", parameters=70 * 10**9), 4 * 10**9)
    assert may_be_as_small(HubModel("a/x-7B"), 4 * 10**9)
    assert may_be_as_small(HubModel("a/x-70B"), 0) and may_be_as_small(HubModel("a/x"), 1)
    assert [parameters_in_words(count) for count in (0, 135_000_000, 1_543_714_304)] == ["", "135M", "1.54B"]


def test_skills_are_those_that_tags_task_and_name_say() -> None:
    assert skills_of(HubModel("Qwen/Qwen2.5-Coder-7B", pipeline="text-generation")) == ("code",)
    assert skills_of(HubModel("a/b", tags=("math", "reasoning"))) == ("math", "reasoning")
    assert skills_of(HubModel("a/b", pipeline="text-generation")) == ("general",)
    assert skills_of(HubModel("a/b", pipeline="image-text-to-text")) == ("vision",)
    assert skills_of(HubModel("a/b", pipeline="text-to-image")) == ()


GOOD = {"id": "a/b", "sha": "c" * 40, "downloads": 5, "likes": 2, "lastModified": "2026-11-01T12:00:00.000Z",
        "gated": "auto", "private": False, "tags": ["gguf", "license:mit", 7], "pipeline_tag": "text-generation",
        "gguf": {"total": 135}}


def test_a_result_becomes_a_value_and_what_makes_no_sense_is_left_out() -> None:
    rows: list[Any] = [GOOD, {"id": "../etc"}, {"id": 7}, None, {"id": "a/c", "downloads": "many"},
                       {"id": "a/d", "downloads": -1, "lastModified": "soon", "sha": "x", "likes": 2**80}]
    first, last = read_results(json.dumps(rows).encode())
    assert first == HubModel("a/b", "c" * 40, "mit", 5, 2, 1793534400.0, True, False, ("gguf", "license:mit"),
                             "text-generation", 135)
    assert last == HubModel("a/d")


@pytest.mark.parametrize("body", [b"", b"<html>", b"{}", b'"x"', b"[" * 100_000, b"\xff[]", b"[1,"])
def test_an_answer_that_makes_no_sense_costs_one_sentence(body: bytes) -> None:
    with pytest.raises(UserFacingError, match="makes no sense"):
        read_results(body)
    with pytest.raises(UserFacingError, match="makes no sense"):
        read_model(body, "a/b")


def test_an_answer_about_another_repository_is_not_believed() -> None:
    with pytest.raises(UserFacingError, match="makes no sense"):
        read_model(json.dumps(GOOD).encode(), "a/other")


def test_answers_are_bounded() -> None:
    assert len(read_results(json.dumps([GOOD] * 1000).encode())) == MOST_RESULTS
    huge = {**GOOD, "pipeline_tag": "x" * 10**6, "tags": ["\u202ey\u200b" + "t" * 500] * 999}
    model = read_model(json.dumps(huge).encode(), "a/b")
    assert len(model.pipeline) == 120 and len(model.tags) == 200 and model.tags[0].startswith("yt")


def test_files_have_their_checksums_and_sizes_from_lfs() -> None:
    siblings = [{"rfilename": "m.gguf", "size": 134, "lfs": {"sha256": "d" * 64, "size": 999, "pointerSize": 134}},
                {"rfilename": "README.md", "size": 5}, {"rfilename": ""},
                {"rfilename": "x", "lfs": {"sha256": "short"}}]
    model = read_model(json.dumps({**GOOD, "siblings": siblings}).encode(), "A/B")
    assert model.files == (HubFile("m.gguf", 999, "d" * 64), HubFile("README.md", 5), HubFile("x"))


def test_only_the_cursor_of_the_next_page_is_used() -> None:
    link = '<http://evil.example/api/models?filter=x&cursor=abc%3D>; rel="next"'
    assert read_cursor({"link": link}) == "abc="
    assert read_cursor({"link": '<http://x/y?cursor=a>; rel="prev"'}) == "" and read_cursor({}) == ""
    assert len(read_cursor({"link": f'<http://x/y?cursor={"a" * 9000}>; rel="next"'})) == 2000


VALUES = st.sampled_from([None, True, -1, 2**70, 1.5, "", "a/b", "x" * 200, [], ["gguf", 7], {}, {"total": "x"}, [None],
                          [{"rfilename": "a.gguf", "lfs": 7}], [{"rfilename": "a.gguf", "size": -5}], "2026-99-99"])


@given(st.lists(st.dictionaries(st.sampled_from([*GOOD, "siblings"]), VALUES), max_size=5))
def test_whatever_the_hub_says_is_a_value_or_nothing(rows: list[dict[str, Any]]) -> None:
    for model in read_results(json.dumps(rows).encode()):
        assert model.repo.count("/") == 1 and model.downloads >= 0 and model.updated >= 0
