"""The one codec: frozen dataclasses to JSON bytes and back, derived from the dataclasses' own types.

Used for the pipe to a worker, for the command line's `--json` and for the socket a second front-end joins by.
It does not know any message; a vocabulary (the union of the classes that may arrive) is passed in.

A frame is one JSON object: `{"<tag>": "ClassName", ...fields}`. Unknown fields are ignored, missing ones take the
dataclass's default, wrong types are refused. Decoding never runs code (no pickle).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from typing import Any, TypeVar, get_args

import msgspec

Message = TypeVar("Message")


class MalformedFrame(ValueError):
    """Bytes that are no message of the vocabulary."""


def to_dict(message: object, tag: str = "event") -> dict[str, Any]:
    """The message as plain JSON values, its class name under `tag`."""
    plain = {field.name: msgspec.to_builtins(getattr(message, field.name), str_keys=True)
             for field in fields(message)}  # type: ignore[arg-type]
    return {tag: type(message).__name__, **plain}


def encode(message: object, tag: str = "event") -> bytes:
    """One line of JSON without a line end. Raises ValueError for text that is not valid Unicode."""
    try:
        return msgspec.json.encode(to_dict(message, tag))
    except UnicodeEncodeError as error:
        raise ValueError(f"not valid Unicode text: {error.reason}") from error


def vocabulary(union: Any) -> dict[str, type[Any]]:
    """Class name → class, for a union such as `Generate | Cancel`."""
    members: Iterable[type[Any]] = get_args(union) or (union,)
    return {member.__name__: member for member in members}


def decode(frame: bytes | str, names: dict[str, type[Message]], tag: str = "event") -> Message:
    """The message in `frame`. Raises MalformedFrame when it is none of `names` or has wrong types."""
    try:
        plain = msgspec.json.decode(frame)
        kind = names[plain.pop(tag)]
        return msgspec.convert(plain, type=kind)
    except (msgspec.DecodeError, KeyError, AttributeError, TypeError, UnicodeDecodeError) as error:
        raise MalformedFrame(str(error) or repr(error)) from error
