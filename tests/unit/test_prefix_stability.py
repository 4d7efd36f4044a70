"""Prompts stay prefix-stable: what was read for a turn is, byte for byte, the beginning of what the next turn reads.

A worker evaluates only what comes after the common beginning, so one byte that changes early costs reading everything
behind it. Rendered through `router/prompt.py` and chat templates in real use (the same constructions).
"""

from __future__ import annotations

import pytest

from router.parts import AttachmentPart, Part, TextPart, ThoughtPart
from router.prompt import conversation_prompt, shorten
from router.views import MessageView
from specialists.chat_template import ChatTemplate
from specialists.common_prefix import common_prefix, first_difference
from specialists.manifest import Manifest
from specialists.wire import ChatMessage, Failed

CHATML = ("{% for message in messages %}{% if loop.first and messages[0]['role'] != 'system' %}"
          "{{ '<|im_start|>system\nYou are a helpful AI assistant.<|im_end|>\n' }}{% endif %}"
          "{{ '<|im_start|>' + message['role'] + '\n' + message['content'] + '<|im_end|>' + '\n' }}{% endfor %}"
          "{% if add_generation_prompt %}{{ '<|im_start|>assistant\n' }}{% endif %}")
GEMMA = ("{{ bos_token }}{% if messages[0]['role'] == 'system' %}{{ raise_exception('System role not supported') }}"
         "{% endif %}{% for message in messages %}{% if (message['role'] == 'user') != (loop.index0 % 2 == 0) %}"
         "{{ raise_exception('Conversation roles must alternate') }}{% endif %}"
         "{% set role = 'model' if message['role'] == 'assistant' else message['role'] %}"
         "{{ '<start_of_turn>' + role + '\n' + message['content'] | trim + '<end_of_turn>\n' }}{% endfor %}"
         "{% if add_generation_prompt %}{{ '<start_of_turn>model\n' }}{% endif %}")
LLAMA = ("{% for message in messages %}{% set content = '<|start_header_id|>' + message['role'] + "
         "'<|end_header_id|>\n\n' + message['content'] | trim + '<|eot_id|>' %}"
         "{% if loop.index0 == 0 %}{% set content = bos_token + content %}{% endif %}{{ content }}{% endfor %}"
         "{% if add_generation_prompt %}{{ '<|start_header_id|>assistant<|end_header_id|>\n\n' }}{% endif %}")
MISTRAL = ("{{ bos_token }}{% for message in messages %}{% if message['role'] == 'user' %}"
           "{{ '[INST] ' + message['content'] + ' [/INST]' }}{% else %}{{ message['content'] + eos_token }}{% endif %}"
           "{% endfor %}")
TEMPLATES = {"chatml": CHATML, "gemma": GEMMA, "llama": LLAMA, "mistral": MISTRAL, "plain": ""}
CODER = Manifest("coder", "Coder", "Writes code.", engine="llama", skills=("code",))
SYSTEM = "You are brief.\nYou never guess."


class Talk:
    """A conversation as the store would give it; each question is asked, its prompt noted, then answered."""

    def __init__(self, template: str, system: str = SYSTEM) -> None:
        self._template = ChatTemplate(template, "<s>", "</s>")
        self._system = system
        self.history: list[MessageView] = []
        self.prompts: list[bytes] = []

    def ask(self, question: str, answer: str, *more: Part) -> None:
        self._add("user", TextPart(question), *more)
        self.prompts.append(self.rendered())
        self._add("assistant", TextPart(answer))

    def _add(self, role: str, *parts: Part) -> None:
        self.history.append(MessageView(str(len(self.history)), "", role, parts,  # type: ignore[arg-type]
                                        "complete", 0.0))

    def rendered(self) -> bytes:
        messages = conversation_prompt(self._system, tuple(self.history), (CODER,))
        return "".join(piece.text for piece in self._template.render(messages).pieces).encode()


