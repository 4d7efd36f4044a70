"""What a voice is given to say: words, not signs; early, in order, and each piece knows where it stands."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from router.voice.language import language_of
from router.voice.reading import Reading, read_all
from router.voice.sentences import FIRST_WORDS, MOST_CHARACTERS
from router.voice.spoken_text import spoken


@pytest.mark.parametrize(("written", "said"), [
    ("**Bold**, *slanted* and ~~gone~~ words", "Bold, slanted and gone words"),
    ("See [the manual](https://example.org/a_b).", "See the manual."),
    ("Visit https://example.org/x?y=1.", "Visit link to example.org."),
    ("Call `read_file()` on `dataFrame`", "Call read file on data Frame"),
    ("$1,200.50 or €5 or £3 million", "1,200 dollars and 50 cents or 5 euros or 3 million pounds"),
    ("On 2026-11-25 at 9:05", "On November 25, 2026 at 9 oh 5"),
    ("5 km at 100 km/h, 20 °C, 16 GB", "5 kilometres at 100 kilometres per hour, 20 degrees Celsius, 16 gigabytes"),
    ("1 km and -5 m", "1 kilometre and minus 5 metres"),
    ("pages 10–20, about ~30", "pages 10 to 20, about about 30"),
    ("Henry VIII in World War II", "Henry the 8th in World War 2"),
    ("e.g. Dr. Smith & co", "for example Doctor Smith and co"),
    ("Python 3.11.7", "Python 3 point 11 point 7"),
    ("I am 50% sure \N{PARTY POPPER}", "I am 50 percent sure"),
    ("$x^2 + 1$ is it", "x squared plus 1 is it"), ("\\(\\frac{a}{b}\\)", "a over b"),
    ("snake_case_name stays", "snake_case_name stays"), ("5 * 3 * 2", "5 * 3 * 2"),
    ("<b>HTML</b> &amp; more", "HTML and more"),
])
def test_english_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "en") == said


@pytest.mark.parametrize(("written", "said"), [
    ("am 3. Oktober 2026", "am dritten Oktober 2026"), ("Der 2. Weltkrieg", "Der zweite Weltkrieg"),
    ("1.200,50 €", "1.200 Euro 50"), ("um 14:30 Uhr", "um 14 Uhr 30"),
    ("z. B. 10–20 kg", "zum Beispiel 10 bis 20 Kilogramm"),
    ("Ludwig XIV. regierte", "Ludwig der vierzehnte regierte"),
    ("am 25.11.2026", "am fünfundzwanzigsten November 2026"),
    ("50 % von 3,14", "50 Prozent von 3,14"), ("Dr. Müller & Co", "Doktor Müller und Co"),
])
def test_german_is_said_as_people_say_it(written: str, said: str) -> None:
    assert spoken(written, "de") == said


def test_another_language_keeps_its_text() -> None:
    assert spoken("Ça coûte 5 € le **12/03**.", "fr") == "Ça coûte 5 € le 12/03."


def said(text: str, language: str = "en") -> list[str]:
    return [piece.text for piece in read_all(text, language)]


def test_code_tables_and_formulas_are_described_not_spelled() -> None:
    code = "```python\n" + "x = 1\n" * 12 + "```\n"
    assert said(code) == ["A block of Python code, 12 lines."]
    assert said(code, "de") == ["Ein Block Python-Code, 12 Zeilen."]
    rows = "".join(f"| {row} | b | c |\n" for row in range(5))
    assert said(f"| one | two | three |\n|---|---|---|\n{rows}") == [
        "A table with 3 columns and 5 rows: one, two, three."]
    assert said("$$\\sum_{i=0}^n \\binom{n}{i}$$") == ["a formula"]


@pytest.mark.parametrize(("text", "pieces"), [
    ("It is 3.14. Then Mr. A. B. Jones said “no.” He left... and came back.",
     ["It is 3.14.", "Then Mister A. B. Jones said “no.” He left... and came back."]),
    ("Is it? Yes! Good.", ["Is it?", "Yes!", "Good."]),
    ("これはテストです。二つ目の文です！", ["これはテストです。", "二つ目の文です！"]),
    ("# Head\n\n- one\n- two\n\nText over\ntwo lines.", ["Head", "one", "two", "Text over two lines."]),
    ("The U.S. is big. It was 1999. Then 2000 came.", ["The U.S. is big.", "It was 1999.", "Then 2000 came."]),
])
def test_sentences_end_where_people_end_them(text: str, pieces: list[str]) -> None:
    assert said(text) == pieces


def test_the_first_piece_ends_at_a_comma_or_after_a_dozen_words() -> None:
    assert said("When the sun goes down, we all go home and sleep.")[0] == "When the sun goes down,"
    long = "this sentence has no comma and simply goes on and on until somebody stops it or the page ends here"
    assert len(said(long)[0].split()) <= FIRST_WORDS


def test_nothing_is_said_of_signs_alone() -> None:
    assert said("*** ** `` # ---") == said("\n\n") == said("") == []
    assert said("\N{THUMBS UP SIGN} \N{PARTY POPPER}") == said("**\N{PARTY POPPER}**\n\n---") == []


ANSWER = ("# Plan\n\nFirst, we look at Dr. Smith's `run_all()` idea, which costs $5. Then:\n\n1. Do this\n"
          "2. Do that\n\n```sh\nls -l\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> It is quoted,\n"
          "> on two lines.\n\nThe end… or not? Yes.\n")


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(1, 40), max_size=60))
def test_however_an_answer_arrives_the_same_is_said(steps: list[int]) -> None:
    reading, pieces, at = Reading(), [], 0
    for step in [*steps, len(ANSWER)]:
        pieces += reading.feed(ANSWER[at:at + step])
        at += step
    pieces += reading.close()
    assert pieces == read_all(ANSWER)
    assert all(one.end <= other.begin for one, other in pairwise(pieces))
    assert ANSWER[pieces[1].begin:pieces[1].end].startswith("First, we look")


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=400), st.sampled_from(["en", "de", "ja"]))
def test_any_text_is_read_to_its_end_in_pieces_that_a_voice_can_say(text: str, language: str) -> None:
    for piece in read_all(text, language):
        assert 0 <= piece.begin < piece.end <= len(text) and piece.text.strip()
        assert piece.end - piece.begin <= MOST_CHARACTERS + 200 or piece.pause == "paragraph"


@pytest.mark.parametrize(("text", "language"), [
    ("The cat is on the mat and it is happy.", "en"), ("Das ist ein Satz, und er ist nicht lang.", "de"),
    ("Le chat est sur la table et il dort dans une boîte.", "fr"), ("これはテストです", "ja"), ("12 34", ""),
    ("Привет, это не так, как я", "ru"),
    ("Dr. Smith paid $5 on 3 May. **Then** he went home.", "en"), ("I do so on time.", "en"), ("Ei, kiitos.", ""),
    ("Hän on kotona, mutta ei nyt.", "fi"), ("வணக்கம் நண்பர்களே", "ta"),
])
def test_the_language_of_a_text_is_told_by_its_smallest_words(text: str, language: str) -> None:
    assert language_of(text) == language
