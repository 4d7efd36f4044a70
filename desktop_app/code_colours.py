"""Colours for code, from Pygments, a little at a time: spans to colour, never text. Knows no widget.

While a block streams, only what follows the last safe point (an unindented line after a blank one) is lexed again.
Once it is complete the whole is lexed lazily, so that whoever colours can stop whenever the time is up.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pygments.lexer import Lexer

LARGEST = 200_000       # characters; longer code is shown in one colour
_WINDOW = 4_000         # characters lexed again at most while streaming
_TOKENS = (
    ("Comment", "code_comment"), ("Keyword.Type", "code_type"), ("Keyword", "code_keyword"),
    ("Literal.String", "code_string"), ("Literal.Number", "code_number"), ("Name.Function", "code_name"),
    ("Name.Class", "code_type"), ("Name.Decorator", "code_name"), ("Name.Builtin", "code_type"),
    ("Name.Tag", "code_keyword"), ("Name.Attribute", "code_name"), ("Operator.Word", "code_keyword"),
    ("Generic.Deleted", "danger"), ("Generic.Inserted", "positive"), ("Generic.Heading", "code_name"),
)
Span = tuple[int, int, str]     # start, length, token of the theme


class Lexers:
    """Lexers by language, made in a thread: the first of a language costs up to a tenth of a second of imports."""

    def __init__(self) -> None:
        self._made: dict[str, Future[Lexer | None]] = {}
        self._thread = ThreadPoolExecutor(1, "lexers")

    def get(self, language: str) -> Future[Lexer | None]:
        """The future lexer of a fence's info string."""
        if language not in self._made:
            self._made[language] = self._thread.submit(lexer_for, language[:40])
        return self._made[language]

    def close(self) -> None:
        self._thread.shutdown(wait=False, cancel_futures=True)


def lexer_for(language: str) -> Lexer | None:
    """The lexer of a fence's info string, or None for a language Pygments does not know."""
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    name = language.split()[0].strip("{}.").lower() if language.split() else ""
    if not name or name in ("text", "plain", "plaintext", "txt", "output"):
        return None
    try:
        return get_lexer_by_name(name, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None


def spans(lexer: Lexer, text: str, start: int = 0) -> Iterator[Span]:
    """What to colour in `text`, lazily. Positions count from `start`."""
    for position, kind, value in lexer.get_tokens_unprocessed(text):
        colour = _colour(str(kind))
        if colour and value.strip():
            yield start + position, len(value), colour


def safe_point(text: str, before: int) -> int:
    """Where lexing may begin anew so that what follows `before` comes out right: close to it, never after it."""
    at = text.rfind("\n\n", max(0, before - _WINDOW), before)
    while at >= 0 and text[at + 2 : at + 3] in (" ", "\t", "\n", ")", "}", "]", ""):
        at = text.rfind("\n\n", max(0, before - _WINDOW), at)
    if at >= 0:
        return at + 2
    if before <= _WINDOW:
        return 0
    return text.find("\n", before - _WINDOW) + 1


def _colour(kind: str) -> str:
    name = kind.removeprefix("Token.")
    return next((colour for prefix, colour in _TOKENS if name.startswith(prefix)), "")