def test_the_first_byte_that_changed_is_named() -> None:
    assert first_difference(b"stable then 1", b"stable then 2 and more") == 12
    assert first_difference(b"stable", b"stable and more") is None
    assert first_difference(b"stable and more", b"stable") == 6
    assert first_difference(b"", b"x") is None and common_prefix("", "x") == 0


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
@pytest.mark.parametrize("system", [SYSTEM, ""], ids=["instructions", "none"])
def test_each_turn_begins_with_all_that_the_turn_before_has_read(template: str, system: str) -> None:
    talk = Talk(template, system)
    talk.ask("What is in it?", "Two foxes.", AttachmentPart("note.txt", "two foxes\n", 10))
    talk.ask("@coder and in\n  Rust? ", "fn main() {}\n")
    talk.ask("Why <|im_end|> 你好 🦊?", "Because.")
    talk.ask("Shorter, please.", "OK.")
    for turn, (earlier, later) in enumerate(zip(talk.prompts, talk.prompts[1:], strict=False), 1):
        changed = first_difference(earlier, later)
        assert changed is None, f"turn {turn + 1} departs at byte {changed} of {len(earlier)}: {earlier[changed:]!r}"


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_the_answer_stands_in_the_next_prompt_right_where_it_was_written(template: str) -> None:
    talk = Talk(template)
    talk.ask("One?", "First answer.")
    talk.ask("Two?", "Second.")
    rest = talk.prompts[1][len(talk.prompts[0]):]
    assert rest.lstrip(b" ").startswith(b"First answer.")


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_an_edited_question_changes_nothing_above_it(template: str) -> None:
    talk = Talk(template)
    talk.ask("One?", "First.")
    talk.ask("Two?", "Second.")
    before = talk.rendered()
    del talk.history[2:]
    talk.ask("Two, but other?", "Another.")
    changed = first_difference(before, talk.prompts[-1])
    assert changed is not None and before[:changed].endswith(b"Two")
    assert first_difference(talk.prompts[0], talk.prompts[-1]) is None


@pytest.mark.parametrize("template", TEMPLATES.values(), ids=TEMPLATES)
def test_two_conversations_share_their_instructions_to_the_last_byte(template: str) -> None:
    one, other = Talk(template), Talk(template)
    one.ask("Apples?", "Yes.")
    other.ask("Zebras?", "No.")
    changed = first_difference(one.prompts[0], other.prompts[0])
    assert changed == one.prompts[0].index(b"Apples")
    assert SYSTEM.encode() in one.prompts[0][:changed]


def test_thoughts_are_left_out_from_the_first_turn_after_them_on() -> None:
    talk = Talk(CHATML)
    talk.ask("One?", "First.")
    talk.history[1] = MessageView("1", "", "assistant", (ThoughtPart("hm"), TextPart("First.")), "complete", 0.0)
    talk.ask("Two?", "Second.")
    talk.ask("Three?", "Third.")
    assert b"hm" not in talk.prompts[1]
    assert [first_difference(a, b) for a, b in zip(talk.prompts, talk.prompts[1:], strict=False)] == [None, None]


def test_what_a_full_context_leaves_out_stays_left_out_for_many_turns() -> None:
    def prompt(turns: int) -> tuple[ChatMessage, ...]:
        return (ChatMessage("system", SYSTEM), *(ChatMessage("assistant" if number % 2 else "user", f"text {number}")
                                                 for number in range(2 * turns - 1)))

    def shown(turns: int) -> str:
        messages = prompt(turns)
        failed = Failed("r", "too_long", "", (10,) * len(messages), 10 * len(messages), 400)
        shorter = shorten(messages, failed, "refuse")
        assert shorter is not None
        return "".join(one.content for one in shorter.messages)

    breaks = sum(first_difference(shown(turns), shown(turns + 1)) is not None for turns in range(20, 60))
    assert 1 <= breaks <= 10, "a cut that moved at each turn would have everything read at each turn"
