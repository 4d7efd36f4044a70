"""Requests to honest probabilities; weights that are broken, foreign or missing say so; training is reproducible."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest

from router import router_training
from router.choose import classifier, measuring, training
from router.choose.classifier import BrokenWeights, Classifier
from router.choose.request import Request
from router.choose.training import Row

PLACES = {"code": 0, "math": 1, "writing": 2, "none": 3}
WORDS = {"code": "python function bug", "math": "solve equation percent", "writing": "poem letter toast",
         "none": "zxq wvk jjq"}


def vector(skill: str, number: int) -> tuple[float, ...]:
    """Near one corner for each skill, a little different each time."""
    made = np.random.default_rng(number).normal(0.0, 0.02, classifier.DIMENSIONS)
    made[PLACES[skill]] += 1.0
    return tuple(float(one) for one in made / np.linalg.norm(made))


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return [Row(Request(f"{WORDS[skill]} {number}"), skill, "none" if number % 2 else "calculator", 1 + number % 3,
                f"{training.OURS}/{skill}") for skill in WORDS for number in range(30)]


@pytest.fixture(scope="module")
def vectors(rows: list[Row]) -> dict[str, tuple[float, ...]]:
    return {row.request.text: vector(row.skill, number) for number, row in enumerate(rows)}


@pytest.fixture(scope="module")
def trained(rows: list[Row], vectors: dict[str, tuple[float, ...]]) -> tuple[Classifier, measuring.Report]:
    columns = training.columns_for(rows, vectors)
    report = measuring.measure(rows, columns)
    return training.train(rows, columns, report.temperatures, report.novelty), report


def saved(weights: Classifier) -> bytes:
    file = io.BytesIO()
    classifier.save(weights, file)
    return file.getvalue()


def test_it_tells_apart_what_it_was_taught_with_and_without_the_encoder(
        trained: tuple[Classifier, measuring.Report]) -> None:
    weights, report = trained
    request = Request("a poem, a letter and a toast")
    with_vector, alone = weights.judge(request, [vector("writing", 999)]), weights.judge(request, None)
    for judged in (with_vector, alone):
        assert judged.skill == "writing"
        assert sum(judged.skills.values()) == pytest.approx(1.0) and sum(judged.tools.values()) == pytest.approx(1.0)
        assert 1.0 <= judged.difficulty <= 3.0 and judged.none < 0.5
    assert with_vector.vector and not alone.vector
    assert weights.judge(Request("zxq wvk"), [vector("none", 77)]).none > 0.5
    assert report.held_out == 1.0 and report.none_area == 1.0 and report.confusion["code"]["code"] == 30


def test_the_same_rows_give_the_same_bytes_and_the_file_gives_the_same_answers(
        rows: list[Row], vectors: dict[str, tuple[float, ...]], trained: tuple[Classifier, measuring.Report],
        tmp_path: Path) -> None:
    columns = training.columns_for(rows, vectors)
    again = training.train(rows, columns, trained[1].temperatures, trained[1].novelty)
    assert saved(again) == saved(trained[0])
    (tmp_path / "w.npz").write_bytes(saved(again))
    loaded = classifier.load(tmp_path / "w.npz")
    one, other = (weights.judge(Request("solve the bug"), [vector("math", 5)]) for weights in (again, loaded))
    assert one.skills == pytest.approx(other.skills, abs=0.01)


@pytest.mark.parametrize("spoil", [
    lambda whole: b"", lambda whole: whole[:-200], lambda whole: b"PK\x03\x04" + whole[40:], lambda whole: b"\x93NUMPY",
    lambda whole: whole.replace(b"facts", b"fakts"),
], ids=["empty", "cut off", "scrambled", "another format", "without its facts"])
def test_a_broken_file_is_refused_with_a_reason(trained: tuple[Classifier, measuring.Report], tmp_path: Path,
                                                spoil: object) -> None:
    path = tmp_path / "w.npz"
    path.write_bytes(spoil(saved(trained[0])))      # type: ignore[operator]
    with pytest.raises(BrokenWeights, match=r"."):
        classifier.load(path)


def test_weights_for_other_code_are_refused(trained: tuple[Classifier, measuring.Report], tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "w.npz").write_bytes(saved(trained[0]))
    monkeypatch.setattr(classifier, "VERSION", 99)
    with pytest.raises(BrokenWeights, match="another version"):
        classifier.load(tmp_path / "w.npz")


def test_the_persons_own_weights_win_and_broken_ones_are_told(trained: tuple[Classifier, measuring.Report],
                                                              tmp_path: Path) -> None:
    own = router_training.own_weights(tmp_path)
    router_training.write(trained[0], own)
    found, wrong = router_training.load_weights(tmp_path)
    assert found is not None and found.facts["rows"] == 120 and wrong == ""
    own.write_bytes(b"broken")
    found, wrong = router_training.load_weights(tmp_path)
    assert found is not None and found.facts["rows"] > 1_000, "the shipped ones stand in"
    assert str(own) in wrong


def test_calibration_error_is_none_for_honest_confidence_and_large_for_boasting() -> None:
    right = np.asarray(["a"] * 80 + ["b"] * 20)
    honest = np.tile([0.8, 0.2], (100, 1))
    boasting = np.tile([1.0, 0.0], (100, 1))
    assert measuring.calibration_error(honest, right, ("a", "b")) == pytest.approx(0.0, abs=1e-9)
    assert measuring.calibration_error(boasting, right, ("a", "b")) == pytest.approx(0.2)
