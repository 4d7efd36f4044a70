"""Which requests name several tasks: those that say so, in several languages, and next to no others."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from router.choose.several import MOST_STEPS, TaskWords, tasks_in

WORDS = TaskWords.shipped()


@pytest.mark.parametrize(("text", "tasks"), [
    ("summarise this file, then translate it, then write the mail", 3),
    ("Write a haiku about rain, then translate it into German, and finally give me three titles", 3),
    ("Could you please:\n1. Translate the letter\n2. List the dates\n3. Write a reply", 3),
    ("Fasse die Datei zusammen, dann übersetze sie, und danach schreib eine Mail", 3),
    ("Résume ce texte, puis traduis-le en anglais", 2),
    ("resume este texto y luego traduce el resumen al inglés", 2),
    ("Напиши письмо, затем переведи его на английский", 2),
])
def test_tasks_one_after_the_other_are_found(text: str, tasks: int) -> None:
    assert len(tasks_in(text, WORDS)) == tasks


@pytest.mark.parametrize("text", [
    "if the list is empty then write a message, else sort it",
    "write a story in which she wakes up, then makes coffee",
    "what happens first, then what comes next?",
    "then translate it",
    "Translate “read the file, then write a summary” into French",
    "fix this:\n```\n# read it, then write it, then sort it\n```",
    "",
])
def test_one_task_stays_one(text: str) -> None:
    assert tasks_in(text, WORDS) == ()


def test_tasks_keep_the_person_s_words_in_their_order() -> None:
    assert tasks_in("Summarise “a, then b”, then translate it.", WORDS) == ("Summarise “a, then b”", "translate it")


def test_hardly_any_shipped_request_of_one_task_is_taken_for_several() -> None:
    rows = [json.loads(line)["text"] for file in files("resources").joinpath("router/requests").iterdir()
            for line in file.read_text(encoding="utf-8").splitlines()]
    assert sum(bool(tasks_in(text, WORDS)) for text in rows) < len(rows) / 1000


@given(st.text(max_size=400))
def test_any_text_gives_no_task_or_two_to_six(text: str) -> None:
    tasks = tasks_in(text + ", then write it", WORDS)
    assert not tasks or 2 <= len(tasks) <= MOST_STEPS
