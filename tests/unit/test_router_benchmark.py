"""The numbers of `consort bench router`: what is right, what an oracle would do, when an answer holds."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path

import pytest

from router.benchmark import decisions, mixed
from router.benchmark.answer_checks import CHECKS, holds
from router.benchmark.decisions import Decided
from router.benchmark.mixed import Answer, Task
from router.choose.request import SKILLS, Request
from router.choose.training import Row
from router.command_line.bench_router import keep, read_answers
from router.errors import UserFacingError
from router.messages import RequestRouted


def decided(skill: str, said: str, none: float = 0.0, *, seconds: float = 0.01, surely: float = 1.0,
            before: tuple[str, ...] = ()) -> Decided:
    rest = (1 - surely) / (len(SKILLS) - 1)
    return Decided(Row(Request("text", before), skill), RequestRouted(
        "text", said, "talker", surely, "", none=none, layer="encoder", seconds_taken=seconds,
        skills={one: surely if one == said else rest for one in SKILLS}))


def test_six_skills_leave_out_pictures_and_the_never_seen() -> None:
    found = decisions.report([decided("code", "code"), decided("math", "code"), decided("vision", "vision"),
                              decided("none", "general", 0.9)], None)
    assert found["six skills"] == 0.5 and found["skill vision"] == 1.0 and found["requests"] == 4
    assert found["confusion"]["math"] == {"code": 1} and found["none of these, area"] == 1.0
    assert found["words alone, six skills"] is None and found["follow-ups"] is None


def test_milliseconds_are_of_all_decisions() -> None:
    found = decisions.report([decided("code", "code", seconds=one / 1000) for one in range(1, 22)], None)
    assert found["decision ms, median"] == 11.0 and found["decision ms, p95"] == 20.0


def test_confidence_that_is_not_earned_is_a_calibration_error() -> None:
    found = decisions.report([decided("code", "code", surely=0.9), decided("math", "code", surely=0.9)], None)
    assert found["calibration error"] == pytest.approx(0.4)
    ruled = Decided(Row(Request("text"), "code"), RequestRouted("text", "code", "coder", 1.0, ""))
    assert decisions.report([ruled], None)["calibration error"] is None


TASKS = [Task("capital of france", "general", {"any": ["paris"]}), Task("2 + 2", "math", {"number": 4}),
         Task("capital of peru", "general", {"any": ["lima"]}), Task("3 × 3", "math", {"number": 9})]


def answers(**said: tuple[str, ...]) -> dict[tuple[str, str], Answer]:
    """Who said what to each task; the first takes 1 s an answer, the second 2 s."""
    return {(who, task.text): Answer(who, task.text, text, seconds)
            for seconds, (who, texts) in enumerate(said.items(), start=1)
            for task, text in zip(TASKS, texts, strict=True)}


def test_the_router_stands_beside_the_best_the_largest_and_the_oracle() -> None:
    given = answers(small=("Paris", "5", "Lima", "8"), large=("Paris", "4", "Rome", "9"))
    routed = [RequestRouted(task.text, task.skill, "large" if task.skill == "math" else "small", 0.9, "",
                            seconds_taken=0.5) for task in TASKS]
    found = mixed.report(TASKS, given, routed, {"small": 1, "large": 10})
    ways = found["ways"]
    assert found["best"] == found["largest"] == "large" and found["chosen"] == {"small": 2, "large": 2}
    assert ways["always the best (large)"] == {"quality": 0.75, "seconds": 2.0, "general": 0.5, "math": 1.0}
    assert ways["always small"]["quality"] == 0.5
    assert ways["router"]["quality"] == 1.0 and ways["router"]["seconds"] == 2.0
    assert ways["oracle"]["quality"] == 1.0 and ways["oracle"]["seconds"] == 1.5


def test_strengths_of_one_half_decide_about_the_other() -> None:
    tasks = [Task(f"{number} + 1", "math", {"number": number + 1}) for number in range(20)]
    given = {(who, task.text): Answer(who, task.text, right or "no", 1.0)
             for task in tasks for who, right in (("small", ""), ("large", str(task.check["number"])))}
    routed = [RequestRouted(task.text, "math", "small", 1.0, "", skills={"math": 1.0}) for task in tasks]
    board = mixed.Board(tasks, given)
    assert board.strength("large", "math", [1]) == pytest.approx(2 / 3)
    assert board.strength("small", "math", [1]) == pytest.approx(1 / 3)
    assert board.by_halves(routed) == ["large"] * 20        # whoever was routed to


def test_answers_of_a_run_that_was_stopped_are_read_again(tmp_path: Path) -> None:
    path = tmp_path / "answers.jsonl"
    assert read_answers(None) == read_answers(path) == {}
    said = Answer("small", "2 + 2", "vier „4“", 1.5)
    keep(said, path)
    assert read_answers(path) == {("small", "2 + 2"): said}
    path.write_text("{cut off", encoding="utf-8")
    with pytest.raises(UserFacingError, match="no answers"):
        read_answers(path)
    with pytest.raises(UserFacingError, match="cannot be written"):
        keep(said, tmp_path)


@pytest.mark.parametrize(("check", "answer", "right"), [
    ({"any": ["canberra"], "without": ["sydney"]}, "It is Canberra.", True),
    ({"any": ["canberra"], "without": ["sydney"]}, "Canberra, not Sydney.", False),
    ({"all": ["red", "blue*"]}, "red and bluish", False), ({"all": ["red", "blu*"]}, "red and bluish", True),
    ({"number": 1200}, "So it is **1,200** in all, of 3.", True), ({"number": 1200}, "1200 or 3", False),
    ({"choice": "yes", "of": ["yes", "no"]}, "Yes, not no", True),
    ({"choice": "yes", "of": ["yes", "no"]}, "No, yes", False),
    ({"python": "assert f(2) == 4"}, "```python\ndef f(x):\n    return x * 2\n```", True),
    ({"python": "assert f(2) == 5"}, "```python\ndef f(x):\n    return x * 2\n```", False),
    ({"python": "assert True"}, "```python\nimport os\n```", False),
    ({"python": "assert True"}, "```python\nopen('x')\n```", False),
    ({"python": "assert True"}, "```python\n().__class__\n```", False),
    ({"lines": 2}, "one\n\ntwo", True), ({"least_bullets": 2}, "- a\n2. b", True), ({"most_words": 2}, "a b c", False),
    ({"least_words": 2}, "a b c", True),
])
def test_an_answer_holds(check: dict[str, object], answer: str, right: bool) -> None:
    assert holds(check, answer, "the request") is right


def test_repeating_the_request_is_no_answer() -> None:
    assert not holds({"any": ["paris"]}, "Is Paris the capital?", "Is Paris the capital?")


def test_the_requests_that_are_measured_are_not_trained_on_and_every_check_is_known() -> None:
    folder = Path(str(files("resources"))) / "router"
    trained = {json.loads(line)["text"].strip().casefold() for path in (folder / "requests").glob("*.jsonl")
               for line in path.read_text(encoding="utf-8").splitlines()}
    for name in ("everyday", "mixed"):
        rows = [json.loads(line) for line in (folder / "measured" / f"{name}.jsonl").read_text("utf-8").splitlines()]
        alone = {row["text"].strip().casefold() for row in rows if not row.get("before")}
        assert not trained & alone
        assert all(set(row.get("check", {})) <= {*CHECKS, "of"} for row in rows)
