"""When a tool is needed, and the grammar that its arguments are written under."""

from __future__ import annotations

import pytest

from router.tools.calculator import calculator_tool
from router.tools.clock import clock_tool
from router.tools.grammar import arguments_grammar
from router.tools.needed import tool_needed


@pytest.mark.parametrize(("text", "judged", "tool"), [
    ("What is 17% of 2340?", "none", "calculator"), ("12 * 12", "none", "calculator"),
    ("Three boxes hold 12 pens each and 5 are lost", "calculator", "calculator"), ("What time is it?", "none", "clock"),
    ("what's the date", "none", "clock"), ("how far off is christmas", "clock", "clock"),
    ("Hello, how are you?", "none", ""), ("What is the capital of France?", "none", ""),
    ("What is calculus?", "calculator", ""), ("What is the time of harvest in Spain?", "none", ""),
    ("Write a function that returns 2 + 2", "none", ""), ("In 1914-1918 there was a war", "none", ""),
    ("Delete my files", "files", "")])
def test_a_tool_is_used_where_the_words_ask_for_it(text: str, judged: str, tool: str) -> None:
    assert tool_needed(text, judged) == tool


def test_the_grammar_has_the_required_arguments_first_and_bounds_them() -> None:
    grammar = arguments_grammar(calculator_tool().parameters)
    assert grammar.startswith(r'root ::= "{" "\"expression\"" ":" "\"" char{1,200} "\"" "}"')
    clock = arguments_grammar(clock_tool().parameters).splitlines()[0]
    assert clock.count(r'"\"zone\""') == 1 and clock.endswith(')? "}"')


def test_every_type_of_argument_has_its_form() -> None:
    root = arguments_grammar({"properties": {
        "kind": {"enum": ["a", "b"]}, "many": {"type": "array", "items": {"type": "number"}},
        "yes": {"type": "boolean"}},
        "required": ["many", "kind"]}).splitlines()[0]
    assert root == (r'root ::= "{" "\"kind\"" ":" ("\"a\"" | "\"b\"") "," "\"many\"" ":" '
                    r'"[" (number ("," number){0,15})? "]" ("," "\"yes\"" ":" boolean)? "}"')
    with pytest.raises(KeyError):
        arguments_grammar({"properties": {"x": {"type": "object"}}})
