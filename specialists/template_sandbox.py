"""The environment in which a model file's own chat template runs: no attribute tricks, no large single operations.

Jinja's immutable sandbox keeps a template away from Python (CVE-2024-34359 came from leaving it out). It does not keep
it from `"x" * 10**10`; here only the filters and text methods that real templates use exist, and operators, joins and
replacements refuse results over `LARGEST`. It knows no messages and no model.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any, NoReturn

from jinja2 import TemplateError, nodes
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension, loopcontrols
from jinja2.parser import Parser
from jinja2.runtime import Context
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST = 16 * 2**20            # characters of any text, items of any list, that a template may build

FILTERS = frozenset({
    "abs", "attr", "batch", "capitalize", "count", "d", "default", "dictsort", "e", "escape", "first", "float",
    "groupby", "int", "items", "join", "last", "length", "list", "lower", "map", "max", "min", "reject", "rejectattr",
    "replace", "reverse", "round", "safe", "select", "selectattr", "sort", "string", "sum", "title", "tojson", "trim",
    "unique", "upper",
})
METHODS = frozenset({
    "append", "capitalize", "count", "endswith", "find", "get", "index", "isalnum", "isalpha", "isdigit", "isspace",
    "items", "keys", "lower", "lstrip", "partition", "removeprefix", "removesuffix", "replace", "rfind", "rpartition",
    "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper", "values", "join",
})


class TemplateRefusal(TemplateError):
    """The template itself called `raise_exception`: it cannot render this conversation."""


class GenerationTag(Extension):
    """`{% generation %}…{% endgeneration %}`: Hugging Face's mark of an answer. It renders as its body."""

    tags = {"generation"}       # noqa: RUF012  (so it is declared in jinja2.ext)

    def parse(self, parser: Parser) -> list[nodes.Node]:
        """The statements inside."""
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class Sandbox(ImmutableSandboxedEnvironment):
    """Whitespace and helpers as Hugging Face's `apply_chat_template` has them, which templates are written for."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self) -> None:
        super().__init__(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, GenerationTag],
                         cache_size=0)
        # A filter we do not run may stand in a branch that is never taken, so it fails only when it is used.
        self.filters = {name: each if name in FILTERS else _refuse for name, each in self.filters.items()}
        self.filters.update(tojson=_to_json, replace=_replace, join=self._join_filter)
        self.globals = {name: self.globals[name] for name in ("range", "dict", "namespace")}
        self.globals.update(raise_exception=_raise_exception, strftime_now=_strftime_now)

    @staticmethod
    def concat(pieces: Iterable[str]) -> str:
        """What Jinja builds its output with."""
        parts = list(pieces)
        _check(sum(map(len, parts)))
        return "".join(parts)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """`str.format` for plain `{}` only: `"{:>9999999999}"` is a large single operation, `"{.x}"` reaches out."""
        owner = getattr(value, "__self__", None)
        if not isinstance(owner, str) or getattr(value, "__name__", "") != "format":
            return None
        return partial(_fill, owner)

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Operators that can make something enormous out of something small."""
        if operator == "**":
            raise SecurityError("powers are not allowed in a chat template")
        if operator == "%" and isinstance(left, str | bytes):
            raise SecurityError("text formatting is not allowed in a chat template")
        if operator == "*":
            sizes = [_size(left), _size(right)]
            _check(sizes[0] * int(right) if sizes[0] and isinstance(right, int) else 0)
            _check(sizes[1] * int(left) if sizes[1] and isinstance(left, int) else 0)
        if operator == "+":
            _check(_size(left) + _size(right))
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Methods of texts, lists and dicts only if a real template needs them."""
        if isinstance(obj, str | bytes | list | tuple | dict | int | float) and attr not in METHODS:
            return False
        return super().is_safe_attribute(obj, attr, value)

    def call(self, context: Context, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        """The two methods whose result can be much larger than what goes in."""
        owner = getattr(obj, "__self__", None)
        if isinstance(owner, str):
            plain = {name: each for name, each in kwargs.items() if name not in ("_loop_vars", "_block_vars")}
            if obj.__name__ == "replace":
                return _replace(owner, *args, **plain)
            if obj.__name__ == "join":
                return self._join_filter(args[0] if args else (), owner)
        return super().call(context, obj, *args, **kwargs)

    def _join_filter(self, value: Iterable[Any], d: str = "", attribute: str | None = None) -> str:
        parts = [str(item if attribute is None else self.getitem(item, attribute)) for item in value]
        between = str(d)
        _check(sum(map(len, parts)) + len(between) * len(parts))
        return between.join(parts)


def _refuse(*args: Any, **kwargs: Any) -> NoReturn:
    raise SecurityError("the chat template uses a filter that is not allowed in one")


def _size(value: Any) -> int:
    return len(value) if isinstance(value, str | bytes | list | tuple) else 0


def _check(size: int) -> None:
    if size > LARGEST:
        raise SecurityError(f"the chat template builds something of {size:,} characters")


def _fill(form: str, *words: Any) -> str:
    parts = form.split("{}")
    if "{" in "".join(parts) or "}" in "".join(parts) or len(words) < len(parts) - 1:
        raise SecurityError("text formatting is not allowed in a chat template")
    filled = [str(word) for word in words[:len(parts) - 1]]
    _check(sum(map(len, parts)) + sum(map(len, filled)))
    return "".join(part + word for part, word in zip(parts, (*filled, ""), strict=True))


def _replace(text: Any, old: str, new: str, count: int = -1) -> str:
    whole, old, new = str(text), str(old), str(new)
    places = whole.count(old)
    _check(len(whole) + (places if count is None or count < 0 else min(count, places)) * len(new))
    return whole.replace(old, new, -1 if count is None else count)


def _to_json(value: Any, ensure_ascii: bool = False, indent: int | None = None,
             separators: tuple[str, str] | None = None, sort_keys: bool = False) -> str:
    """As transformers defines it: plain JSON, no HTML escapes."""
    indent = min(indent, 16) if isinstance(indent, int) else None
    return json.dumps(value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys)


def _raise_exception(message: str = "") -> NoReturn:
    raise TemplateRefusal(str(message))


def _strftime_now(form: str) -> str:
    return datetime.now().astimezone().strftime(str(form)[:100])
