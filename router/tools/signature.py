"""A function's signature as the schema of its arguments, and arguments checked against it. Knows no tool.

The parameters become a msgspec structure, so the schema and the check can never disagree.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_type_hints

import msgspec


class WrongArguments(ValueError):
    """The arguments do not fit the schema; the text says where."""


@dataclass(frozen=True)
class Signature:
    """What a tool takes. `schema` is JSON Schema of an object without further properties."""

    structure: type[msgspec.Struct]
    schema: dict[str, Any]

    def check(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """The arguments with their types and defaults. Raises WrongArguments."""
        try:
            checked = msgspec.convert(arguments, self.structure, strict=True)
        except msgspec.ValidationError as error:
            raise WrongArguments(str(error)) from error
        return {name: getattr(checked, name) for name in self.structure.__struct_fields__}


def signature_of(function: Callable[..., Any], without: tuple[str, ...] = ("context",)) -> Signature:
    """The parameters of `function` but those named in `without`. Raises TypeError for one without a type."""
    types = get_type_hints(function, include_extras=True)
    fields: list[Any] = []
    for name, parameter in inspect.signature(function).parameters.items():
        if name in without:
            continue
        if name not in types or parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise TypeError(f"{function.__qualname__}: the parameter {name} needs a type and a name")
        bare = parameter.default is parameter.empty
        fields.append((name, types[name]) if bare else (name, types[name], parameter.default))
    structure = msgspec.defstruct("Arguments", fields, kw_only=True, frozen=True, forbid_unknown_fields=True)
    return Signature(structure, _flat(msgspec.json.schema(structure)))


def _flat(schema: dict[str, Any]) -> dict[str, Any]:
    """msgspec names the outermost object by reference; tools want it in place."""
    definitions = schema.get("$defs", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    if name not in definitions:
        return schema
    top = {key: value for key, value in definitions[name].items() if key != "title"}
    others = {key: value for key, value in definitions.items() if key != name}
    return {**top, "$defs": others} if others else top
