"""The prompt: a model's own template, its contents kept out of it, and hostile templates stopped."""

from __future__ import annotations

import sys

import pytest

from specialists import chat_template
from specialists.chat_template import BadTemplate, ChatTemplate, Piece, Prompt
from specialists.limited import LimitExceeded, limited
from specialists.wire import ChatMessage

CHATML = ("{% for message in messages %}{{ '<|im_start|>' + message['role'] + '\n' }}"
          "{{ message['content'] + '<|im_end|>\n' }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
ALTERNATING = ("{% if messages[0].role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
               "{% for m in messages %}{% if (m.role == 'user') != (loop.index0 % 2 == 0) %}"
               "{{ raise_exception('roles must alternate') }}{% endif %}"
               "[{{ m.role }}]{{ m.content | trim }}{% endfor %}")


def say(*messages: tuple[str, str]) -> tuple[ChatMessage, ...]:
    return tuple(ChatMessage(role, content) for role, content in messages)  # type: ignore[arg-type]


def text(prompt: Prompt) -> str:
    return "".join(piece.text for piece in prompt.pieces)


def contents(prompt: Prompt) -> dict[int | None, str]:
    return {piece.message: piece.text for piece in prompt.pieces if piece.message is not None}


def test_template_text_and_contents_stay_apart() -> None:
    prompt = ChatTemplate(CHATML).render(say(("user", "Say <|im_end|>")))
    assert prompt.pieces == (Piece("<|im_start|>user\n"), Piece("Say <|im_end|>", 0),
                             Piece("<|im_end|>\n<|im_start|>assistant\n"))
    assert not prompt.thinking and prompt.stop == ()


def test_a_follow_up_begins_with_the_earlier_prompt_and_its_answer() -> None:
    template = ChatTemplate(CHATML)
    first = text(template.render(say(("user", "a"))))
    second = text(template.render(say(("user", "a"), ("assistant", "b"), ("user", "c"))))
    assert second.startswith(first + "b<|im_end|>")


def test_contents_are_trimmed_only_by_a_template_that_trims() -> None:
    for inside, expected in (("m.content", "(  a\n )"), ("m.content | trim", "( a )")):
        template = ChatTemplate("{% for m in messages %}( {{ " + inside + " }} ){% endfor %}")
        assert text(template.render(say(("user", " a\n")))) == expected


@pytest.mark.parametrize("content", ["", " ", "{{ 7*7 }}", "{% endfor %}", "\0", "\ud800", "\u202e\u2067", '<x"0\\>',
                                     "🏳️‍🌈" * 9])
def test_any_content_goes_through_as_it_is(content: str) -> None:
    prompt = ChatTemplate(CHATML).render(say(("user", content)))
    assert text(prompt) == f"<|im_start|>user\n{content}<|im_end|>\n<|im_start|>assistant\n"


def test_a_system_message_that_is_refused_goes_to_the_first_user_message() -> None:
    talk = say(("system", "Be brief."), ("user", "Hi"), ("assistant", "Ho"), ("user", "!"))
    prompt = ChatTemplate(ALTERNATING).render(talk)
    assert text(prompt) == "[user]Be brief.\n\nHi[assistant]Ho[user]!"
    assert contents(prompt) == {0: "Be brief.", 1: "Hi", 2: "Ho", 3: "!"}


def test_a_system_message_that_is_silently_dropped_is_put_back() -> None:
    template = "{% for m in messages %}{% if m.role != 'system' %}[{{ m.content }}]{% endif %}{% endfor %}"
    assert text(ChatTemplate(template).render(say(("system", "S"), ("user", "U")))) == "[S\n\nU]"


def test_neighbours_of_the_same_role_are_joined_where_roles_must_alternate() -> None:
    assert text(ChatTemplate(ALTERNATING).render(say(("user", "a"), ("user", "b")))) == "[user]a\n\nb"


def test_a_template_that_refuses_everything_is_unusable_and_says_its_reason() -> None:
    with pytest.raises(BadTemplate, match="only poems"):
        ChatTemplate("{{ raise_exception('only poems') }}").check()


def test_a_template_that_looks_into_contents_gets_them_with_control_tokens_made_harmless() -> None:
    template = ChatTemplate("{{ messages | tojson }}", neutralise=lambda it: it.replace("<|end|>", "<|harmless|>"))
    prompt = template.render(say(("user", 'a "b" <|end|>')))
    assert prompt.pieces == (Piece('[{"role": "user", "content": "a \\"b\\" <|harmless|>"}]'),)


def test_the_helpers_that_real_templates_call_are_there() -> None:
    source = ("{{ bos_token }}{%- set ns = namespace(n=0) -%}\n  {%- for m in messages %}\n"
              "    {%- if m.role == 'tool' %}{% continue %}{% endif %}\n"
              "    {%- set ns.n = ns.n + 1 %}\n  {%- endfor %}{{ ns.n }}{{ strftime_now('%%') }}"
              "{{ tools is none }}{{ ['a', 'b'] | join('-') }}{{ 'x y'.split(' ')[1].replace('y', 'z') }}"
              "{{ '<{}{}>'.format(1, 'b') }}"
              "{{ messages[0].content }}{% if false %}{{ 'x' | center(9) }}{% endif %}")
    assert text(ChatTemplate(source, bos="<s>").render(say(("user", "U")))) == "<s>1%Truea-bz<1b>U"


def test_a_template_that_opens_the_thinking_block_is_noticed() -> None:
    assert ChatTemplate(CHATML + "{{ '<think>\n' }}").render(say(("user", "a"))).thinking
    assert not ChatTemplate(CHATML).render(say(("user", "<think>"))).thinking


def test_without_a_template_the_model_continues_a_dialogue_and_stops_before_the_next_question() -> None:
    template = ChatTemplate("")
    prompt = template.render(say(("system", "Be brief."), ("user", "Hi "), ("assistant", " Ho\n"), ("user", "And?")))
    assert not template.given
    assert text(prompt) == "Be brief.\n\nUser: Hi\nAssistant: Ho\nUser: And?\nAssistant:"
    assert "\nUser:" in prompt.stop


HOSTILE = {
    "reaches for Python": "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "reaches through a filter": "{{ (messages | map(attribute='__class__') | first).__mro__ }}",
    "reaches through format": "{{ '{0.__class__}'.format(messages) }}",
    "reaches by a formatted name": "{{ messages['__{}__'.format('class')].x }}",
    "formats wide": "{{ '{:>9999999999}'.format(1) }}",
    "formats from a map": "{{ '{a}'.format_map({'a': 1}) }}",
    "formats with too little": "{{ '{}{}'.format(1) }}",
    "formats something huge": "{% set a = 'a' * 9999999 %}{{ '{}{}'.format(a, a) }}",
    "builds a huge text": "{{ 'a' * 10**10 }}",
    "builds it by multiplying": "{{ 'abc' * 99999999 }}",
    "builds it by replacing": "{% set a = 'a' * 9999 %}{{ a.replace('a', a).replace('a', a) }}",
    "builds it by joining": "{{ range(99999) | map('string') | list | join('x' * 99999) }}",
    "builds it by doubling": "{% set n = namespace(x='a') %}{% for i in 'abcde' %}{% set n.x = n.x * 99 %}{% endfor %}",
    "formats it": "{{ '%9999999999d' % 1 }}",
    "pads it": "{{ 'x' | center(9999999999) }}",
    "calls itself for ever": "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}",
    "nests too deeply": "{{ " + "(" * 3000 + ")" * 3000 + " }}",
    "is no template": "{% if %}",
    "fails": "{{ 1 / 0 }}",
    "is too long": "x" * 300_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_template_is_refused(source: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_template, "MAX_SECONDS", 0.3)
    with pytest.raises(BadTemplate):
        ChatTemplate(source).check()


@pytest.mark.parametrize(("source", "reason"), [
    ("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "goes round in circles"),
    ("{{ 'abc' * 99999999 }}", "wants what none may have: builds something of 299,999,997 characters"),
    ("{% if %}", "cannot be read: Expected an expression"), ("{{ 1 / 0 }}", "fails: division by zero"),
])
def test_why_a_template_is_refused_is_said_without_the_names_of_exceptions(source: str, reason: str) -> None:
    with pytest.raises(BadTemplate, match=reason) as raised:
        ChatTemplate(source).check()
    assert "Error" not in str(raised.value)


@pytest.mark.parametrize("body", ["", "{% set x = 'y' %}", "some text that is written again and again"])
def test_a_template_that_would_run_for_ever_is_stopped(body: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_template, "MAX_SECONDS", 0.1)
    loops = "{% for i in range(99999) %}{% for j in range(99999) %}" + body + "{% endfor %}{% endfor %}"
    with pytest.raises(BadTemplate, match="ran for more than"):
        ChatTemplate(loops).check()


def test_a_template_that_writes_without_end_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_template, "MAX_RENDERED", 10_000)
    with pytest.raises(BadTemplate, match="wrote more"):
        ChatTemplate("{% for i in range(99999) %}0123456789{% endfor %}").check()


def test_memory_is_limited_too_and_the_trace_hook_is_given_back() -> None:
    before = sys.gettrace()
    with pytest.raises(LimitExceeded, match="memory"), limited(10, 20 * 2**20):
        kept = []
        while True:
            kept.append(bytearray(2**20))
            _touch()
    assert sys.gettrace() is before


def _touch() -> None:
    """The limits are looked at in functions called inside the block."""
    total = 0
    for number in range(100):
        total += number
