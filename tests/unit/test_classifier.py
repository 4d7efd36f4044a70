"""What a request looks like, in many languages and however hostile; the shipped requests and weights are whole."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from router import router_training
from router.choose import classifier, training
from router.choose.features import rarity_in, word_pieces
from router.choose.request import SKILLS, TOOLS, Request
from router.choose.signs import SIGNS, signs
from router.errors import UserFacingError

PLACES = {"code": 0, "math": 1, "writing": 2, "none": 3}
WORDS = {"code": "python function bug", "math": "solve equation percent", "writing": "poem letter toast",
         "none": "zxq wvk jjq"}


def test_the_shipped_weights_are_whole_and_small() -> None:
    weights = classifier.load(router_training.shipped_weights())
    assert router_training.shipped_weights().stat().st_size < 600_000
    assert weights.judge(Request("Traceback: NameError, fix my python code"), None).skill == "code"


def test_shipped_requests_are_legal_rows_and_there_are_enough_of_them() -> None:
    rows = router_training.own_rows()
    for skill in SKILLS:
        assert sum(row.skill == skill for row in rows) >= 300, skill
    assert {row.skill for row in rows} == {*SKILLS, "none"}
    assert {row.tool for row in rows} <= set(TOOLS)
    for tool in set(TOOLS) - {"none"}:
        assert sum(row.tool == tool for row in rows) >= 30, tool


@pytest.mark.parametrize("line", [
    "{", "[]", '"text"', '{"text": "x"}', '{"text": 5, "skill": "code"}', '{"text": "x", "skill": ""}',
    '{"text": "x", "skill": "code", "before": [1]}', '{"text": "x", "skill": "code", "difficulty": "very"}',
    "[" * 50_000, '{"text": "x", "skill": "' + "s" * 61 + '"}',
])
def test_a_line_that_is_no_row_is_named(tmp_path: Path, line: str) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps({"text": "a", "skill": "code"}) + "\n\n" + line, encoding="utf-8")
    with pytest.raises(UserFacingError, match=r"Line 3 of data\.jsonl"):
        router_training.read_rows(path)


def test_a_row_cannot_pretend_to_be_one_of_ours(tmp_path: Path) -> None:
    path = tmp_path / "data.jsonl"
    path.write_text(json.dumps({"text": "a", "skill": "code", "source": "requests/code"}), encoding="utf-8")
    assert not router_training.read_rows(path)[0].source.startswith(training.OURS)


@given(st.text(max_size=300), st.text(max_size=20))
def test_any_text_has_signs_and_word_pieces_of_the_right_size(text: str, name: str) -> None:
    looks = signs(Request(text, (text,), (name,)))
    assert looks.shape == (len(SIGNS),) and np.isfinite(looks).all() and looks.min() >= 0.0
    assert np.linalg.norm(word_pieces(text)) == pytest.approx(1.0 if word_pieces(text).any() else 0.0, abs=1e-5)


@pytest.mark.parametrize("text", ["\n" * 100_000, "(" * 100_000, "a_" * 50_000, "\ud800 lone", "\x00", "🙂" * 50_000])
def test_hostile_texts_are_looked_at_in_part_only(text: str) -> None:
    assert np.isfinite(signs(Request(text))).all()
    assert np.isfinite(word_pieces(text)).all()


def test_a_word_that_is_everywhere_tells_less_than_a_rare_one() -> None:
    rarity = rarity_in(["the cat", "the dog", "the zebra"] + ["the cow"] * 9)
    here = [word_pieces(text) for text in ("the", "zebra")]
    common, rare = (float(rarity[text != 0.0].mean()) for text in here)
    assert 0.0 <= common < rare
    both = word_pieces("the zebra", rarity)
    assert np.abs(both[here[1] != 0.0]).max() > np.abs(both[here[0] != 0.0]).max()


@pytest.mark.parametrize(("text", "sign"), [
    ("```\nx\n```", "code fence"), ("$x^2$", "latex"), ("see report.pdf", "file name"), ("3 % of 5", "percent"),
    ("schreib mir eine mail", "first write verb"), ("напиши письмо", "first write verb"),
    ("写一封邮件", "kind of text"), ("was zeigt das Bild?", "picture"),
])
def test_signs_are_seen_in_many_languages(text: str, sign: str) -> None:
    assert signs(Request(text))[SIGNS.index(sign)] > 0.0
    assert signs(Request("good morning"))[SIGNS.index(sign)] == 0.0
