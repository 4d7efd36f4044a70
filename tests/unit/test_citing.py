"""Whether a source supports the sentence it is named for: marks read, checked, dropped and added."""

from __future__ import annotations

from router.documents.citing import cited, read_marks, sentences_of, with_marks
from router.parts import Source

LEAVE = "Every employee has 27 days of paid leave a year. Leave must be requested at least 14 days before it begins."
KEYS = "The master key lies in the safe of Mrs Okonkwo. Lost keys are reported to the night desk."
SOURCES = (Source(1, "a", "handbook.md", "/h.md", LEAVE, 100, 100 + len(LEAVE)),
           Source(2, "a", "handbook.md", "/h.md", KEYS, 400, 400 + len(KEYS)))


def checked(answer: str) -> tuple[str, list[tuple[int, bool, bool]]]:
    bare, sentences = read_marks(answer, len(SOURCES))
    text, citations = with_marks(bare, cited(sentences, SOURCES, {}))
    assert all(text[one.start:one.end].strip() for one in citations)
    return text, [(one.source, one.supported, one.added) for one in citations]


def test_a_mark_that_the_source_bears_out_stays() -> None:
    assert checked("Employees have 27 days of paid leave a year [1].") == (
        "Employees have 27 days of paid leave a year [1].", [(1, True, False)])


def test_a_mark_behind_the_full_stop_belongs_to_the_sentence_before_it() -> None:
    text, citations = checked("Employees have 27 days of paid leave a year. [1]")
    assert (text, citations) == ("Employees have 27 days of paid leave a year [1].", [(1, True, False)])


def test_a_mark_that_names_no_source_is_dropped() -> None:
    text, citations = checked("Nobody at all knows anything about parking here [7].")
    assert (text, citations) == ("Nobody at all knows anything about parking here.", [])


def test_another_number_than_the_sources_is_not_supported() -> None:
    text, citations = checked("Employees have 30 days of paid leave a year [1].")
    assert citations == [(1, False, False)] and "[1]" in text


def test_a_wrong_mark_gives_way_to_the_source_that_says_it() -> None:
    assert checked("The master key lies in the safe of Mrs Okonkwo [1].")[1] == [(2, True, True)]


def test_a_missing_mark_is_added_where_a_source_clearly_says_it() -> None:
    text, citations = checked("The master key lies in the safe of Mrs Okonkwo. I hope that this helps you a lot.")
    assert text == "The master key lies in the safe of Mrs Okonkwo [2]. I hope that this helps you a lot."
    assert citations == [(2, True, True)]


def test_the_quotation_is_the_sentence_that_comes_nearest_in_characters_of_the_document() -> None:
    _, sentences = read_marks("Leave must be requested 14 days before [1].", 2)
    (citation,) = cited(sentences, SOURCES, {})
    assert LEAVE[citation.quote_start - 100:citation.quote_end - 100].startswith("Leave must be requested")


def test_two_marks_in_one_sentence_are_checked_each() -> None:
    text, citations = checked("Lost keys are reported to the night desk [1, 2].")
    assert (text, citations) == ("Lost keys are reported to the night desk [2].", [(2, True, False)])


def test_meaning_supports_what_other_words_say_but_never_another_number() -> None:
    said = "Staff may take four weeks off with salary"
    quote = sentences_of(LEAVE)[0].text
    _, sentences = read_marks(f"{said} [1]", 2)
    (citation,) = cited(sentences, SOURCES, {(said, quote): 0.9})
    assert citation.supported
    wrong = "Staff may take 31 days off with salary"
    _, sentences = read_marks(f"{wrong} [1]", 2)
    (citation,) = cited(sentences, SOURCES, {(wrong, quote): 0.99})
    assert not citation.supported


def test_an_empty_answer_and_one_of_marks_only_cite_nothing() -> None:
    assert checked("") == ("", [])
    assert checked("[1] [2]") == ("", [])


def test_a_mark_before_the_first_word_belongs_to_the_first_sentence() -> None:
    assert checked("[1]. Employees have 27 days of paid leave a year.") == (
        "Employees have 27 days of paid leave a year [1].", [(1, True, False)])


def test_what_the_question_asks_about_has_to_stand_in_the_source_too() -> None:
    said = "The salary of the master is 27 days of paid leave [1]."
    _, sentences = read_marks(said, 2)
    assert cited(sentences, SOURCES, {})[0].supported
    assert not cited(sentences, SOURCES, {}, "What is the salary of the master?")[0].supported
