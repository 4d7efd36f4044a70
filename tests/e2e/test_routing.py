"""`consort route` and `consort train-router` in a terminal, on the real encoder: who would answer, and why."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from router.library.record import InstalledModel, read_record, write_record
from tests.e2e.conftest import Said
from tests.installed_models import model_file

Consort = Callable[..., Said]
ASKED = (
    ("write a python function that reverses a list", "code"), ("TypeError: 'NoneType' object is not iterable", "code"),
    ("solve x^2 - 5x + 6 = 0", "math"), ("what is 17% of 2300", "math"),
    ("schreib meinem Chef eine Mail, dass ich krank bin", "writing"), ("write a poem about rain", "writing"),
    ("what does my lease say about pets", "documents"), ("why is the sky blue", "general"),
    ("was ist auf diesem Foto zu sehen", "vision"),
    ("A, B and C sit in a row. A is not next to B. Who sits in the middle?", "reasoning"),
)


@pytest.fixture
def with_encoder(folder: Path, request: pytest.FixtureRequest) -> Path:
    """The data folder with the starter and the encoder (the file itself is shared)."""
    file = model_file("minilm-l6", request.config)
    kept = folder / "models" / "minilm-l6" / file.name
    kept.parent.mkdir(parents=True)
    kept.symlink_to(file)
    record = folder / "models" / "installed.json"
    write_record(record, {**read_record(record), "minilm-l6": InstalledModel(
        "minilm-l6", kept, file.stat().st_size, "", "index")})
    return folder


def test_everyday_requests_are_understood(with_encoder: Path, consort: Consort, tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text("".join(json.dumps({"text": text}) + "\n" for text, _ in ASKED), encoding="utf-8")
    said = consort("route", "--file", str(file), "--no-install")
    assert said.code == 0, said.err
    assert [(event["text"], event["skill"]) for event in said.events] == list(ASKED)
    for event in said.events:
        assert event["event"] == "RequestRouted" and event["specialist"] == "smollm2-135m" and event["why"]
        assert sum(event["skills"].values()) == pytest.approx(1.0, abs=0.01)
        assert event["confidence"] == pytest.approx(max(event["skills"].values()))
        assert 0.0 <= event["none"] <= 1.0 and event["seconds_taken"] > 0.0 and event["difficulty"] >= 1.0
    assert max(event["none"] for event in said.events) < 0.5
    nonsense = consort("route", "qwzx jjkq vvbn", "--json", "--no-install").events[0]
    assert nonsense["none"] > 0.5


def test_a_follow_up_is_routed_with_its_conversation(with_encoder: Path, consort: Consort) -> None:
    alone = consort("route", "and in Rust?", "--json", "--no-install").events[0]
    after = consort("route", "shorter please", "--before", "write a cover letter for a job as a nurse", "--json",
                    "--no-install").events[0]
    assert alone["skill"] == "code" and after["skill"] == "writing"


def test_a_very_long_request_is_decided_too(with_encoder: Path, consort: Consort) -> None:
    said = consort("route", "-", "--json", "--no-install", stdin="please fix this python code: " + "x = 1\n" * 20_000)
    assert said.code == 0 and said.events[0]["skill"] == "code"


def test_without_the_encoder_the_words_decide_and_that_is_said(consort: Consort) -> None:
    said = consort("route", "write a python function that reverses a list", "--json", "--no-install")
    assert said.code == 0 and said.events[0]["skill"] == "code"
    assert "consort install minilm-l6" in said.err


@pytest.mark.parametrize(("arguments", "sentence"), [
    (("route",), "There is no request to route."), (("route", "   ", "--no-install"), "There is no request to route."),
    (("route", "--file", "nowhere.jsonl"), "cannot be read"),
    (("train-router", "nowhere.jsonl", "--yes"), "cannot be"),
])
def test_what_cannot_be_routed_is_one_sentence(consort: Consort, with_encoder: Path, arguments: tuple[str, ...],
                                               sentence: str) -> None:
    said = consort(*arguments)
    assert said.code == 1 and sentence in said.err and "Traceback" not in said.err


def test_a_broken_line_is_named_after_those_before_it_were_decided(consort: Consort, with_encoder: Path,
                                                                   tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    file.write_text('{"text": "hello"}\n{"txt": 1}\n', encoding="utf-8")
    said = consort("route", "--file", str(file))
    assert said.code == 1 and len(said.events) == 1 and "Line 2 of requests.jsonl" in said.err


def test_training_is_reproducible_counts_at_once_and_can_be_taken_back(with_encoder: Path, consort: Consort,
                                                                       tmp_path: Path) -> None:
    data = tmp_path / "data.jsonl"
    data.write_text("".join(json.dumps({"text": f"{words} {number}", "skill": skill, "tool": "none", "difficulty": 1})
                            + "\n" for skill, words in (("cooking", "how long do I boil an egg"),
                                                        ("sailing", "which knot ties a boat to the pier"))
                            for number in range(20)), encoding="utf-8")
    first = consort("train-router", str(data), "--only", "--out", str(tmp_path / "one.npz"), "--json")
    assert first.code == 0, first.err
    assert first.events[-1]["held_out"] == 1.0 and first.events[-1]["rows"] == 40
    consort("train-router", str(data), "--only", "--out", str(tmp_path / "two.npz"), "--json")
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "two.npz").read_bytes()
    assert consort("train-router", str(data), "--only", "--json").code == 0
    routed = consort("route", "how do I boil potatoes", "--json", "--no-install").events[0]
    assert routed["skill"] == "cooking"
    assert consort("train-router", "--reset").code == 0
    routed = consort("route", "how do I boil potatoes", "--json", "--no-install").events[0]
    assert routed["skill"] == "general"


def test_the_router_is_measured_on_requests_of_ones_own(with_encoder: Path, consort: Consort, tmp_path: Path) -> None:
    file = tmp_path / "requests.jsonl"
    rows = [json.dumps({"text": text, "skill": skill}) for text, skill in ASKED]
    file.write_text("\n".join(rows), encoding="utf-8")
    said = consort("bench", "router", "--requests", str(file), "--no-install")
    found = json.loads(said.out.splitlines()[-1])
    assert said.code == 0, said.err
    assert found["event"] == "RouterBenchmarked" and found["requests"] == len(ASKED) and found["six skills"] == 1.0
    assert found["by encoder"] == len(ASKED) and "wanted 0.92" in said.out
    alone = consort("bench", "router", "--requests", str(file), "--no-install", "--mixed")
    assert alone.code == 1 and "Two specialists are needed" in alone.err
    file.write_text('{"text": 3}\n', encoding="utf-8")
    assert "Line 1" in consort("bench", "router", "--requests", str(file), "--no-install").err
