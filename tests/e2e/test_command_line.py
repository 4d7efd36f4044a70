"""`consort …` in a terminal, on a real model: what it prints, where, and with which exit code."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.e2e.conftest import FULL_SPEED, PROGRAM, ROOT, Said

Consort = Callable[..., Said]
LONG = "Write a very long story about a sailor who crosses every ocean."


def start(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """The program, running."""
    return subprocess.Popen([*PROGRAM, "--data-dir", str(folder), *arguments], cwd=ROOT, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, text=True, env=os.environ | FULL_SPEED)


def read_until_text(program: subprocess.Popen[str], pieces: int) -> None:
    """Wait until it has streamed that many pieces of its answer."""
    assert program.stdout is not None
    for line in program.stdout:
        pieces -= json.loads(line)["event"] == "TextAdded"
        if not pieces:
            return
    raise AssertionError("it ended before it had written so much")


def test_a_question_is_answered_with_its_numbers(consort: Consort) -> None:
    said = consort("ask", "What is the capital of France?", "--json", "--temperature", "0")
    assert said.code == 0, said.err
    end = said.events[-1]
    assert end["event"] == "TurnFinished" and "Paris" in end["text"]
    assert end["specialist"] == "smollm2-135m" and end["why"] and end["reason"] == "end"
    assert end["prompt_tokens"] > 10 and end["written_tokens"] > 1
    assert end["seconds_to_first_token"] > 0 and end["tokens_per_second"] > 0 and end["load_seconds"] > 0
    streamed = "".join(event["text"] for event in said.events if event["event"] == "TextAdded")
    assert streamed == end["text"]


def test_plain_output_is_the_answer_alone(consort: Consort) -> None:
    said = consort("ask", "-", "--temperature", "0", stdin="What is the capital of France?\n")
    assert said.code == 0 and "Paris" in said.out and said.out.endswith("\n") and "{" not in said.out


def test_the_same_seed_gives_the_same_answer(consort: Consort) -> None:
    one, two = (consort("ask", "Invent a name for a cat.", "--seed", "7", "--temperature", "0.9", "--max-tokens", "12",
                        "--json").events[-1] for _ in range(2))
    assert one["text"] == two["text"] and one["written_tokens"] <= 12


def test_a_conversation_goes_on_and_is_in_the_history(consort: Consort, tmp_path: Path) -> None:
    first = consort("ask", "My name is Zebulon.", "--json", "--max-tokens", "8").events[-1]
    second = consort("ask", "What is my name?", "--conversation", first["conversation"], "--json", "--max-tokens", "8")
    assert second.events[-1]["prompt_tokens"] > first["prompt_tokens"]
    assert first["conversation"] in consort("history").out
    assert "Zebulon" in consort("history", "show", first["conversation"]).out
    assert first["conversation"] in consort("history", "search", "zebul").out
    kept = tmp_path / "out.json"
    assert consort("history", "export", first["conversation"], str(kept)).code == 0
    imported = consort("history", "import", str(kept), "--json").events[-1]
    assert imported["messages"] == 4 and imported["conversations"] != [first["conversation"]]
    assert consort("history", "delete", first["conversation"]).code == 0
    assert first["conversation"] not in consort("history").out
    assert consort("history", "restore", first["conversation"]).code == 0


@pytest.mark.parametrize(("arguments", "words"), [
    (("ask", "hi", "--no-install"), "consort install smollm2-135m"),
    (("ask", "hi", "--specialist", "nobody"), "consort list"),
    (("ask", "  "), "no question"),
    (("install", "nobody"), "consort list"),
    (("install", "gemma-3-270m"), "terms"),
    (("remove", "smollm2-135m", "--yes"), "not installed"),
    (("history", "show", "nothing"), "no longer there"),
    (("bench",), "Install one first"),
])
def test_what_cannot_be_done_is_a_sentence_on_stderr(consort: Consort, tmp_path: Path, arguments: tuple[str, ...],
                                                     words: str) -> None:
    said = consort(*arguments, data=tmp_path / "empty")
    assert said.code == 1 and words in said.err and not said.out and "Traceback" not in said.err


def test_wrong_usage_is_exit_code_2(consort: Consort) -> None:
    assert consort("ask").code == consort("sing").code == consort("ask", "x", "--max-tokens", "0").code == 2


def test_doctor_list_and_info_speak_json(consort: Consort) -> None:
    checks = consort("doctor", "--json").events[-1]["checks"]
    assert {"Memory", "Model engine", "Data folder", "History", "Specialists"} <= {check["name"] for check in checks}
    assert all(check["ok"] for check in checks)
    listed = consort("list", "--json").events[-1]["specialists"]
    assert [one["id"] for one in listed if one["state"] == "installed"] == ["smollm2-135m"]
    assert consort("info", "smollm2-135m", "--json").events[-1]["specialist"]["served_by"] == "index"


def test_a_database_of_a_newer_version_is_refused_and_untouched(consort: Consort, folder: Path) -> None:
    consort("history")
    with sqlite3.connect(folder / "consort.db") as database:
        database.execute("PRAGMA user_version = 999")
    before = (folder / "consort.db").read_bytes()
    said = consort("ask", "hi")
    assert said.code == 1 and "newer Consort" in said.err and (folder / "consort.db").read_bytes() == before


def test_a_data_folder_that_is_a_file_is_a_sentence(consort: Consort, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("I am a file")
    said = consort("history", data=tmp_path / "file")
    assert said.code == 1 and "--data-dir" in said.err and "Traceback" not in said.err


def test_sigterm_in_the_middle_of_an_answer_keeps_what_was_written(consort: Consort, folder: Path) -> None:
    program = start(folder, "ask", LONG, "--json")
    read_until_text(program, 5)
    program.send_signal(signal.SIGTERM)
    out, err = program.communicate(timeout=20)
    end = json.loads(out.splitlines()[-1])
    assert program.returncode == 1 and end["reason"] == "stopped" and "kept" in err
    assert end["text"] in consort("history", "show", end["conversation"]).out


def test_kill_9_in_the_middle_of_an_answer_loses_no_question_and_leaves_no_process(consort: Consort,
                                                                                   folder: Path) -> None:
    program = start(folder, "ask", LONG, "--json")
    read_until_text(program, 5)
    time.sleep(1.2)                     # an answer is saved at most one second behind
    family = psutil.Process(program.pid).children(recursive=True)
    program.kill()
    program.communicate(timeout=20)
    assert family and not psutil.wait_procs(family, timeout=5)[1]
    opened = consort("history", "show", consort("history").out.split()[0], "--json").events[-1]
    question, answer = opened["messages"]
    assert question["parts"][0]["text"] == LONG and answer["state"] == "interrupted" and answer["parts"][0]["text"]


def test_a_second_command_joins_the_first(consort: Consort, folder: Path) -> None:
    first = start(folder, "ask", LONG, "--json", "--max-tokens", "400")     # it must not end before the second begins
    read_until_text(first, 1)
    second = consort("ask", "How many days are in a week?", "--json", "--temperature", "0")
    out, _ = first.communicate(timeout=60)
    assert second.code == 0 and "7" in second.events[-1]["text"]
    assert second.events[-1]["load_seconds"] == 0, "it used the model that the first had loaded"
    assert first.returncode == 0 and json.loads(out.splitlines()[-1])["reason"] in ("end", "length")


def test_nothing_is_needed_from_any_network(consort: Consort) -> None:
    """In a network namespace with no interface at all: whatever tries to reach out fails."""
    without_network = ("unshare", "--user", "--map-root-user", "--net", "--") if sys.platform == "linux" else ()
    said = consort("ask", "What is the capital of France?", "--temperature", "0", prefix=without_network)
    assert said.code == 0 and "Paris" in said.out, said.err
