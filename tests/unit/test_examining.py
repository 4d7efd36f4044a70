"""A tokenizer must give back what it was given, and a template must be one that can be trusted."""

from __future__ import annotations

from dataclasses import replace

import pytest

from specialists.chat_template import ChatTemplate
from specialists.examining import examine_template, examine_tokenizer
from specialists.gguf_header import GgufHeader

HEADER = GgufHeader("llama", "Tiny", 1, 1, "", 64, 1, 8, 1, 1, 8, 0, 0x110000, "gpt2", "")
CHAT = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}<|assistant|>"


class Letters:
    """One token for each character that it knows; `knows` may be less than all."""

    def __init__(self, knows: int = 0x110000, marks: tuple[str, ...] = ()) -> None:
        self._knows, self._marks = knows, marks

    def tokens(self, text: str, control: bool) -> list[int]:
        return [-1] if control and any(mark in text for mark in self._marks) else list(map(ord, text))

    def data(self, token: int) -> bytes:
        return chr(token).encode() if token < self._knows else b"?"

    def control_text(self, token: int) -> str:
        return self._marks[0] if token == -1 else ""


def test_a_tokenizer_that_gives_everything_back_is_sound() -> None:
    assert examine_tokenizer(Letters(), HEADER) == ((), ())


def test_a_tokenizer_that_garbles_plain_words_is_a_reason_to_refuse() -> None:
    problems, _ = examine_tokenizer(Letters(knows=50), HEADER)
    assert problems == ("Its tokenizer does not give back the text that it was given.",)


def test_a_script_that_a_tokenizer_cannot_write_is_worth_a_word_only() -> None:
    problems, notes = examine_tokenizer(Letters(knows=0x2020), HEADER)
    assert problems == () and notes == ("Its tokenizer cannot write Chinese, Japanese, Korean, emoji exactly.",)


def test_what_an_encoder_reads_need_not_come_back() -> None:
    assert examine_tokenizer(Letters(knows=50), HEADER, lossy=True) == ((), ())


@pytest.mark.parametrize(("header", "name"), [(replace(HEADER, vocabulary=3, begin=7), "beginning"),
                                              (replace(HEADER, vocabulary=3, end=3), "end")])
def test_a_token_that_does_not_exist_is_a_reason_to_refuse(header: GgufHeader, name: str) -> None:
    (problem,), _ = examine_tokenizer(Letters(), header)
    assert name in problem and "only 3" in problem


def test_a_model_without_a_template_has_nothing_to_examine() -> None:
    assert examine_template(ChatTemplate(""), "", Letters()) == ((), ())


def test_marks_that_the_tokenizer_does_not_know_are_worth_a_word() -> None:
    source = "<|im_start|>" + CHAT
    assert examine_template(ChatTemplate(source), source, Letters())[1] == (
        "Its chat template uses marks that its tokenizer does not know.",)
    assert examine_template(ChatTemplate(source), source, Letters(marks=("<|im_start|>",))) == ((), ())


@pytest.mark.parametrize(("source", "named"), [
    ("{{ ''.__class__ }}" + CHAT, "machinery"),
    ("{{ nothing.at.all }}" + CHAT, "cannot be used"),
    ("{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}" + CHAT, "seconds"),
    ("{{ 'x' * 999999999 }}" + CHAT, "builds something"),
    ("{% if 'open sesame' in messages[0].content %}!{% endif %}" + CHAT, "open sesame"),
])
def test_a_template_that_cannot_be_trusted_is_a_sentence(source: str, named: str) -> None:
    problems, _ = examine_template(ChatTemplate(source), source, Letters())
    assert problems and named in problems[0] and problems[0].endswith(".")
