"""A grammar (GBNF) from the schema of a tool's arguments: what a model writes under it is JSON that fits. Pure.

Required arguments come first, in the schema's order; strings and lists are bounded, so that no model goes on for ever.
"""

from __future__ import annotations

import json
from typing import Any

LONGEST_TEXT = 200          # characters of one string
MOST_ITEMS = 16             # of one list
PRIMITIVES = (
    r'char ::= [^"\\\x00-\x1f] | "\\" ["\\/bfnrt]',
    'integer ::= "-"? ("0" | [1-9] [0-9]{0,14})',
    'number ::= integer ("." [0-9]{1,15})?',
    'boolean ::= "true" | "false"',
)


def arguments_grammar(schema: dict[str, Any]) -> str:
    """GBNF of a JSON object of `schema` (llama.cpp, grammars/README.md). Raises KeyError for a type not known here."""
    properties: dict[str, Any] = schema.get("properties", {})
    required = [name for name in properties if name in schema.get("required", ())]
    optional = [name for name in properties if name not in required]
    pairs = {name: f"{_literal(name)} \":\" {_value(properties[name])}" for name in properties}
    after = "".join(f' ("," {pairs[name]})?' for name in optional)
    if required:
        inside = ' "," '.join(pairs[name] for name in required) + after
    else:
        inside = _some_of([pairs[name] for name in optional])
    return "\n".join((f'root ::= "{{" {inside} "}}"', *PRIMITIVES))


def _some_of(pairs: list[str]) -> str:
    ways = [first + "".join(f' ("," {later})?' for later in pairs[place + 1:]) for place, first in enumerate(pairs)]
    return f"({' | '.join(ways)})?" if ways else ""


def _literal(value: object) -> str:
    """A GBNF string for the JSON of `value`."""
    return json.dumps(json.dumps(value, ensure_ascii=False), ensure_ascii=False)


def _value(schema: dict[str, Any]) -> str:
    if "enum" in schema:
        return f"({' | '.join(_literal(one) for one in schema['enum'])})"
    match schema["type"]:
        case "string":
            longest = min(schema.get("maxLength", LONGEST_TEXT), LONGEST_TEXT)
            return f'"\\"" char{{{min(schema.get("minLength", 0), longest)},{longest}}} "\\""'
        case "integer" | "number" | "boolean" as kind:
            return str(kind)
        case "array":
            item = _value(schema["items"])
            return f'"[" ({item} ("," {item}){{0,{MOST_ITEMS - 1}}})? "]"'
    raise KeyError(schema["type"])
