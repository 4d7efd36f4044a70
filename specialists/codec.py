"""The one codec: frozen dataclasses to JSON bytes and back, derived from the dataclasses' own types.

Used for the pipe to a worker, for the command line's `--json` and for the socket a second front-end joins by.
It does not know any message; a vocabulary (the union of the classes that may arrive) is passed in.

A frame is one JSON object: `{"<tag>": "ClassName", ...fields}`. Unknown fields are ignored, missing ones take the
dataclass's default, wrong types are refused. Decoding never runs code (no pickle).

Over a pipe, a message with something in its `bytes` field (at most one a class) is two frames: the JSON without that
field, then the raw bytes (`frames`, `Unframing`). In a line of JSON, for the socket and for people, bytes are base64.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any, Generic, TypeVar, get_args

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
    return _json(message, tag)


def vocabulary(union: Any) -> dict[str, type[Any]]:
    """Class name → class, for a union such as `Generate | Cancel`."""
    members: Iterable[type[Any]] = get_args(union) or (union,)
    return {member.__name__: member for member in members}


def decode(frame: bytes | str, names: dict[str, type[Message]], tag: str = "event") -> Message:
    """The message in `frame`. Raises MalformedFrame when it is none of `names` or has wrong types."""
    return _decode(frame, names, tag)[0]


def payload_of(kind: Any) -> str:
    """The name of the class's `bytes` field; empty for one without."""
    return next((field.name for field in fields(kind) if field.type in (bytes, "bytes")), "")


def frames(message: Any, tag: str = "type") -> tuple[bytes, ...]:
    """The message as it goes through a pipe: one frame, or two that belong together. Raises ValueError as `encode`."""
    payload = payload_of(type(message))
    raw = getattr(message, payload) if payload else b""
    return (_json(message, tag, payload), raw) if raw else (encode(message, tag),)


class Unframing(Generic[Message]):
    """Frames back into messages. Knows only whether a payload is due."""

    def __init__(self, names: dict[str, type[Message]], tag: str = "type") -> None:
        self._names, self._tag = names, tag
        self._waits: Message | None = None

    def take(self, frame: bytes) -> Message | None:
        """The message that this frame completes; None when its payload is still to come. Raises MalformedFrame."""
        waiting, self._waits = self._waits, None
        if waiting is not None:
            whole: Message = _with_payload(waiting, frame)
            return whole
        message, complete = _decode(frame, self._names, self._tag)
        if complete:
            return message
        self._waits = message
        return None


def _with_payload(message: Any, raw: bytes) -> Any:
    return replace(message, **{payload_of(type(message)): raw})


def _json(message: object, tag: str, without: str = "") -> bytes:
    plain = to_dict(message, tag)
    plain.pop(without, None)
    try:
        return msgspec.json.encode(plain)
    except UnicodeEncodeError as error:
        raise ValueError(f"not valid Unicode text: {error.reason}") from error


def _decode(frame: bytes | str, names: dict[str, type[Message]], tag: str) -> tuple[Message, bool]:
    """The message, and whether nothing is missing in it."""
    try:
        plain = msgspec.json.decode(frame)
        kind = names[plain.pop(tag)]
        payload = payload_of(kind)
        return msgspec.convert(plain, type=kind), not payload or payload in plain
    except (msgspec.DecodeError, KeyError, AttributeError, TypeError, UnicodeDecodeError) as error:
        raise MalformedFrame(str(error) or repr(error)) from error
