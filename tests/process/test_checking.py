"""A model is opened in a process of its own and has to answer before anybody is offered it. Echo workers, no model."""

from __future__ import annotations

import asyncio
from pathlib import Path

from router.messages import (
    Ask,
    CheckModel,
    ListSpecialists,
    ModelChecked,
    Noticed,
    Refused,
    RequestRouted,
    RouteRequest,
    SpecialistChanged,
    SpecialistsListed,
    TextAdded,
)
from router.model_views import CheckView
from tests.echo_core import Talk, talking

CHECK = CheckModel("coder", "r")


def processes(talk: Talk) -> list[str]:
    return [one.id for one in talk.core.fleet.processes()]


async def states(talk: Talk, request: str) -> dict[str, str]:
    listed = await talk.answer(ListSpecialists(request), SpecialistsListed)
    return {one.id: one.state for one in listed.specialists}


async def test_a_sound_model_passes_with_what_was_measured_and_leaves_no_process(tmp_path: Path) -> None:
    async with talking(tmp_path, tokens="20", delay="0.01") as talk:
        checked = (await talk.answer(CHECK, ModelChecked)).check
        assert checked.state == "passed" and not checked.problems and checked.sample.startswith("The river rises")
        assert checked.load_seconds > 0 and checked.memory > 0 and checked.writes_per_second > 0 and checked.at > 0
        assert processes(talk) == [] and talk.library.checks["coder"] == checked
        assert talk.core.fleet.times.of("coder").measured >= 2          # loading and writing
        checking = [event.specialist.check.state for event in talk.events if isinstance(event, SpecialistChanged)]
        assert checking[0] == "checking" and checking[-1] == "passed"


async def test_a_model_with_a_problem_is_refused_and_never_asked_and_says_why(tmp_path: Path) -> None:
    async with talking(tmp_path, problem="Its tokenizer is upside down.") as talk:
        checked = (await talk.answer(CHECK, ModelChecked)).check
        assert checked.state == "refused" and checked.problems == ("Its tokenizer is upside down.",)
        assert await states(talk, "l") == {"echo": "installed", "coder": "refused"}
        routed = await talk.answer(RouteRequest("Write a function in Python.", request="q"), RequestRouted)
        assert routed.specialist == "echo" and "coder" not in routed.scores
        end = await talk.ask(Ask("t1", "hello", specialist="coder"))
        assert end.reason == "failed" and "Coder failed its check" in end.error and "upside down" in end.error
        assert "consort check coder" in end.hint


async def test_a_model_that_is_sound_again_is_offered_again(tmp_path: Path) -> None:
    async with talking(tmp_path, there=("echo", "coder")) as talk:
        talk.library.checks["coder"] = CheckView("refused", ("It was broken.",))
        assert (await states(talk, "a"))["coder"] == "refused"
        await talk.answer(CHECK, ModelChecked)
        assert (await states(talk, "b"))["coder"] == "installed"


async def test_a_crash_during_the_check_costs_a_sentence(tmp_path: Path) -> None:
    async with talking(tmp_path, crash_after="3") as talk:
        checked = (await talk.answer(CHECK, ModelChecked)).check
        assert (checked.state, checked.problems) == ("refused", ("Coder crashed.",))
        assert processes(talk) == []


async def test_one_that_cannot_be_loaded_is_refused_and_one_without_memory_waits_for_its_first_use(
        tmp_path: Path) -> None:
    async with talking(tmp_path, fail_load="bad_model") as talk:
        assert (await talk.answer(CHECK, ModelChecked)).check.state == "refused"
    async with talking(tmp_path, fail_load="no_memory") as talk:
        checked = (await talk.answer(CHECK, ModelChecked)).check
        assert checked.state == "unchecked" and "not enough free memory" in checked.notes[0]


async def test_an_answer_under_way_is_not_disturbed_and_the_check_waits_for_the_first_use(tmp_path: Path) -> None:
    async with talking(tmp_path, delay="0.02") as talk:
        opening = talk.roster.opening(talk.library.manifests()["echo"])
        talk.core.fleet.change_budget(int(opening.bytes_needed * 1.2))
        asked = asyncio.create_task(talk.ask(Ask("t1", " ".join(["word"] * 100), specialist="echo")))
        await talk.until(TextAdded)
        checked = (await talk.answer(CHECK, ModelChecked)).check
        assert checked.state == "unchecked" and "when it is used for the first time" in checked.notes[0]
        assert (await asked).reason == "end" and len((await asked).text.split()) == 100


async def test_a_model_that_nobody_has_checked_is_checked_in_its_first_lease(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        del talk.library.checks["echo"]
        end = await talk.ask(Ask("t1", "hello there", specialist="echo"))
        assert end.text.split() == ["hello", "there"] and talk.library.checks["echo"].state == "passed"
        assert "checked before it answers" in (await talk.until(Noticed)).text
        assert processes(talk) == ["echo"]          # one load served both
        await talk.ask(Ask("t2", "again", specialist="echo"))
        assert sum(isinstance(event, ModelChecked) for event in talk.events) == 1


async def test_a_first_use_of_an_unsound_model_ends_in_its_sentence(tmp_path: Path) -> None:
    async with talking(tmp_path, problem="Its tokenizer is upside down.") as talk:
        del talk.library.checks["echo"]
        end = await talk.ask(Ask("t1", "hello there", specialist="echo"))
        assert end.reason == "failed" and "upside down" in end.error and end.text == ""
        assert processes(talk) == []


async def test_two_crashes_in_a_row_and_it_is_not_asked_any_more(tmp_path: Path) -> None:
    async with talking(tmp_path, crash_after="3", delay="0.1") as talk:
        question = "one two three four five six seven eight"
        for turn in ("t1", "t2"):
            assert (await talk.ask(Ask(turn, question, specialist="echo"))).reason == "failed"
        assert (await states(talk, "a"))["echo"] == "refused"
        end = await talk.ask(Ask("t3", question, specialist="echo"))
        assert "It crashed 2 times" in end.error


async def test_a_crash_between_answers_is_an_accident(tmp_path: Path) -> None:
    async with talking(tmp_path, crash_after="3", delay="0.1") as talk:
        for turn, question in enumerate(("one two three four five", "one", "one two three four five", "two")):
            await talk.ask(Ask(f"t{turn}", question, specialist="echo"))
        assert (await states(talk, "a"))["echo"] != "refused"


async def test_an_unknown_model_and_one_that_is_not_here_are_said(tmp_path: Path) -> None:
    async with talking(tmp_path) as talk:
        talk.core.send(CheckModel("nobody", "r"))
        assert "no specialist called" in (await talk.until(Refused, request="r")).text
