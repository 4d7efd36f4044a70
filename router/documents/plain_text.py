"""Plain text, Markdown and source code as a Document: what needs no parser of a foreign format. Pure: bytes in.

Blocks are separated by empty lines; in Markdown, lines with `#` are headings (CommonMark, ATX headings) and fences are
code. Encodings: UTF-8 and UTF-16 by their marks, else UTF-8, else Windows-1252 (as web browsers fall back, WHATWG
Encoding Standard).
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from router.documents.document import Block, Document
from router.errors import UserFacingError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_HEADING = re.compile(r" {0,3}(#{1,6})[ \t]+(.*?)[ \t]*#*[ \t]*$")
_FENCE = re.compile(r" {0,3}(```|~~~)")
_LISTED = re.compile(r"\s*([-*+]|\d{1,9}[.)])\s")


def decoded(raw: bytes) -> str:
    """The text in `raw`. Raises UserFacingError when it is no text (a zero byte among the first 8,192)."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw[len(mark):].decode(encoding, "replace")
    if b"\0" in raw[:8_192]:
        raise UserFacingError("It is not a text file.")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("windows-1252", "replace")


def read_text(title: str, text: str, markdown: bool) -> Document:
    """Paragraphs, and in Markdown headings, lists and code, in their places."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return Document(title, text, tuple(_blocks(text, markdown)))


def _blocks(text: str, markdown: bool) -> Iterator[Block]:
    start = end = at = 0
    fence = ""
    for line in text.splitlines(keepends=True) if text else ():
        begin, at = at, at + len(line)
        marker = _FENCE.match(line) if markdown else None
        if marker and (not fence or marker[1] == fence):
            fence = "" if fence else marker[1]
        heading = _HEADING.match(line) if markdown and not fence and not marker else None
        if heading or (not line.strip() and not fence):
            if end > start:
                yield _block(text, start, end, markdown)
            if heading:
                yield Block(begin + heading.start(2), begin + heading.end(2), "heading", len(heading[1]))
            start = end = at
        else:
            start = begin if end <= start else start
            end = at
    if end > start:
        yield _block(text, start, end, markdown)


def _block(text: str, start: int, end: int, markdown: bool) -> Block:
    if markdown and _FENCE.match(text[start:end]):
        return Block(start, end, "code")
    return Block(start, end, "list" if markdown and _LISTED.match(text[start:end]) else "paragraph")
